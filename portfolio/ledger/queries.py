"""Balances and entries, as of a day and as known on a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from portfolio.ledger.models import Account, Book, ClosedPeriod, Entry

ZERO = Decimal(0)


class Balance(NamedTuple):
    """Debits less credits of one account: ``amount`` in its own currency, ``fund_amount`` in the book's."""

    account_id: int
    code: str
    subject: str
    currency: str
    amount: Decimal
    fund_amount: Decimal


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed period whose balances stand for its rows. ``ends_before`` is the first day that is still summed."""

    period_id: int
    ends_before: date


_BALANCES = """
WITH moved AS (
    SELECT debit_id, credit_id, sum(amount) AS amount, sum(fund_amount) AS fund_amount FROM portfolio_posting
     WHERE book_id = %(book)s AND effective_on <= %(as_of)s AND recorded_at <= %(known_at)s AND effective_on > %(after)s
     GROUP BY debit_id, credit_id
), legs AS (
    SELECT debit_id AS account_id, amount, fund_amount FROM moved
    UNION ALL
    SELECT credit_id, -amount, -fund_amount FROM moved
    UNION ALL
    SELECT account_id, amount, fund_amount FROM portfolio_closingbalance WHERE period_id = %(period)s
)
SELECT a.id, a.code, a.subject, a.currency_id, sum(l.amount), sum(l.fund_amount)
  FROM legs l JOIN portfolio_account a ON a.id = l.account_id
 WHERE %(code)s::text IS NULL OR a.code = %(code)s
 GROUP BY a.id ORDER BY a.code, a.subject, a.currency_id, a.id
"""
"""Rows are read once and summed between two accounts; both sides are taken from those sums, which are far fewer."""

_LEAST = """
WITH line AS (
    SELECT id FROM portfolio_account WHERE book_id = %(book)s AND code = %(code)s
), moved AS (
    SELECT day, sum(fund_amount) AS amount FROM (
        SELECT effective_on AS day, fund_amount FROM portfolio_posting
         WHERE book_id = %(book)s AND effective_on > %(since)s AND recorded_at <= %(known_at)s
           AND debit_id IN (SELECT id FROM line)
        UNION ALL
        SELECT effective_on, -fund_amount FROM portfolio_posting
         WHERE book_id = %(book)s AND effective_on > %(since)s AND recorded_at <= %(known_at)s
           AND credit_id IN (SELECT id FROM line)
    ) legs GROUP BY day
)
SELECT day, sum(amount) OVER (ORDER BY day) AS since_then FROM moved ORDER BY since_then, day LIMIT 1
"""
"""The day after which the line has lost most since a day, and how much: below nothing where it is a loss."""


def balances(
    book: Book, *, as_of: date, known_at: datetime, from_closings: bool = True, code: str | None = None
) -> list[Balance]:
    """Every account's balance at the end of ``as_of`` as known at ``known_at``: in one query, of books never closed, or two.

    The closing balances of the latest period that had ended and was closed by then stand for its rows: nothing dated
    within may be added later. ``from_closings=False`` sums every row, which must give the same. ``code`` asks
    for one line of the chart alone.
    """
    found = None
    if from_closings and book.closed_through:
        usable = usable_closings(book, as_of=as_of, known_at=known_at)
        found = usable.values_list("pk", "ends_before").first()
    return balances_since(Closing(*found) if found else None, book, as_of=as_of, known_at=known_at, code=code)


def balances_since(
    closing: Closing | None, book: Book, *, as_of: date, known_at: datetime, code: str | None = None
) -> list[Balance]:
    """The same, for a caller that has read the closing to begin from already; None begins with the first row."""
    parameters: dict[str, int | str | date | datetime | None] = {
        "book": book.pk,
        "as_of": as_of,
        "known_at": known_at,
        "after": _day_before(closing.ends_before) if closing else date.min,
        "period": closing.period_id if closing else None,
        "code": code,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, parameters)
        return [Balance(*row) for row in cursor.fetchall()]


def usable_closings(book: Book, *, as_of: date, known_at: datetime) -> QuerySet[ClosedPeriod]:
    """The closed periods whose balances may stand for their rows at a point in time, the latest first."""
    return ClosedPeriod.objects.filter(book=book, ends_before__lte=_next_day(as_of), closed_at__lte=known_at).order_by(
        "-ends_before"
    )


def balance(book: Book, code: str, *, as_of: date, known_at: datetime, subject: str | None = None) -> Decimal:
    """The sum in fund currency of the balances of one line of the chart, of one subject or of all."""
    return sum(
        (
            one.fund_amount
            for one in balances(book, as_of=as_of, known_at=known_at, code=code)
            if subject in (None, one.subject)
        ),
        ZERO,
    )


def least_balance(book: Book, code: str, *, since: date, known_at: datetime) -> tuple[date, Decimal]:
    """The least balance in fund currency of one line of the chart at the end of ``since`` or of any later day, and that day.

    The first of several such days. Two queries.
    """
    start = balance(book, code, as_of=since, known_at=known_at)
    with connection.cursor() as cursor:
        cursor.execute(_LEAST, {"book": book.pk, "code": code, "since": since, "known_at": known_at})
        found = cursor.fetchone()
    return (found[0], start + found[1]) if found and found[1] < ZERO else (since, start)


def entries(book: Book, *, as_of: date, known_at: datetime) -> QuerySet[Entry]:
    """Entries effective by a day and known by a moment, newest first, with their postings at hand."""
    return (
        Entry.objects.filter(book=book, effective_on__lte=as_of, recorded_at__lte=known_at)
        .prefetch_related("postings__debit", "postings__credit")
        .order_by("-effective_on", "-number")
    )


def entries_of(subject: str, *, as_of: date, known_at: datetime) -> QuerySet[Entry]:
    """The entries that one call, receipt or transaction caused."""
    return Entry.objects.filter(subject=subject, effective_on__lte=as_of, recorded_at__lte=known_at).order_by("number")


def day_of_correction(book: Book, day: date) -> date:
    """The day on which what was posted to ``day`` is put right: that day, or the first open one where its period is closed."""
    return day if book.closed_through is None else max(day, _next_day(book.closed_through))


def closed_period_of(book: Book, day: date) -> ClosedPeriod | None:
    """The closed period in which a day lies; None where the books of that day are open."""
    return ClosedPeriod.objects.filter(book=book, ends_before__gt=day).order_by("ends_before").first()


def account(book: Book, code: str, currency: str, subject: str = "") -> Account | None:
    return Account.objects.filter(book=book, code=code, currency=currency, subject=subject).first()


def _next_day(day: date) -> date:
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
