"""What is always true of the books, each as a query that returns no row.

They are asked by command, hourly, after every restore and after every test that breaks something on purpose. The parts
above, whose tables must agree with the books, add theirs.

Remarks are asked beside them: what was right when it was done and is known better since. People look; posting goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.ledger.models import Book


@dataclass(frozen=True, slots=True)
class Invariant:
    """``query`` gives the rows of the book ``%(book)s`` that break it; ``words`` say to people what should hold."""

    name: str
    words: Promise
    query: str


@dataclass(frozen=True, slots=True)
class Remark:
    """``query`` gives the rows of the book ``%(book)s`` that people should look at; ``words`` say why, and what to do."""

    name: str
    words: Promise
    query: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, or a remark, and up to ten of the rows that show it."""

    name: str
    rows: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        return f"{self.name}: {', '.join(str(row) for row in self.rows)}"


OWN = (
    Invariant(
        "a posting stays within its book, day and moment",
        _("A posting stays within its book, day and moment."),
        """
        SELECT p.id FROM portfolio_posting p JOIN portfolio_entry e ON e.id = p.entry_id
          JOIN portfolio_account d ON d.id = p.debit_id JOIN portfolio_account c ON c.id = p.credit_id
         WHERE e.book_id = %(book)s AND (d.book_id <> e.book_id OR c.book_id <> e.book_id OR p.book_id <> e.book_id
            OR p.effective_on <> e.effective_on OR p.recorded_at <> e.recorded_at OR d.currency_id <> p.currency_id
            OR c.currency_id <> p.currency_id)
        """,
    ),
    Invariant(
        "an amount is above zero and between two accounts",
        _("An amount is above zero and between two accounts."),
        """
        SELECT id FROM portfolio_posting
         WHERE book_id = %(book)s AND (amount <= 0 OR fund_amount < 0 OR rate <= 0 OR debit_id = credit_id)
        """,
    ),
    Invariant(
        "in the book's own currency both amounts agree",
        _("In the book’s own currency both amounts agree."),
        """
        SELECT p.id FROM portfolio_posting p JOIN portfolio_book b ON b.id = p.book_id
         WHERE b.id = %(book)s AND p.currency_id = b.currency_id AND p.amount <> p.fund_amount
        """,
    ),
    Invariant(
        "all balances of a currency add up to nothing",
        _("All balances of a currency add up to nothing."),
        """
        SELECT a.currency_id, sum(leg.amount), sum(leg.fund_amount) FROM (
            SELECT debit_id AS account_id, amount, fund_amount FROM portfolio_posting WHERE book_id = %(book)s
            UNION ALL
            SELECT credit_id, -amount, -fund_amount FROM portfolio_posting WHERE book_id = %(book)s
        ) leg JOIN portfolio_account a ON a.id = leg.account_id
         GROUP BY a.currency_id HAVING sum(leg.amount) <> 0 OR sum(leg.fund_amount) <> 0
        """,
    ),
    Invariant(
        "an entry has postings",
        _("An entry has postings."),
        """
        SELECT e.number FROM portfolio_entry e LEFT JOIN portfolio_posting p ON p.entry_id = e.id
         WHERE e.book_id = %(book)s AND p.id IS NULL
        """,
    ),
    Invariant(
        "a key posts one entry",
        _("A key posts one entry."),
        """
        SELECT key, count(*) FROM portfolio_entry WHERE book_id = %(book)s GROUP BY key HAVING count(*) > 1
        """,
    ),
    Invariant(
        "entries are numbered without a gap",
        _("Entries are numbered without a gap."),
        """
        SELECT number, expected FROM (
            SELECT number, row_number() OVER (ORDER BY number) AS expected FROM portfolio_entry WHERE book_id = %(book)s
        ) numbered WHERE number <> expected
        UNION ALL
        SELECT b.length, count(e.id) FROM portfolio_book b LEFT JOIN portfolio_entry e ON e.book_id = b.id
         WHERE b.id = %(book)s GROUP BY b.id HAVING b.length <> count(e.id)
        """,
    ),
    Invariant(
        "each entry is joined to the one before",
        _("Each entry is joined to the one before."),
        """
        SELECT number FROM (
            SELECT number, previous, lag(digest, 1, repeat('0', 64)) OVER (ORDER BY number) AS expected
              FROM portfolio_entry WHERE book_id = %(book)s
        ) chained WHERE previous <> expected
        UNION ALL
        SELECT e.number FROM portfolio_entry e JOIN portfolio_book b ON b.id = e.book_id
         WHERE b.id = %(book)s AND e.number = b.length AND e.digest <> b.head
        """,
    ),
    # The same text that core.audit.digests makes of portfolio.ledger.chain.link: keys in order, no blanks.
    Invariant(
        "an entry is what it was when its digest was taken",
        _("An entry is what it was when its digest was taken."),
        """
        SELECT number FROM (
            SELECT e.number, e.digest, format(
                '{"actor":%%s,"adjusts":%%s,"book":%%s,"effective_on":"%%s","key":%%s,"kind":%%s,"memo":%%s,"number":%%s,'
                '"postings":[%%s],"previous":"%%s","recorded_at":"%%s+00:00","reverses":%%s,"subject":%%s}',
                to_json(e.actor), COALESCE(e.adjusts_id::text, 'null'), e.book_id, to_char(e.effective_on, 'YYYY-MM-DD'),
                to_json(e.key), to_json(e.kind), to_json(e.memo), e.number,
                string_agg(format('[%%s,%%s,%%s,"%%s","%%s","%%s",%%s]', p.debit_id, p.credit_id, to_json(p.currency_id),
                                  p.amount, p.fund_amount, p.rate, to_json(p.rate_source)), ',' ORDER BY p.id),
                e.previous, to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
                COALESCE(e.reverses_id::text, 'null'), to_json(e.subject)) AS canonical
              FROM portfolio_entry e LEFT JOIN portfolio_posting p ON p.entry_id = e.id
             WHERE e.book_id = %(book)s GROUP BY e.id
        ) told WHERE digest <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "no entry was recorded into a period after its close",
        _("No entry was recorded into a period after its close."),
        """
        SELECT e.number FROM portfolio_entry e JOIN portfolio_closedperiod c ON c.book_id = e.book_id
         WHERE e.book_id = %(book)s AND e.effective_on < c.ends_before AND e.number > c.last_number
        """,
    ),
    Invariant(
        "the books are closed to the end of their last period",
        _("The books are closed to the end of their last period."),
        """
        SELECT b.closed_through, c.last_day
          FROM portfolio_book b LEFT JOIN (
              SELECT book_id, max(ends_before) - 1 AS last_day FROM portfolio_closedperiod GROUP BY book_id
          ) c ON c.book_id = b.id
         WHERE b.id = %(book)s AND b.closed_through IS DISTINCT FROM c.last_day
        """,
    ),
    Invariant(
        "closing balances equal the sum of their rows",
        _("Closing balances equal the sum of their rows."),
        """
        WITH days AS (
            SELECT effective_on, (
                SELECT min(ends_before) FROM portfolio_closedperiod WHERE book_id = %(book)s AND ends_before > effective_on
            ) AS ends_before FROM (SELECT DISTINCT effective_on FROM portfolio_posting WHERE book_id = %(book)s) posted
        ), moved AS (
            SELECT leg.account_id, days.ends_before, sum(leg.amount) AS amount, sum(leg.fund_amount) AS fund_amount FROM (
                SELECT debit_id AS account_id, effective_on, amount, fund_amount FROM portfolio_posting WHERE book_id = %(book)s
                UNION ALL
                SELECT credit_id, effective_on, -amount, -fund_amount FROM portfolio_posting WHERE book_id = %(book)s
            ) leg JOIN days USING (effective_on) GROUP BY leg.account_id, days.ends_before
        ), summed AS (
            SELECT c.id AS period_id, a.account_id, sum(m.amount) AS amount, sum(m.fund_amount) AS fund_amount
              FROM portfolio_closedperiod c CROSS JOIN (SELECT DISTINCT account_id FROM moved) a
              JOIN moved m ON m.account_id = a.account_id AND m.ends_before <= c.ends_before
             WHERE c.book_id = %(book)s GROUP BY c.id, a.account_id
        ), kept AS (
            SELECT b.* FROM portfolio_closingbalance b JOIN portfolio_closedperiod c ON c.id = b.period_id
             WHERE c.book_id = %(book)s
        )
        SELECT period_id, account_id, k.amount, s.amount, k.fund_amount, s.fund_amount
          FROM kept k FULL JOIN summed s USING (period_id, account_id)
         WHERE (k.amount, k.fund_amount) IS DISTINCT FROM (s.amount, s.fund_amount)
        """,
    ),
    Invariant(
        "an entry is reversed at most once and by its mirror",
        _("An entry is reversed at most once and by its mirror."),
        """
        SELECT r.number FROM portfolio_entry r JOIN portfolio_entry o ON o.id = r.reverses_id
         WHERE r.book_id = %(book)s AND (o.book_id <> r.book_id OR EXISTS (
            SELECT 1 FROM portfolio_entry other WHERE other.reverses_id = o.id AND other.id <> r.id) OR EXISTS (
            (SELECT debit_id, credit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = o.id
             EXCEPT ALL SELECT credit_id, debit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = r.id)
            UNION ALL
            (SELECT credit_id, debit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = r.id
             EXCEPT ALL SELECT debit_id, credit_id, amount, fund_amount FROM portfolio_posting WHERE entry_id = o.id)))
        """,
    ),
    Invariant(
        "no column of the fund's tables is a float",
        _("No column of the fund’s tables is a float."),
        """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = current_schema AND table_name LIKE 'portfolio\\_%%' AND data_type IN ('real', 'double precision')
        """,
    ),
)
_every: dict[str, Invariant] = {one.name: one for one in OWN}
_remarks: dict[str, Remark] = {}


def register(invariants: Iterable[Invariant], remarks: Iterable[Remark] = ()) -> None:
    """Add what a part above knows must hold, and what it would have people look at."""
    _every.update((one.name, one) for one in invariants)
    _remarks.update((one.name, one) for one in remarks)


def every() -> list[Invariant]:
    """Those of the ledger, then those of the parts above."""
    return list(_every.values())


def words(name: str) -> str:
    """An invariant or a remark as people read it; its name where nobody knows it."""
    found = _every.get(name) or _remarks.get(name)
    return str(found.words) if found else name


def broken(book: Book) -> list[Broken]:
    """The invariants that do not hold for a book; an empty list when all is well."""
    return _with_rows(every(), book)


def remarked(book: Book) -> list[Broken]:
    """What people should look at in a book, though nothing is broken and posting goes on."""
    return _with_rows(_remarks.values(), book)


def _with_rows(asked: Iterable[Invariant | Remark], book: Book) -> list[Broken]:
    found = []
    with connection.cursor() as cursor:
        for one in asked:
            cursor.execute(one.query, {"book": book.pk})
            rows = cursor.fetchmany(10)
            if rows:
                found.append(Broken(one.name, tuple(tuple(_plain(value) for value in row) for row in rows)))
    return found


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
