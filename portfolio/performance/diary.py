"""What happened to a fund by day, as of a day and as known on a moment: read in one query, whatever the size of the fund.

The pool's figures, its course over time and its returns are sums of these lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncQuarter

from core.nations.models import Basis
from core.people.models import User
from portfolio.capital_calls import queries as calls
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallNotice, ReceiptAllocation
from portfolio.funds import queries as funds
from portfolio.funds.models import CommitmentTerms, Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import queries as books
from portfolio.ledger.models import ClosedPeriod, Posting
from portfolio.valuations import queries as valuations

ZERO = Decimal(0)
Rows = QuerySet[Any, Any]
RETURNED = "distributed"
"""The line of the chart for what the limited partners got back."""


_SIGNED = Case(When(debit__code=RETURNED, then=F("fund_amount")), default=-F("fund_amount"))
"""What a posting adds to the line, in fund currency."""


class What(StrEnum):
    """The kinds of lines, and what ``day`` and ``number`` of each say."""

    COMMITTED = "committed"
    """In force; ``number`` counts the commitments."""
    CALLED = "called"
    """Inside commitment, by quarter of issue; ``number`` counts the calls."""
    PAID_IN = "paid_in"
    """By day of receipt."""
    DISTRIBUTED = "distributed"
    """By day."""
    INVESTED = "invested"
    """By quarter; ``number`` counts the transactions."""
    REVALUED = "revalued"
    """Fair value less cost of a holding with an approved mark: ``day`` is the mark's quarter end, ``ref`` the holding."""
    CLOSING = "closing"
    """The latest usable closing of the books: ``day`` is the first after it, ``number`` its key."""
    WAITING = "waiting"
    """A call that waits for the person's approval: ``day`` is when it falls due, ``number`` the call's, ``ref`` its id."""
    DRAFTS = "drafts"
    """A draft that the person began, told alike."""


@dataclass(frozen=True, slots=True)
class Line:
    """``day`` is the first of the quarter where lines are told by quarter."""

    what: str
    day: date
    number: int
    amount: Decimal
    is_illustrative: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Diary:
    lines: tuple[Line, ...]

    def of(self, what: What) -> Iterator[Line]:
        return (line for line in self.lines if line.what == what)

    def total(self, what: What) -> Decimal:
        return sum((line.amount for line in self.of(what)), ZERO)

    def count(self, what: What) -> int:
        return sum(line.number for line in self.of(what))

    @property
    def gains(self) -> dict[str, Decimal]:
        """Fair value less cost by public id of each holding that has an approved mark."""
        return {line.ref: line.amount for line in self.of(What.REVALUED)}

    @property
    def marked_on(self) -> date | None:
        """The latest quarter with approved marks; None while everything stands at cost."""
        return max((line.day for line in self.of(What.REVALUED)), default=None)

    @property
    def is_illustrative(self) -> bool:
        return any(line.is_illustrative for line in self.lines)

    @property
    def closing(self) -> books.Closing | None:
        """From which closing the balances of the books may begin."""
        return next((books.Closing(line.number, line.day) for line in self.of(What.CLOSING)), None)


def read(fund: Fund, *, as_of: date, known_at: datetime, waiting_for: User | None = None) -> Diary:
    """The lines in the order of their days. ``waiting_for`` adds the calls that wait for that person now."""
    first, *rest = [
        _committed(fund, as_of, known_at),
        _called(fund, as_of, known_at),
        _paid_in(fund, as_of, known_at),
        _distributed(fund, as_of, known_at),
        _invested(fund, as_of, known_at),
        _revalued(fund, as_of, known_at),
        _closing(fund, as_of, known_at),
        *(list(_waiting(fund, waiting_for)) if waiting_for else []),
    ]
    lines = [Line(*row) for row in first.union(*rest, all=True)]
    return Diary(tuple(sorted(lines, key=lambda line: (line.day, line.what, line.ref))))


def notices(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    """The notices of calls issued by then and not cancelled by then, as known by then."""
    issued = CallNotice.objects.filter(call__fund=fund, call__issued_on__lte=as_of, call__issued_at__lte=known_at)
    return issued.exclude(call__cancelled_on__lte=as_of, call__cancelled_at__lte=known_at)


def allocations(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[ReceiptAllocation]:
    """The parts of receipts that pay notices."""
    return ReceiptAllocation.objects.filter(receipt__fund=fund, effective_on__lte=as_of, recorded_at__lte=known_at)


def purchases(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[Transaction]:
    """What was bought: shares, and payments to other funds."""
    return Transaction.objects.filter(
        holding__fund=fund, kind__in=investments.ADDING, effective_on__lte=as_of, recorded_at__lte=known_at
    )


def distributed_by_subject(fund: Fund, *, as_of: date, known_at: datetime) -> dict[str, dict[date, Decimal]]:
    """What each limited partner got back, by public id of the commitment and by day."""
    returned_to = Case(When(debit__code=RETURNED, then=F("debit__subject")), default=F("credit__subject"))
    rows = _touching_distributed(fund, as_of, known_at).annotate(to=returned_to).values("to", "effective_on")
    result: dict[str, dict[date, Decimal]] = {}
    for row in rows.annotate(total=Sum(_SIGNED)).order_by("effective_on"):
        result.setdefault(row["to"], {})[row["effective_on"]] = row["total"]
    return result


def _touching_distributed(fund: Fund, as_of: date, known_at: datetime) -> QuerySet[Posting]:
    """Postings with one side at the line; one between two of its accounts moves nothing in or out."""
    return Posting.objects.filter(
        Q(debit__code=RETURNED) ^ Q(credit__code=RETURNED),
        book=fund.book_id,
        effective_on__lte=as_of,
        recorded_at__lte=known_at,
    )


def _committed(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    in_force = funds.rows_in_force(fund, as_of=as_of, known_at=known_at).select_related(None).values("pk")
    rows = CommitmentTerms.objects.filter(pk__in=in_force)
    return _lines(rows, What.COMMITTED, F("effective_on"), "amount", is_illustrative=Q(basis=Basis.ILLUSTRATIVE))


def _called(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    rows = notices(fund, as_of=as_of, known_at=known_at)
    return _lines(
        rows,
        What.CALLED,
        TruncQuarter("call__issued_on"),
        "inside",
        number=Count("call", distinct=True),
        is_illustrative=Q(call__is_illustrative=True),
    )


def _paid_in(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    rows = allocations(fund, as_of=as_of, known_at=known_at)
    return _lines(
        rows, What.PAID_IN, F("effective_on"), "amount", is_illustrative=Q(notice__call__is_illustrative=True)
    )


def _distributed(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    rows = _touching_distributed(fund, as_of, known_at)
    return _lines(rows, What.DISTRIBUTED, F("effective_on"), _SIGNED)


def _invested(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    rows = purchases(fund, as_of=as_of, known_at=known_at)
    return _lines(
        rows, What.INVESTED, TruncQuarter("effective_on"), "fund_cost", is_illustrative=Q(is_illustrative=True)
    )


def _revalued(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    """One line a holding; its columns are those of ``_lines``."""
    return (
        valuations.revalued(fund, as_of=as_of, known_at=known_at)
        .order_by()
        .annotate(what=Value(What.REVALUED.value, CharField()), number=Value(1, IntegerField()))
        .values_list("what", "marked_on", "number", "gain", "mark_is_illustrative", "public_id")
    )


def _closing(fund: Fund, as_of: date, known_at: datetime) -> Rows:
    usable = books.usable_closings(funds.book_of(fund), as_of=as_of, known_at=known_at)
    latest = ClosedPeriod.objects.filter(pk__in=usable.values("pk")[:1])
    return _lines(latest, What.CLOSING, F("ends_before"), Value(ZERO), number=Max("pk"))


def _waiting(fund: Fund, person: User) -> Iterator[Rows]:
    """Calls that wait for a person's approval, and her own drafts."""
    waiting = calls.waiting(person).filter(fund=fund).select_related(None)
    for what, state in ((What.WAITING, State.SUBMITTED), (What.DRAFTS, State.DRAFT)):
        yield _lines(
            waiting.filter(state=state),
            what,
            F("due_on"),
            "lines__amount",
            number=Max("number"),
            is_illustrative=Q(is_illustrative=True),
            ref=F("public_id"),
        )


def _lines(
    rows: QuerySet[Any],
    what: What,
    day: Combinable,
    amount: str | Combinable,
    *,
    number: Aggregate | None = None,
    is_illustrative: Q | None = None,
    ref: Combinable | None = None,
) -> Rows:
    """Rows summed by day; each part of the union has the same columns in the same order."""
    marked = Case(When(is_illustrative, then=True), default=False) if is_illustrative else Value(value=False)
    named = rows.order_by().annotate(
        what=Value(what.value, CharField()),
        day=Cast(day, DateField()),
        ref=ref or Value("", CharField()),
    )
    return (
        named.values("what", "day", "ref")
        .annotate(number=number or Count("pk"), total=Sum(amount), marked=BoolOr(marked))
        .values_list("what", "day", "number", "total", "marked", "ref")
    )
