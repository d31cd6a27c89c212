"""Runs and marks as their pages show them: what waits, what changed most, and a holding from quarter to quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Prefetch, QuerySet

from core.errors import NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.queries import ADDING, RECEIVING
from portfolio.valuations import queries, rolling, rules
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, MarkApproval, ValuationRun
from portfolio.valuations.queries import Changed
from portfolio.valuations.rules import Act

ZERO = Decimal(0)
OUTLIER = Decimal("0.25")
"""A mark revalued by this part of what is held, or more, is shown as an outlier."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A mark beside the quarter before, and whether it was revalued by so much that people look at it first."""

    changed: Changed
    is_outlier: bool

    @property
    def mark(self) -> Mark:
        return self.changed.mark


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a run in the fund's currency: start + moved + revalued = value."""

    start: Decimal
    moved: Decimal
    revalued: Decimal
    value: Decimal
    cost: Decimal

    @property
    def share(self) -> Decimal | None:
        """The revaluation as a part of what is held; None where that is nothing."""
        held = self.start + self.moved
        return self.revalued / held if held else None


@dataclass(frozen=True, slots=True)
class Sum:
    """The marks of a run counted and added, in the fund's currency."""

    marks: int = 0
    value: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run and the step that waits for the person."""

    run: ValuationRun
    act: Act


@dataclass(frozen=True, slots=True)
class Quarter:
    """A holding from one locked mark to the next: opening + bought - proceeds + realised + revalued = closing.

    In the fund's currency. ``realised`` is what sales fetched above their share of the mark before, less what was written
    off; of the first mark, above cost.
    """

    mark: Mark
    opening: Decimal
    bought: Decimal
    proceeds: Decimal
    realised: Decimal

    @property
    def closing(self) -> Decimal:
        return self.mark.value

    @property
    def revalued(self) -> Decimal:
        return self.closing - self.opening - self.bought + self.proceeds - self.realised


def runs_of(person: User, fund: Fund) -> QuerySet[ValuationRun]:
    """The runs of a fund, the latest quarter first, with who submitted them."""
    return queries.runs_visible_to(person).filter(fund=fund).select_related("fund", "opened_by", "submitted_by")


def get(person: User, public_id: str) -> ValuationRun:
    """A run that the person reads. Raises NotFound."""
    run = queries.runs_visible_to(person).select_related("fund", "opened_by", "submitted_by", "supersedes")
    found = run.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_mark(person: User, public_id: str) -> Mark:
    """One edition of a mark that the person reads. Raises NotFound."""
    rows = queries.marks_visible_to(person).select_related(
        "run__fund", "run__opened_by", "run__submitted_by", "holding__organisation", "recorded_by"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_holding(person: User, public_id: str) -> Holding:
    """A holding of a fund that the person reads. Raises NotFound."""
    found = investments.visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def sums_of(runs: Sequence[ValuationRun]) -> dict[int, Sum]:
    """By run: how many marks it has and what they come to, each in its edition in force, in one query."""
    in_force = (
        Mark.objects.filter(run__in=[run.pk for run in runs])
        .order_by("run", "holding", "-edition")
        .distinct("run", "holding")
    )
    rows = Mark.objects.filter(pk__in=in_force.values("pk")).order_by().values("run")
    found = rows.annotate(marks=models.Count("pk"), total=models.Sum("value"))
    return {row["run"]: Sum(row["marks"], row["total"]) for row in found}


def drifting(rows: Sequence[Compared]) -> list[Mark]:
    """The marks that differ from what their pinned inputs and rates come to now."""
    return [one.mark for one in rows if queries.recomputed(one.mark) != (one.mark.local_value, one.mark.value)]


def versions(run: ValuationRun) -> list[ValuationRun]:
    """Every version of the quarter, the latest first."""
    return list(ValuationRun.objects.filter(fund=run.fund_id, quarter_end=run.quarter_end).order_by("-version"))


def compared(run: ValuationRun) -> list[Compared]:
    """Every mark beside the quarter before: outliers first, then by the size of the revaluation."""
    found = [_compared(one) for one in queries.changes_against_last_quarter(run)]
    return sorted(found, key=lambda one: not one.is_outlier)


def totals(rows: Sequence[Compared]) -> Totals:
    return Totals(
        sum((one.changed.start for one in rows), ZERO),
        sum((one.changed.moved for one in rows), ZERO),
        sum((one.changed.revalued for one in rows), ZERO),
        sum((one.mark.value for one in rows), ZERO),
        sum((one.mark.cost for one in rows), ZERO),
    )


def waiting(person: User) -> list[Waiting]:
    """What waits for the person, the oldest quarter first, however many runs there are in the same number of queries."""
    if not any(people_rules.may(person, one) for one in (Permission.VALUATION_PREPARE, Permission.VALUATION_APPROVE)):
        return []
    signed = Prefetch("approvals", MarkApproval.objects.select_related("by"))
    rows = list(
        queries.runs_visible_to(person)
        .filter(state__in=[State.IN_REVIEW, State.SUBMITTED])
        .select_related("fund", "opened_by", "submitted_by")
        .prefetch_related(signed)
        .order_by("quarter_end", "pk")
    )
    authors = _authors(rows)
    wanted = {State.IN_REVIEW: Act.SUBMIT, State.SUBMITTED: Act.APPROVE}
    found = [Waiting(run, wanted[State(run.state)]) for run in rows]
    return [one for one in found if _waits(person, one, authors[one.run.pk])]


def bridge(holding: Holding, *, as_of: date, known_at: datetime) -> list[Quarter]:
    """The holding from locked mark to locked mark, the oldest first, as known at a moment.

    A transaction falls to the first mark that knew it: what was recorded late moves the next one.
    """
    marks = [one for one in queries.marks_over_time(holding, known_at=known_at) if one.run.quarter_end <= as_of]
    standing = investments.standing(as_of=as_of, known_at=known_at)
    rows = Transaction.objects.filter(standing, holding=holding).select_related("taken_back")
    left = list(rows.order_by("effective_on", "pk"))
    known: list[Transaction] = []
    found: list[Quarter] = []
    for mark in marks:
        mine, _later = rolling.known_and_since(left, marked_on=mark.run.quarter_end, known_at=mark.known_at)
        left = [row for row in left if row not in mine]
        found.append(_quarter(mark, found[-1].closing if found else ZERO, known, mine))
        known += mine
    return found


def _quarter(mark: Mark, opening: Decimal, known: Sequence[Transaction], mine: Sequence[Transaction]) -> Quarter:
    bought = sum((row.fund_amount for row in mine if row.kind in ADDING), ZERO)
    proceeds = sum((row.fund_amount for row in mine if row.kind in RECEIVING), ZERO)
    if known:
        steps = map(rolling.in_fund_currency, known), map(rolling.in_fund_currency, mine)
        carried = rolling.roll(*steps).of(opening)
    else:
        carried = bought - sum((row.fund_cost for row in mine if row.kind not in ADDING), ZERO)
    return Quarter(mark, opening, bought, proceeds, realised=carried - opening - bought + proceeds)


def _compared(changed: Changed) -> Compared:
    share = changed.share
    return Compared(changed, share is not None and abs(share) >= OUTLIER)


def _authors(runs: Sequence[ValuationRun]) -> dict[int, set[int]]:
    """By run, the people who opened, submitted or changed it or a version that it continues."""
    found = {run.pk: {one.human for one in (run.opened_by, run.submitted_by) if one} for run in runs}
    recorded = (
        Mark.objects.filter(run__fund__in={run.fund_id for run in runs})
        .order_by()
        .values_list("run__fund", "run__quarter_end", "run__version", "recorded_by")
        .distinct()
    )
    rows = list(recorded)
    people = User.objects.in_bulk({row[3] for row in rows})
    for run in runs:
        for fund, quarter_end, version, author in rows:
            if (fund, quarter_end) == (run.fund_id, run.quarter_end) and version <= run.version:
                found[run.pk].add(people[author].human)
    return found


def _waits(person: User, one: Waiting, authors: set[int]) -> bool:
    """Whether the step is the person's. Approvals since the submission cover what stands: a change takes it back."""
    if not people_rules.may(person, rules.PERMISSIONS[one.act], one.run.fund.public_id):
        return False
    if one.act is Act.SUBMIT:
        return True
    stands = [row for row in one.run.approvals.all() if one.run.submitted_at and row.at >= one.run.submitted_at]
    return person.human not in authors | {row.by.human for row in stands}
