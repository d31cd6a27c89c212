"""Silences that are about to end, told to the reminders."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.decisions import kinds, queries, words
from core.decisions.lifecycle import State
from core.decisions.models import Circulation, Proposal
from core.notifications import obligations
from core.notifications.obligations import Obligation

KIND = "silence"


def register() -> None:
    """Tell the reminders who knows which silences run."""
    obligations.register(KIND, gettext_lazy("Silences that end"), ending)


def ending(until: date, on: date) -> Iterable[Obligation]:
    """Silences that end on or before a day, for whoever speaks on a day for an entitled Ally."""
    end = datetime.combine(until + timedelta(days=1), time(), tzinfo=clock.fund_zone())
    rows = Proposal.objects.filter(state=State.SILENT, expires_at__lt=end).order_by("expires_at", "pk")
    found = queries.last_circulations(rows)
    entitled = queries.entitled_by_circulation(found)
    speakers = queries.representatives({code for codes in entitled.values() for code in codes}, on=on)
    for one in found:
        kind, ends_at = kinds.find(one.proposal.kind), queries.expiry(one)
        if kind is None:
            continue
        yield Obligation(
            kind=KIND,
            subject=one.public_id,
            due_on=clock.day_of(ends_at),
            since=clock.day_of(one.circulated_at),
            title=partial(_in_words, one, ends_at),
            address=reverse("core:decision", args=[one.proposal.public_id]),
            scope=one.proposal.scope,
            readers=frozenset({kind.read}),
            owners=tuple(sorted({person.pk for code in entitled[one.pk] for person in speakers[code]})),
        )


def _in_words(circulation: Circulation, expires_at: datetime) -> str:
    told = {"title": circulation.text.title, "moment": words.moment_there(expires_at, circulation.zone)}
    return _("Silence on “%(title)s” ends on %(moment)s") % told
