"""Putting a review before the organisation that it is about: its people answer the questions and give evidence."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict
from core.ethics import queries, rules
from core.ethics.lifecycle import State
from core.ethics.models import Review
from core.notifications import services as notifications
from core.people.models import User

ASKED = declare("ethics.startup_asked", _("{actor} asked {name} to answer its ethics review."))


class NotToAsk(Conflict):
    code = "ethics_not_to_ask"
    sentence = _(
        "Only a review whose questions are open is put before the start-up. Reload the page to see how it stands."
    )


class NobodyToAsk(Conflict):
    code = "ethics_nobody_to_ask"
    sentence = _("Nobody has an account for this company yet. Its people sign up, or are invited; then ask again.")


@transaction.atomic
def ask_startup(review: Review, *, by: User, at: datetime) -> Review:
    """Let the organisation's own people answer, from now on, and tell them. Raises NotPermitted, NotToAsk, NobodyToAsk."""
    row = locks.in_order(Review.objects.filter(pk=review.pk).select_related("organisation")).get()
    rules.require_assess(by, row.scope)
    if row.state != State.OPEN or row.shared_at is not None:
        raise NotToAsk
    asked = queries.people_of(row, on=at.date())
    if not asked:
        raise NobodyToAsk
    row.shared_at, row.shared_by = at, by
    row.save(update_fields=["shared_at", "shared_by"])
    audit.record(ASKED, row.public_id, by=by, chain=row.scope, after={"name": row.organisation.name})
    for reader in asked:
        with translation.override(reader.language):
            said = _now("You are asked to answer an ethics review of %(name)s.") % {"name": row.organisation.name}
        notifications.tell(
            reader, title=said, address=reverse("organisations:ethics-answers", args=[row.public_id]), at=at
        )
    return row
