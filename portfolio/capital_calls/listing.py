"""The calls of a fund as a list: what waits for the person first, then the latest."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from core.people.models import User
from portfolio.capital_calls import queries, rules
from portfolio.capital_calls.lifecycle import Stage, State, paid_stage
from portfolio.capital_calls.models import CallApproval, CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.splitting import Day
from portfolio.funds.models import Fund

ZERO = Decimal(0)
SIGNED = Prefetch("approvals", CallApproval.objects.select_related("by"))
"""Approvals with whoever gave them: who may approve is a question about people."""
WAITING = "waiting"
"""What stands in an address for the calls that wait for the person."""
CUSTOMARY_WEEKDAYS = 10
"""Days of notice that partners are customarily given (ILPA Principles 3.0)."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One call at a point in time. ``waits_for`` is the step that waits for the person, if one does."""

    call: CapitalCall
    stage: Stage
    amount: Decimal
    paid: Decimal
    waits_for: Act | None

    @property
    def is_issued(self) -> bool:
        return self.stage in (Stage.ISSUED, Stage.PAID_IN_PART, Stage.OVERDUE, Stage.SETTLED)

    @property
    def open(self) -> Decimal:
        return self.amount - self.paid if self.is_issued else ZERO


@dataclass(frozen=True, slots=True)
class Listed:
    """The calls asked for, with the sums of those that are issued, and what there is to narrow by."""

    rows: tuple[Row, ...]
    stages: tuple[tuple[str, int], ...]
    waiting: int

    @property
    def issued(self) -> list[Row]:
        return [row for row in self.rows if row.is_issued]

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.issued), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((row.paid for row in self.issued), ZERO)

    @property
    def open(self) -> Decimal:
        return sum((row.open for row in self.issued), ZERO)

    @property
    def is_illustrative(self) -> bool:
        return any(row.call.is_illustrative for row in self.rows)


def listed(
    person: User, fund: Fund, *, wanted: str = "", as_of: date, known_at: datetime, today: date | None
) -> Listed:
    """The calls of a fund in four queries, and two where one is submitted. ``today`` is given where the page speaks of now.

    Working papers, that is drafts and what was never issued, are told of now only: they are overwritten, and no report
    rests on them.
    """
    paid = queries.paid_by_call(fund, as_of=as_of, known_at=known_at)
    calls = _known(fund, as_of, known_at, working_papers=today is not None)
    day = Day(as_of, known_at)
    every = [_row(person, call, paid.get(call.pk, ZERO), day, today) for call in calls]
    rows = tuple(row for row in every if _fits(row, wanted))
    counts = Counter(row.stage.value for row in every)
    return Listed(
        tuple(sorted(rows, key=lambda row: (row.waits_for is None, _due(row), -row.call.number))),
        tuple((stage.value, counts[stage.value]) for stage in Stage if counts[stage.value]),
        sum(row.waits_for is not None for row in every),
    )


def stage_of(call: CapitalCall, *, amount: Decimal, paid: Decimal, day: Day) -> Stage:
    """How far a call had come on a day, as known on a moment; what was not issued by then as it stands now."""
    as_of, known_at = day.on, day.known_at
    if was_cancelled(call, as_of=as_of, known_at=known_at):
        return Stage.CANCELLED
    if was_issued(call, as_of=as_of, known_at=known_at):
        return paid_stage(amount, paid, due_on=call.due_on, as_of=as_of)
    if call.state == State.SUBMITTED:
        return Stage.APPROVED if queries.is_approved(call, day) else Stage.SUBMITTED
    return Stage.DRAFT


def was_issued(call: CapitalCall, *, as_of: date, known_at: datetime) -> bool:
    return _had(call.issued_on, call.issued_at, as_of, known_at)


def was_cancelled(call: CapitalCall, *, as_of: date, known_at: datetime) -> bool:
    return _had(call.cancelled_on, call.cancelled_at, as_of, known_at)


def waits_for(person: User, call: CapitalCall, day: Day) -> Act | None:
    """The step that waits for this person: to go on with her own draft, or to approve or issue what others prepared."""
    if call.state == State.DRAFT and person.pk in (call.drafted_by_id, call.edited_by_id):
        return None if rules.refusal(person, call, Act.SUBMIT, on=day.on) else Act.SUBMIT
    if call.state == State.SUBMITTED and rules.refusal(person, call, Act.APPROVE, on=day.on) is None:
        return Act.ISSUE if queries.is_approved(call, day) else Act.APPROVE
    return None


def weekdays_given(first: date, last: date) -> int:
    """The weekdays after ``first`` to and with ``last``; holidays differ by nation and are not taken out."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)


def after_weekdays(first: date, count: int) -> date:
    """The first day that leaves ``count`` weekdays after ``first``."""
    day = first
    while weekdays_given(first, day) < count:
        day += timedelta(days=1)
    return day


def _known(fund: Fund, as_of: date, known_at: datetime, *, working_papers: bool) -> QuerySet[CapitalCall]:
    issued = Q(issued_on__lte=as_of, issued_at__lte=known_at)
    calls = CapitalCall.objects.filter(issued | Q(issued_on__isnull=True) if working_papers else issued, fund=fund)
    told = calls.select_related("fund", "drafted_by", "edited_by").prefetch_related("lines", SIGNED)
    return told.order_by("-number", "pk")


def _row(person: User, call: CapitalCall, paid: Decimal, day: Day, today: date | None) -> Row:
    amount = sum((line.amount for line in call.lines.all()), ZERO)
    stage = stage_of(call, amount=amount, paid=paid, day=day)
    return Row(call, stage, amount, paid, waits_for(person, call, day) if today else None)


def _fits(row: Row, wanted: str) -> bool:
    return wanted in ("", row.stage.value) or (wanted == WAITING and row.waits_for is not None)


def _due(row: Row) -> date:
    """What waits is in the order of its due dates; the rest is ordered by its number alone."""
    return row.call.due_on if row.waits_for else date.min


def _had(day: date | None, moment: datetime | None, as_of: date, known_at: datetime) -> bool:
    return day is not None and moment is not None and day <= as_of and moment <= known_at
