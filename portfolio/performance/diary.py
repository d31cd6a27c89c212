"""What happened to a fund by day, as of a day and as known on a moment: read in one query, whatever the size of the fund.

The pool's figures, its course over time and its returns are sums of these lines.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, F, Q, QuerySet, Sum, Value, When

from core.people.models import User
from portfolio.capital_calls import counting
from portfolio.capital_calls import queries as calls
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallNotice, ReceiptAllocation
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import queries as books
from portfolio.ledger.models import Posting
from portfolio.valuations import fair_value

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
    """Inside commitment, by quarter of issue, and taken back in the quarter of a cancellation; ``number`` counts the calls."""
    PAID_IN = "paid_in"
    """By day of receipt."""
    DISTRIBUTED = "distributed"
    """By day."""
    INVESTED = "invested"
    """By quarter; ``number`` counts the transactions."""
    RECEIVED = "received"
    """From holdings, told alike."""
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


_SELECTED = {
    What.COMMITTED: """
        SELECT 'committed', t.effective_on, count(*), sum(t.amount), bool_or(t.basis = 'illustrative'), ''
          FROM (
              SELECT DISTINCT ON (t.commitment_id) t.effective_on, t.amount, t.basis
                FROM portfolio_commitmentterms t JOIN portfolio_commitment c ON c.id = t.commitment_id
               WHERE c.fund_id = %(fund)s AND t.effective_on <= %(as_of)s AND t.recorded_at <= %(known_at)s
               ORDER BY t.commitment_id, t.effective_on DESC, t.recorded_at DESC, t.id DESC
          ) t
         GROUP BY t.effective_on
    """,
    What.CALLED: """
        SELECT 'called', date_trunc('quarter', moved.day)::date, sum(moved.calls), sum(moved.calls * issued.inside),
               bool_or(issued.is_illustrative), ''
          FROM (
              SELECT k.issued_on, k.is_illustrative, sum(n.inside) AS inside,
                     CASE WHEN k.cancelled_on <= %(as_of)s AND k.cancelled_at <= %(known_at)s THEN k.cancelled_on END AS back_on
                FROM portfolio_capitalcall k JOIN portfolio_callnotice n ON n.call_id = k.id
               WHERE k.fund_id = %(fund)s AND k.issued_on <= %(as_of)s AND k.issued_at <= %(known_at)s
               GROUP BY k.id
          ) issued
         CROSS JOIN LATERAL (VALUES (issued.issued_on, 1), (issued.back_on, -1)) AS moved (day, calls)
         WHERE moved.day IS NOT NULL
         GROUP BY 2 HAVING sum(moved.calls) <> 0 OR sum(moved.calls * issued.inside) <> 0
    """,
    What.PAID_IN: """
        SELECT 'paid_in', a.effective_on, count(*), sum(a.amount), bool_or(k.is_illustrative), ''
          FROM portfolio_receiptallocation a JOIN portfolio_receipt r ON r.id = a.receipt_id
          JOIN portfolio_callnotice n ON n.id = a.notice_id JOIN portfolio_capitalcall k ON k.id = n.call_id
          LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = r.id
         WHERE r.fund_id = %(fund)s AND a.effective_on <= %(as_of)s AND a.recorded_at <= %(known_at)s
           AND (b.effective_on <= %(as_of)s AND b.recorded_at <= %(known_at)s) IS NOT TRUE
         GROUP BY a.effective_on
    """,
    What.DISTRIBUTED: """
        SELECT 'distributed', moved.effective_on, count(*), sum(moved.amount), false, ''
          FROM (
              SELECT p.effective_on, p.fund_amount AS amount, p.recorded_at
                FROM portfolio_account mine JOIN portfolio_posting p ON p.debit_id = mine.id
                JOIN portfolio_account other ON other.id = p.credit_id
               WHERE mine.book_id = %(book)s AND mine.code = %(returned)s AND other.code <> %(returned)s
              UNION ALL
              SELECT p.effective_on, -p.fund_amount, p.recorded_at
                FROM portfolio_account mine JOIN portfolio_posting p ON p.credit_id = mine.id
                JOIN portfolio_account other ON other.id = p.debit_id
               WHERE mine.book_id = %(book)s AND mine.code = %(returned)s AND other.code <> %(returned)s
          ) moved
         WHERE moved.effective_on <= %(as_of)s AND moved.recorded_at <= %(known_at)s
         GROUP BY moved.effective_on
    """,
    What.INVESTED: """
        SELECT 'invested', date_trunc('quarter', t.effective_on)::date, count(*), sum(t.fund_cost),
               bool_or(t.is_illustrative), ''
          FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id
          LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id
         WHERE h.fund_id = %(fund)s AND t.kind = ANY(%(adding)s) AND t.effective_on <= %(as_of)s
           AND t.recorded_at <= %(known_at)s AND (b.effective_on <= %(as_of)s AND b.recorded_at <= %(known_at)s) IS NOT TRUE
         GROUP BY 2
    """,
    What.RECEIVED: """
        SELECT 'received', date_trunc('quarter', t.effective_on)::date, count(*), sum(t.fund_amount),
               bool_or(t.is_illustrative), ''
          FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id
          LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id
         WHERE h.fund_id = %(fund)s AND t.kind = ANY(%(receiving)s) AND t.effective_on <= %(as_of)s
           AND t.recorded_at <= %(known_at)s AND (b.effective_on <= %(as_of)s AND b.recorded_at <= %(known_at)s) IS NOT TRUE
         GROUP BY 2
    """,
    What.REVALUED: f"""
        SELECT 'revalued', v.marked_on, 1, v.value - v.cost, v.is_illustrative, v.holding
          FROM ({fair_value.VALUED}) v WHERE v.mark IS NOT NULL
    """,  # noqa: S608 -- a part of the query, no value
    What.CLOSING: """
        SELECT 'closing', c.ends_before, c.id, 0, false, ''
          FROM (
              SELECT id, ends_before FROM portfolio_closedperiod
               WHERE book_id = %(book)s AND ends_before <= %(as_of)s::date + 1 AND closed_at <= %(known_at)s
               ORDER BY ends_before DESC LIMIT 1
          ) c
    """,
}
"""What each kind of line is read from; ``notices``, ``allocations``, ``purchases`` and ``proceeds`` are the rows behind four of them."""
_EVERY = " UNION ALL ".join(f"({one})" for one in _SELECTED.values())


def read(fund: Fund, *, as_of: date, known_at: datetime, waiting_for: User | None = None) -> Diary:
    """The lines in the order of their days. ``waiting_for`` adds the calls that wait for that person now."""
    sql, values = _positional(_EVERY, _parameters(fund, as_of, known_at))
    for waiting in _waiting(fund, waiting_for) if waiting_for else ():
        more, of_it = waiting.query.sql_with_params()
        sql, values = f"{sql} UNION ALL ({more})", [*values, *of_it]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        lines = [Line(*row) for row in cursor.fetchall()]
    return Diary(tuple(sorted(lines, key=lambda line: (line.day, line.what, line.ref))))


def notices(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    """The notices of calls issued by then and not cancelled by then, as known by then."""
    issued = CallNotice.objects.filter(call__fund=fund, call__issued_on__lte=as_of, call__issued_at__lte=known_at)
    return issued.exclude(call__cancelled_on__lte=as_of, call__cancelled_at__lte=known_at)


def allocations(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[ReceiptAllocation]:
    """The parts of receipts that pay notices."""
    return ReceiptAllocation.objects.filter(counting.parts(as_of=as_of, known_at=known_at), receipt__fund=fund)


def purchases(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[Transaction]:
    """What was bought: shares, and payments to other funds."""
    return _transactions(fund, investments.ADDING, as_of, known_at)


def proceeds(fund: Fund, *, as_of: date, known_at: datetime) -> QuerySet[Transaction]:
    """What brought money in: sales, and distributions of other funds."""
    return _transactions(fund, investments.RECEIVING, as_of, known_at)


def distributed_by_subject(fund: Fund, *, as_of: date, known_at: datetime) -> dict[str, dict[date, Decimal]]:
    """What each limited partner got back, by public id of the commitment and by day."""
    returned_to = Case(When(debit__code=RETURNED, then=F("debit__subject")), default=F("credit__subject"))
    rows = _touching_distributed(fund, as_of, known_at).annotate(to=returned_to).values("to", "effective_on")
    result: dict[str, dict[date, Decimal]] = {}
    for row in rows.annotate(total=Sum(_SIGNED)).order_by("effective_on"):
        result.setdefault(row["to"], {})[row["effective_on"]] = row["total"]
    return result


def _transactions(fund: Fund, kinds: frozenset[str], as_of: date, known_at: datetime) -> QuerySet[Transaction]:
    return Transaction.objects.filter(
        investments.standing(as_of=as_of, known_at=known_at), holding__fund=fund, kind__in=kinds
    )


def _touching_distributed(fund: Fund, as_of: date, known_at: datetime) -> QuerySet[Posting]:
    """Postings with one side at the line; one between two of its accounts moves nothing in or out."""
    return Posting.objects.filter(
        Q(debit__code=RETURNED) ^ Q(credit__code=RETURNED),
        book=fund.book_id,
        effective_on__lte=as_of,
        recorded_at__lte=known_at,
    )


def _waiting(fund: Fund, person: User) -> Iterator[Rows]:
    """Calls that wait for a person's approval, and her own drafts."""
    waiting = calls.waiting(person).filter(fund=fund).select_related(None)
    for what, state in ((What.WAITING, State.SUBMITTED), (What.DRAFTS, State.DRAFT)):
        rows = waiting.filter(state=state).order_by().annotate(what=Value(what.value, CharField()))
        yield rows.values_list("what", "due_on", "number", Sum("lines__amount"), "is_illustrative", "public_id")


def _parameters(fund: Fund, as_of: date, known_at: datetime) -> dict[str, Any]:
    of_books = {"book": funds.book_of(fund).pk, "returned": RETURNED}
    moved = {"as_of": as_of, "receiving": sorted(investments.RECEIVING)}
    return fair_value.parameters(fund, [as_of], known_at=known_at) | moved | of_books


def _positional(sql: str, named: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Values in the order of their places, so that more may follow."""
    return _NAMED.sub("%s", sql), [named[name] for name in _NAMED.findall(sql)]


_NAMED = re.compile(r"%\((\w+)\)s")
