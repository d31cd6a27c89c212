"""What falls due in ethics reviews, told to the reminders."""

from collections.abc import Iterable
from datetime import date
from functools import partial

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


def expiries(until: date, on: date) -> Iterable[Obligation]:
    """Reviews in force that expire on or before a day; a renewal that is in work does not silence them."""
    rows = list(Review.objects.filter(state=State.CONCLUDED, expires_on__lte=until).select_related("organisation"))
    names = _names(rows)
    managers = _managers({row.scope for row in rows}, on)
    for row in rows:
        if row.expires_on is not None and row.concluded_on is not None:
            yield Obligation(
                kind=EXPIRY,
                subject=row.public_id,
                due_on=row.expires_on,
                since=row.concluded_on,
                title=partial(_expiry_in_words, names[row.pk]),
                address=reverse("manage:ethics_review", args=[row.public_id]),
                scope=row.scope,
                readers=READERS,
                owners=(row.officer_id,),
                behind=(row.second_id, *managers[row.scope]),
            )


def conditions(until: date, on: date) -> Iterable[Obligation]:
    """Conditions that are neither met nor waived and due on or before a day."""
    rows = list(Condition.objects.filter(state__in=UNMET, due_on__lte=until).select_related("review__organisation"))
    names = _names([row.review for row in rows])
    managers = _managers({row.review.scope for row in rows}, on)
    for row in rows:
        review = row.review
        yield Obligation(
            kind=CONDITION,
            subject=row.public_id,
            due_on=row.due_on,
            since=row.set_on,
            title=partial(_condition_in_words, names[review.pk], row.text),
            address=reverse("manage:ethics_condition", args=[row.public_id]),
            scope=review.scope,
            readers=READERS,
            owners=(row.owner_id,),
            behind=(review.officer_id, review.second_id, *managers[review.scope]),
        )


def _expiry_in_words(name: str) -> str:
    return _("Ethics review of %(name)s") % {"name": name}


def _condition_in_words(name: str, text: str) -> str:
    return _("Condition of the ethics review of %(name)s, “%(text)s”") % {"name": name, "text": text}


def _names(reviews: list[Review]) -> dict[int, str]:
    known = subjects.find((row.subject_kind, row.subject) for row in reviews)
    return {row.pk: known[row.subject].name if row.subject in known else row.organisation.name for row in reviews}


def _managers(scopes: set[str], on: date) -> dict[str, tuple[int, ...]]:
    """The fund or programme managers of each scope: who is told when something stays late."""
    return {
        scope: tuple(
            people.holders(
                Permission.INVESTMENT_RECORD if scope.startswith("fund_") else Permission.ETHICS_FOLLOW, scope, on=on
            )
        )
        for scope in scopes
    }
