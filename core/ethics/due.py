"""What falls due in ethics reviews, told to the reminders."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ethics import subjects
from core.ethics.lifecycle import UNMET, State
from core.ethics.models import Condition, Review
from core.notifications import obligations
from core.notifications.obligations import Obligation
from core.people import queries as people
from core.people.roles import Permission

EXPIRY, CONDITION = "ethics-expiry", "ethics-condition"
READERS = frozenset({Permission.FUND_READ, Permission.ETHICS_ASSESS})


def register() -> None:
    """Tell the reminders who knows what falls due."""
    obligations.register(EXPIRY, gettext_lazy("Ethics reviews that expire"), expiries)
    obligations.register(CONDITION, gettext_lazy("Conditions of ethics reviews"), conditions)


class _About(NamedTuple):
    """A review as its reminders speak of it; rows are read as plain values, for there may be many."""

    subject_kind: str
    subject: str
    organisation: str
    scope: str
    officer: int
    second: int


ABOUT = ("subject_kind", "subject", "organisation__name", "scope", "officer", "second")


def expiries(until: date, on: date) -> Iterable[Obligation]:
    """Reviews in force that expire on or before a day; a renewal that is in work does not silence them."""
    found = Review.objects.filter(state=State.CONCLUDED, expires_on__lte=until)
    rows = [
        (*row[:3], _About(*row[3:])) for row in found.values_list("public_id", "expires_on", "concluded_on", *ABOUT)
    ]
    names = _names({review for *_row, review in rows})
    managers = _managers({review.scope for *_row, review in rows}, on)
    for public_id, expires_on, concluded_on, review in rows:
        if expires_on is not None and concluded_on is not None:
            yield Obligation(
                kind=EXPIRY,
                subject=public_id,
                due_on=expires_on,
                since=concluded_on,
                title=partial(_expiry_in_words, names[review]),
                address=reverse("manage:ethics_review", args=[public_id]),
                scope=review.scope,
                readers=READERS,
                owners=(review.officer,),
                behind=(review.second, *managers[review.scope]),
            )


def conditions(until: date, on: date) -> Iterable[Obligation]:
    """Conditions that are neither met nor waived and due on or before a day."""
    found = Condition.objects.filter(state__in=UNMET, due_on__lte=until)
    about = [f"review__{name}" for name in ABOUT]
    read = found.values_list("public_id", "text", "due_on", "set_on", "owner", *about)
    rows = [(*row[:5], _About(*row[5:])) for row in read]
    names = _names({review for *_row, review in rows})
    managers = _managers({review.scope for *_row, review in rows}, on)
    for public_id, text, due_on, set_on, owner, review in rows:
        yield Obligation(
            kind=CONDITION,
            subject=public_id,
            due_on=due_on,
            since=set_on,
            title=partial(_condition_in_words, names[review], text),
            address=reverse("manage:ethics_condition", args=[public_id]),
            scope=review.scope,
            readers=READERS,
            owners=(owner,),
            behind=(review.officer, review.second, *managers[review.scope]),
        )


def _expiry_in_words(name: str) -> str:
    return _("Ethics review of %(name)s") % {"name": name}


def _condition_in_words(name: str, text: str) -> str:
    return _("Condition of the ethics review of %(name)s, “%(text)s”") % {"name": name, "text": text}


def _names(reviews: set[_About]) -> dict[_About, str]:
    known = subjects.find((one.subject_kind, one.subject) for one in reviews)
    return {one: known[one.subject].name if one.subject in known else one.organisation for one in reviews}


def _managers(scopes: set[str], on: date) -> dict[str, tuple[int, ...]]:
    """The fund or programme managers of each scope: who is told when something stays late."""
    funds = {scope for scope in scopes if scope.startswith("fund_")}
    return people.holders_of_each(Permission.INVESTMENT_RECORD, funds, on=on) | people.holders_of_each(
        Permission.ETHICS_FOLLOW, scopes - funds, on=on
    )
