"""The books at the ends of many days, in one pass over their rows: what a report over quarters needs."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from portfolio.ledger.models import Book


class LineBalance(NamedTuple):
    """Debits less credits of all accounts of one line of the chart at the end of ``day``, in the book's currency."""

    day: date
    code: str
    fund_amount: Decimal


_COURSE = """
WITH moved AS (
    SELECT width_bucket(p.effective_on - 1, %(days)s::date[]) + 1 AS place, d.code AS debit, c.code AS credit,
           sum(p.fund_amount) AS amount
      FROM portfolio_posting p JOIN portfolio_account d ON d.id = p.debit_id JOIN portfolio_account c ON c.id = p.credit_id
     WHERE p.book_id = %(book)s AND p.effective_on <= %(last)s AND p.recorded_at <= %(known_at)s GROUP BY 1, 2, 3
), legs AS (
    SELECT place, debit AS code, amount FROM moved UNION ALL SELECT place, credit, -amount FROM moved
), by_place AS (SELECT place, code, sum(amount) AS amount FROM legs GROUP BY place, code)
SELECT asked.day, codes.code, sum(COALESCE(by_place.amount, 0)) OVER (PARTITION BY codes.code ORDER BY asked.day)
  FROM unnest(%(days)s::date[]) WITH ORDINALITY asked (day, place)
  CROSS JOIN (SELECT DISTINCT code FROM by_place) codes LEFT JOIN by_place USING (place, code)
 ORDER BY asked.day, codes.code
"""
"""Each row falls to the first of the days that is not before it; what falls to a day and before it is its balance."""


def balances(book: Book, days: Sequence[date], *, known_at: datetime) -> list[LineBalance]:
    """The balance of every line of the chart at the end of each day, as known on a moment.

    Each day has every line that was touched by the last of them. Rows are read and added up once: what moved between a
    day and the next, then the running sum.
    """
    if not days:
        return []
    ordered = sorted(set(days))
    with connection.cursor() as cursor:
        cursor.execute(_COURSE, {"book": book.pk, "days": ordered, "last": ordered[-1], "known_at": known_at})
        return [LineBalance(*row) for row in cursor.fetchall()]
