"""The ledger: posting through the public service with chain and audit, balances of many accounts, and as of a day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _

from bench.harness import Beside, Operation
from bench.peering import Peers
from bench.rows import timing
from core import clock
from core.audit import services as audit
from core.audit.kinds import Kind
from core.money.models import Currency
from core.people import services as people
from core.people.models import User
from portfolio.ledger import invariants, queries, services
from portfolio.ledger.models import Book
from portfolio.ledger.services import Draft, Leg

FIRST = date(2020, 1, 1)
DAYS = 2_000
CLOSED_THROUGH = FIRST + timedelta(days=1_800)
ACCOUNTS = 200
AMOUNT = Decimal("12.34")
BATCH = 500
QUARTER_DAYS = 91

POSTED = Kind("bench.posted", _("{actor} posted {entries} entries."))

_GROWN = """
INSERT INTO portfolio_posting (book_id, entry_id, debit_id, credit_id, amount, currency_id, fund_amount, rate, rate_source,
                               effective_on, recorded_at)
SELECT book_id, entry_id, debit_id, credit_id, amount, currency_id, fund_amount, rate, rate_source, effective_on, recorded_at
  FROM portfolio_posting, generate_series(1, %s) WHERE book_id = %s
"""


def prepare(peers: Peers, *, database: str) -> None:
    """The peer's own books, in an empty database, while ours is made."""
    peers.begin("hordak prepare", database=database, accounts=ACCOUNTS)


def operations(peers: Peers, *, full: bool) -> Iterator[Operation]:
    """Rows 16, 17 and 6, beside books that ``prepare`` began: nothing is timed before the balances of both are the same."""
    entries = 3_000 if full else 600
    system = people.ensure_system(at=clock.now())
    Currency.objects.get_or_create(code="EUR", defaults={"name_en": "Euro", "name_fr": "Euro"})
    book = services.open_book(name="Bench", currency="EUR", at=clock.now())
    numbers = count()

    def one_by_one() -> int:
        for _entry in range(entries // 10):
            _post(book, [_draft(next(numbers))], system)
        return entries // 10

    def at_once() -> int:
        _post(book, [_draft(next(numbers)) for _entry in range(entries)], system)
        return entries

    at_once()
    peers.ask("hordak bulk_create", entries=entries)
    _analyze(peers)
    with CaptureQueriesContext(connections["default"]) as captured:
        _post(book, [_draft(next(numbers))], system)
    yield Operation(
        16,
        f"{entries // 10:,} entries posted one by one",
        timing.arm(one_by_one),
        [Beside("hordak transfer_to", peers.arm("hordak transfer_to", entries=entries // 10), at_least=1)],
        _equal,
        f"ours in {len(captured)} statements however many entries, with BEGIN and COMMIT, lock, chain and a row of the audit trail",
    )
    yield Operation(
        16,
        f"{entries:,} entries posted at once",
        timing.arm(at_once),
        [Beside("hordak bulk_create", peers.arm("hordak bulk_create", entries=entries), at_least=5)],
        _equal,
    )
    if broken := invariants.broken(book):
        raise AssertionError(f"the books that were timed do not hold: {broken}")
    yield _all_balances(peers, system)
    yield _as_of(book, system, peers, times=80 if full else 8)


def _all_balances(peers: Peers, system: User) -> Operation:
    """Books of as many entries as the peer's, each account moved equally often."""
    entries = ACCOUNTS * 5
    book = services.open_book(name="Bench of balances", currency="EUR", at=clock.now())
    services.post_many(book, [_draft(number) for number in range(entries)], by=system, at=clock.now())
    peers.ask("hordak begin again", entries=entries)
    _analyze(peers)
    day = FIRST + timedelta(days=DAYS)

    def ours() -> dict[str, str]:
        found = queries.balances(book, as_of=day, known_at=clock.now())
        return {one.subject or "cash": str(abs(one.amount)) for one in found}

    return Operation(
        17,
        f"balances of {ACCOUNTS} accounts",
        timing.arm(ours),
        [
            Beside("hordak get_balance", peers.arm("hordak get_balance"), at_least=100),
            Beside("hordak with_balances", peers.arm("hordak with_balances")),
            Beside("hordak with_balances_orm", peers.arm("hordak with_balances_orm"), at_least=4),
        ],
        _equal,
        "hordak's balances are its latest; ours are as of a day and as known on a moment",
    )


def _as_of(book: Book, system: User, peers: Peers, *, times: int) -> Operation:
    """The same rows summed from the latest closing, by the index, and without one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE portfolio_posting DISABLE TRIGGER USER")
        cursor.execute(_GROWN, [times, book.pk])
        rows = cursor.rowcount
        cursor.execute("ALTER TABLE portfolio_posting ENABLE TRIGGER USER")
    services.close(book, through=CLOSED_THROUGH, today=clock.today(), by=system, at=clock.now())
    book.refresh_from_db()
    _analyze(peers)
    day = CLOSED_THROUGH + timedelta(days=QUARTER_DAYS)

    def ask(*, from_closings: bool) -> list[queries.Balance]:
        return queries.balances(book, as_of=day, known_at=clock.now(), from_closings=from_closings)

    def without_index() -> list[queries.Balance]:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            _forget_indexes(cursor)
            return ask(from_closings=False)

    def every_account() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT id, code, subject FROM portfolio_account WHERE book_id = %s", [book.pk])
            return len(cursor.fetchall())

    return Operation(
        6,
        f"balances as of a day, {rows:,} postings",
        timing.arm(lambda: ask(from_closings=True)),
        [
            Beside("every row, read through", timing.arm(without_index), at_least=50),
            Beside("every row, by the index", timing.arm(lambda: ask(from_closings=False)), at_least=20),
            Beside("limit: reading the accounts", timing.arm(every_account), at_most=10, has_result=False),
        ],
        _equal,
        "rows beyond those posted are copies, put in by the owner; the goals are those of ten million",
    )


def _draft(number: int) -> Draft:
    legs = [Leg(("cash", ""), ("income", f"income {number % ACCOUNTS}"), AMOUNT, "EUR")]
    return Draft(legs, f"k{number}", "bench", FIRST + timedelta(days=number % DAYS))


@transaction.atomic
def _post(book: Book, drafts: Sequence[Draft], system: User) -> None:
    """As a verb of the product does that moves money: entries, and a row of the audit trail that says who did what."""
    entries = services.post_many(book, drafts, by=system, at=clock.now())
    after = {"entries": len(entries), "amount": AMOUNT * len(entries)}
    audit.record(POSTED, entries[-1].public_id, by=system, chain=book.public_id, after=after)


def _forget_indexes(cursor: CursorWrapper) -> None:
    for way in ("indexscan", "bitmapscan", "indexonlyscan"):
        cursor.execute(f"SET LOCAL enable_{way} = off")


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)


def _analyze(peers: Peers) -> None:
    """What the planner of a database in use knows by itself, in both."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    peers.ask("hordak analyze")
