"""What is always true of the books, each as a query that returns no row.

They are asked by command, hourly, after every restore and after every test that breaks something on purpose.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from portfolio.ledger.models import Book


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, and up to ten of the rows that show it."""

    name: str
    rows: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        return f"{self.name}: {', '.join(str(row) for row in self.rows)}"


QUERIES: dict[str, str] = {
    "a posting stays within its book, day and moment": """
        SELECT p.id FROM portfolio_posting p JOIN portfolio_entry e ON e.id = p.entry_id
          JOIN portfolio_account d ON d.id = p.debit_id JOIN portfolio_account c ON c.id = p.credit_id
         WHERE e.book_id = %(book)s AND (d.book_id <> e.book_id OR c.book_id <> e.book_id OR p.book_id <> e.book_id
            OR p.effective_on <> e.effective_on OR p.recorded_at <> e.recorded_at OR d.currency_id <> p.currency_id
            OR c.currency_id <> p.currency_id)
    """,
    "an amount is above zero and between two accounts": """
        SELECT id FROM portfolio_posting
         WHERE book_id = %(book)s AND (amount <= 0 OR fund_amount < 0 OR rate <= 0 OR debit_id = credit_id)
    """,
    "in the book's own currency both amounts agree": """
        SELECT p.id FROM portfolio_posting p JOIN portfolio_book b ON b.id = p.book_id
         WHERE b.id = %(book)s AND p.currency_id = b.currency_id AND p.amount <> p.fund_amount
    """,
    "an entry has postings": """
        SELECT e.number FROM portfolio_entry e LEFT JOIN portfolio_posting p ON p.entry_id = e.id
         WHERE e.book_id = %(book)s AND p.id IS NULL
    """,
    "entries are numbered without a gap": """
        SELECT number, expected FROM (
            SELECT number, row_number() OVER (ORDER BY number) AS expected FROM portfolio_entry WHERE book_id = %(book)s
        ) numbered WHERE number <> expected
        UNION ALL
        SELECT b.length, count(e.id) FROM portfolio_book b LEFT JOIN portfolio_entry e ON e.book_id = b.id
         WHERE b.id = %(book)s GROUP BY b.id HAVING b.length <> count(e.id)
    """,
    "each entry is joined to the one before": """
        SELECT number FROM (
            SELECT number, previous, lag(digest, 1, repeat('0', 64)) OVER (ORDER BY number) AS expected
              FROM portfolio_entry WHERE book_id = %(book)s
        ) chained WHERE previous <> expected
        UNION ALL
        SELECT e.number FROM portfolio_entry e JOIN portfolio_book b ON b.id = e.book_id
         WHERE b.id = %(book)s AND e.number = b.length AND e.digest <> b.head
    """,
    "no entry was recorded into a period after its close": """
        SELECT e.number FROM portfolio_entry e JOIN portfolio_closedperiod c ON c.book_id = e.book_id
         WHERE e.book_id = %(book)s AND e.effective_on < c.ends_before AND e.number > c.last_number
    """,
    "closing balances equal the sum of their rows": """
        SELECT period, account, kept, summed FROM (
            SELECT c.id AS period, b.account_id AS account, b.amount AS kept, COALESCE((
                SELECT sum(CASE WHEN p.debit_id = b.account_id THEN p.amount ELSE -p.amount END) FROM portfolio_posting p
                 WHERE p.effective_on < c.ends_before AND b.account_id IN (p.debit_id, p.credit_id)), 0) AS summed
              FROM portfolio_closingbalance b JOIN portfolio_closedperiod c ON c.id = b.period_id
             WHERE c.book_id = %(book)s
        ) compared WHERE kept <> summed
    """,
    "an entry is reversed at most once and by its mirror": """
        SELECT r.number FROM portfolio_entry r JOIN portfolio_entry o ON o.id = r.reverses_id
         WHERE r.book_id = %(book)s AND EXISTS (
            (SELECT debit_id, credit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = o.id
             EXCEPT ALL SELECT credit_id, debit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = r.id)
            UNION ALL
            (SELECT credit_id, debit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = r.id
             EXCEPT ALL SELECT debit_id, credit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = o.id))
    """,
}


def broken(book: Book) -> list[Broken]:
    """The invariants that do not hold for a book; an empty list when all is well."""
    found = []
    with connection.cursor() as cursor:
        for name, query in QUERIES.items():
            cursor.execute(query, {"book": book.pk})
            rows = cursor.fetchmany(10)
            if rows:
                found.append(Broken(name, tuple(tuple(_plain(value) for value in row) for row in rows)))
    return found


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
