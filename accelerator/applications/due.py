"""Questions that wait for a start-up's answer, told to the reminders."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.applications.lifecycle import State
from accelerator.applications.models import Clarification
from accelerator.challenges.models import Call
from core.clock import fund_zone
from core.notifications import obligations
from core.notifications.obligations import Obligation
from core.people import queries as people
from core.people.roles import Permission

KIND = "clarification"
READERS = frozenset({Permission.PROGRAMME_PUBLISH})


def register() -> None:
    """Tell the reminders who knows what is asked."""
    obligations.register(KIND, gettext_lazy("Questions about applications"), asked)


def asked(until: date, on: date) -> Iterable[Obligation]:
    """Questions without an answer that are due on or before a day, for the owners of the start-up."""
    end = datetime.combine(until + timedelta(days=1), time(), tzinfo=fund_zone())
    rows = Clarification.objects.filter(answer="", due_at__lt=end, application__state=State.SUBMITTED)
    found = list(
        rows.select_related("application__call__programme", "application__organisation").order_by("due_at", "pk")
    )
    scopes = {one.application.organisation.public_id for one in found}
    owners = people.holders_of_each(Permission.APPLICATION_SUBMIT, scopes, on=on)
    for one in found:
        row = one.application
        yield Obligation(
            kind=KIND,
            subject=one.public_id,
            due_on=one.due_at.astimezone(fund_zone()).date(),
            since=one.asked_at.astimezone(fund_zone()).date(),
            title=partial(_in_words, row.call),
            address=reverse("portal:clarification", args=[row.public_id, one.public_id]),
            scope=row.call.programme.public_id,
            readers=READERS,
            owners=owners[row.organisation.public_id],
        )


def _in_words(call: Call) -> str:
    return _("A question about your application to %(call)s") % {"call": call}
