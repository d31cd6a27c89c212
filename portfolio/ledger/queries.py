"""Balances and entries, as of a day and as known on a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from portfolio.ledger.models import Account, Book, ClosedPeriod, Entry

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Debits less credits of one account: ``amount`` in its own currency, ``fund_amount`` in the book's."""

    account_id: int
    code: str
    subject: str
    currency: str
    amount: Decimal
    fund_amount: Decimal


_BALANCES = """
WITH legs AS (
    SELECT debit_id AS account_id, amount, fund_amount FROM portfolio_posting
     WHERE book_id = %(book)s AND effective_on <= %(as_of)s AND recorded_at <= %(known_at)s AND effective_on > %(after)s
    UNION ALL
    SELECT credit_id, -amount, -fund_amount FROM portfolio_posting
     WHERE book_id = %(book)s AND effective_on <= %(as_of)s AND recorded_at <= %(known_at)s AND effective_on > %(after)s
    UNION ALL
    SELECT account_id, amount, fund_amount FROM portfolio_closingbalance WHERE period_id = %(period)s
)
SELECT a.id, a.code, a.subject, a.currency_id, sum(l.amount), sum(l.fund_amount)
  FROM legs l JOIN portfolio_account a ON a.id = l.account_id
 GROUP BY a.id ORDER BY a.code, a.subject, a.currency_id, a.id
"""


def balances(book: Book, *, as_of: date, known_at: datetime, from_closings: bool = True) -> list[Balance]:
    """Every account's balance at the end of ``as_of`` as known at ``known_at``, in one query after the last closing.

    The closing balances of the latest period that had ended and was closed by then stand for its rows: nothing dated
    within may be added later. ``from_closings=False`` sums every row, which must give the same.
    """
    period = _usable_closing(book, as_of, known_at) if from_closings else None
    after = date.min if period is None else _last_day(period)
    parameters: dict[str, int | date | datetime | None] = {
        "book": book.pk,
        "as_of": as_of,
        "known_at": known_at,
        "after": after,
        "period": period.pk if period else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, parameters)
        return [Balance(*row) for row in cursor.fetchall()]


def balance(book: Book, code: str, *, as_of: date, known_at: datetime, subject: str | None = None) -> Decimal:
    """The sum in fund currency of the balances of one line of the chart, of one subject or of all."""
    return sum(
        (
            one.fund_amount
            for one in balances(book, as_of=as_of, known_at=known_at)
            if one.code == code and subject in (None, one.subject)
        ),
        ZERO,
    )


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


def account(book: Book, code: str, currency: str, subject: str = "") -> Account | None:
    return Account.objects.filter(book=book, code=code, currency=currency, subject=subject).first()


def _usable_closing(book: Book, as_of: date, known_at: datetime) -> ClosedPeriod | None:
    return (
        ClosedPeriod.objects.filter(book=book, ends_before__lte=_next_day(as_of), closed_at__lte=known_at)
        .order_by("-ends_before")
        .first()
    )


def _next_day(day: date) -> date:
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)


def _last_day(period: ClosedPeriod) -> date:
    return date.fromordinal(period.ends_before.toordinal() - 1)
