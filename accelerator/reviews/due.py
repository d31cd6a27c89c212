"""Reviews that are owed, told to the reminders. None names an application: a conflict stated later leaves nothing behind."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.challenges.models import Call
from accelerator.reviews import queries
from core.clock import fund_zone
from core.notifications import obligations
from core.notifications.obligations import Obligation
from core.people import queries as people
from core.people.roles import Permission

KIND = "review-due"
READERS = frozenset({Permission.PROGRAMME_PUBLISH})


def register() -> None:
    """Tell the reminders who knows what is owed."""
    obligations.register(KIND, gettext_lazy("Reviews of applications"), owed)


def owed(until: date, on: date) -> Iterable[Obligation]:
    """Reviews due on or before a day that are not submitted, without those that a conflict hides or that a decision settled."""
    rows = queries.owed().filter(due_on__lte=until)
    found = list(rows.select_related("application__call__programme").order_by("due_on", "pk"))
    managers = {
        scope: tuple(people.holders(Permission.PROGRAMME_PUBLISH, scope, on=on))
        for scope in {one.application.call.programme.public_id for one in found}
    }
    for one in found:
        scope = one.application.call.programme.public_id
        yield Obligation(
            kind=KIND,
            subject=one.public_id,
            due_on=one.due_on,
            since=one.assigned_at.astimezone(fund_zone()).date(),
            title=partial(_in_words, one.application.call),
            address=reverse("review:home"),
            scope=scope,
            readers=READERS,
            owners=(one.reviewer_id,),
            behind=managers[scope],
        )


def _in_words(call: Call) -> str:
    return _("A review of an application to %(call)s") % {"call": call}
