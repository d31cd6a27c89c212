"""The gate on money: what holds it back from somebody whose responsible use is reviewed.

Money waits while no review stands, while the one in force has expired or did not clear, and while a condition that blocks
is unmet. It judges new money of a fund or programme whose days lie on or after the one from which it is in force; what an
earlier day moved is history. Two people let one thing pass by an override. The database asks the same rule once more.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from django.db.models import Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import locks
from core.errors import Conflict
from core.ethics.lifecycle import UNMET, Money, Outcome, State
from core.ethics.models import Condition, GateStart, Override, Review

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
LIFTED_BY = _(
    "An ethics officer and a manager of the fund or programme can together let it pass, each with her own account."
)


class HeldByEthics(Conflict):
    """Money waits for the ethics review; the sentence says for what, and who may let it pass."""

    code = "held_by_ethics"

    def __init__(self, why: Held) -> None:
        super().__init__(f"{WORDS[why]} {LIFTED_BY}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to pass: ``subjects`` are the public ids under which the company is reviewed, ``item`` the thing's own.

    ``day`` is the money's day, which says whether the gate is in force; ``on`` is the day of asking.
    """

    scope: str
    subjects: tuple[str, ...]
    kind: Money
    amount: Decimal
    day: date
    on: date
    item: str = ""


def in_force_from(scope: str) -> date | None:
    """Since when the gate judges the money of a fund or programme; None while nobody stated it."""
    found: date | None = GateStart.objects.filter(scope=scope).aggregate(first=Min("in_force_from"))["first"]
    return found


def require(asked: Asked, *, always: bool = False) -> None:
    """Hold the reviews and let pass what is clear or overridden. ``always``: also where the gate is not in force,
    when nothing overrides it.

    Raises HeldByEthics.
    """
    began = in_force_from(asked.scope)
    is_in_force = began is not None and began <= asked.day
    if not always and not is_in_force:
        return
    list(locks.in_order(Review.objects.filter(subject__in=asked.subjects, state=State.CONCLUDED)))
    why = held({asked.item: asked.subjects}, on=asked.on)[asked.item]
    if why and not (is_in_force and covering(asked).exists()):
        raise HeldByEthics(why)


@dataclass(frozen=True, slots=True)
class Standing:
    """The gate as a page shows it: since when it is in force, what it holds back, and every approved override of the subject."""

    began: date | None
    why: Held | None = None
    overrides: tuple[Override, ...] = ()
    on: date = date.min
    subject: str = ""
    kind: str = ""

    @property
    def sentence(self) -> str:
        return f"{WORDS[self.why]} {LIFTED_BY}" if self.why else ""

    @property
    def passes(self) -> bool:
        """Whether anything passes today: nothing holds it, or an override waits to be used."""
        waiting = (one for one in self.overrides if not hasattr(one, "use") and one.expires_on >= self.on)
        return self.why is None or any(waiting)


def standing(scope: str, subjects: Iterable[str], *, kind: Money, on: date) -> Standing:
    """How the gate stands for one subject on a day. One query where it is not in force."""
    began = in_force_from(scope)
    if began is None or on < began:
        return Standing(None)
    ids = list(subjects)
    rows = Override.objects.filter(scope=scope, subject__in=ids, kind=kind, approval__isnull=False)
    rows = rows.select_related("asked_by", "approval__by", "use").order_by("-asked_at", "-pk")
    return Standing(began, held({0: ids}, on=on)[0], tuple(rows), on, subject=ids[0] if ids else "", kind=kind)


def covering(asked: Asked) -> QuerySet[Override]:
    """The overrides that let the thing pass: approved, not expired, wide enough, and used for nothing else."""
    rows = Override.objects.filter(approval__isnull=False, scope=asked.scope, kind=asked.kind)
    rows = rows.filter(subject__in=asked.subjects, amount__gte=asked.amount, expires_on__gte=asked.on)
    return rows.filter(Q(use__isnull=True) | Q(use__object=asked.item))


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
