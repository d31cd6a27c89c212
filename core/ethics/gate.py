"""The gate on money: what holds it back from somebody whose responsible use is reviewed.

Money waits while no review stands, while the one in force has expired or did not clear, and while a condition that blocks
is unmet.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ethics.lifecycle import UNMET, Outcome, State
from core.ethics.models import Condition, Review

Key = TypeVar("Key", bound=Hashable)


class Held(StrEnum):
    """Why money waits."""

    MISSING = "missing"
    EXPIRED = "expired"
    NOT_CLEAR = "not-clear"
    BLOCKED = "blocked"


WORDS: dict[Held, Promise] = {
    Held.MISSING: _("No ethics review stands. Money waits until one is concluded."),
    Held.EXPIRED: _("The ethics review has expired. Money waits until it is renewed."),
    Held.NOT_CLEAR: _("The ethics review did not clear it. Money waits until another review does."),
    Held.BLOCKED: _("A blocking condition of the ethics review is unmet. Money waits until it is met or waived."),
}
"""What is wrong and what has to happen, in a sentence each."""


def held(subjects: Mapping[Key, Iterable[str]], *, on: date) -> dict[Key, Held | None]:
    """What holds money back on a day from each of several things, each known to reviews under one or more public ids.

    None where nothing does. In two queries.
    """
    named = {key: set(ids) for key, ids in subjects.items()}
    rows = list(Review.objects.filter(subject__in=set().union(*named.values()), state=State.CONCLUDED))
    unmet = Condition.objects.filter(review__in=rows, state__in=UNMET, is_blocking=True)
    blocked = set(unmet.values_list("review", flat=True))
    return {key: _held([row for row in rows if row.subject in ids], blocked, on) for key, ids in named.items()}


def _held(reviews: list[Review], blocked: set[int], on: date) -> Held | None:
    """Of several reviews in force each must be clear."""
    if not reviews:
        return Held.MISSING
    if any(one.outcome == Outcome.NOT_CLEAR for one in reviews):
        return Held.NOT_CLEAR
    if any(one.pk in blocked for one in reviews):
        return Held.BLOCKED
    return Held.EXPIRED if any(one.expires_on is None or one.expires_on < on for one in reviews) else None
