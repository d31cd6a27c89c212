"""Telling the representatives of the entitled Allies, in the product and by mail, and keeping who was told when."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from core import clock
from core.decisions import queries, words
from core.decisions.models import Circulation, Telling
from core.notifications import services as notifications
from core.people.models import User


def everybody(
    circulation: Circulation, what: Telling.What, line: Callable[[User], str], *, at: datetime
) -> list[Telling]:
    """Tell each representative of each entitled Ally, as they are on the day. ``line`` is in the language of its reader."""
    addressees = {one.nation_id: one for one in circulation.addressees.order_by("nation")}
    speakers = queries.representatives(addressees, on=clock.day_of(at))
    address = reverse("core:decision", args=[circulation.proposal.public_id])
    told = {person.pk: person for people in speakers.values() for person in people}
    for person in told.values():
        said = line(person)
        notifications.tell(person, title=said, address=address, at=at)
        notifications.write_from_template(
            "decision",
            recipient=person.email,
            language=person.language,
            context={
                "name": person.name,
                "line": said,
                "what": what.value,
                "ends": words.End(queries.expiry(circulation), circulation.zone),
                "link": f"{settings.SITE_URL}{address}",
            },
            at=at,
        )
    kept = [
        Telling(addressee=addressees[code], person=person, what=what, told_at=at)
        for code, people in speakers.items()
        for person in people
    ]
    return Telling.objects.bulk_create(kept)
