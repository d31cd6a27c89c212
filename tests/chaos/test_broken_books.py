"""Every invariant is broken on purpose, past the product: it is found, posting stops, and people are told which rows."""

import re
from contextlib import contextmanager

import pytest
from django.db import connections

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.money.models import Currency
from core.notifications.models import OutboundMail
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, Entry
from tests.chaos.conftest import assert_books_hold
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

LAST_POSTING = "id = (SELECT max(id) FROM portfolio_posting)"
LAST_ENTRY = "number = (SELECT max(number) FROM portfolio_entry)"
BREAKS = {
    "a posting stays within its book, day and moment": f"UPDATE portfolio_posting SET recorded_at = recorded_at + interval '1 day' WHERE {LAST_POSTING}",
    "an amount is above zero and between two accounts": "UPDATE portfolio_posting SET rate = 0",
    "in the book's own currency both amounts agree": f"UPDATE portfolio_posting SET fund_amount = fund_amount + 1 WHERE {LAST_POSTING}",
    "all balances of a currency add up to nothing": "UPDATE portfolio_account SET currency_id = 'USD' WHERE code = 'management-fees'",
    "an entry has postings": f"DELETE FROM portfolio_posting WHERE {LAST_POSTING}",
    "a key posts one entry": "UPDATE portfolio_entry SET key = 'opening' WHERE number = 2",
    "entries are numbered without a gap": f"UPDATE portfolio_entry SET number = number + 1 WHERE {LAST_ENTRY}",
    "each entry is joined to the one before": "UPDATE portfolio_entry SET previous = digest WHERE number = 3",
    "an entry is what it was when its digest was taken": "UPDATE portfolio_posting SET amount = amount + 1, fund_amount = fund_amount + 1",
    "no entry was recorded into a period after its close": "UPDATE portfolio_closedperiod SET last_number = 0",
    "the books are closed to the end of their last period": "UPDATE portfolio_book SET closed_through = closed_through - 1",
    "closing balances equal the sum of their rows": "UPDATE portfolio_closingbalance SET fund_amount = fund_amount + 1",
    "an entry is reversed at most once and by its mirror": "UPDATE portfolio_entry SET reverses_id = (SELECT id FROM portfolio_entry WHERE number = 1) WHERE id = (SELECT min(id) FROM portfolio_entry WHERE reverses_id IS NOT NULL)",
    "no column of the fund's tables is a float": "ALTER TABLE portfolio_fund ADD COLUMN drift double precision",
    "an Ally has one notice of a call": "UPDATE portfolio_callnotice SET commitment_id = (SELECT min(commitment_id) FROM portfolio_callnotice)",
    "the notices of a call add up to its lines": "UPDATE portfolio_callline SET amount = amount + 0.01",
    "what is called inside commitment stays within it": "UPDATE portfolio_commitmentterms SET amount = 1",
    "a call was approved and issued by a second person": "DELETE FROM portfolio_callapproval",
    "no notice is paid by more than it asks": "UPDATE portfolio_receiptallocation SET amount = amount + 0.01",
    "no receipt pays more than it brought, nor another Ally's notice": "UPDATE portfolio_receipt SET amount = 0.01",
    "a call is settled exactly when it is paid": "UPDATE portfolio_capitalcall SET state = 'settled' WHERE state = 'issued'",
    "each issued call stands in the books as its notices say": "UPDATE portfolio_callnotice SET amount = amount + 0.01",
    "a call is offset in the books exactly when it is cancelled": "UPDATE portfolio_capitalcall SET state = 'issued', cancelled_on = NULL, cancelled_at = NULL",
    "each receipt stands in the books as cash": "UPDATE portfolio_receipt SET received_on = received_on - 1",
    "what each Ally was called, owes and has in suspense agrees with the books": "UPDATE portfolio_receiptallocation SET amount = amount - 0.01 WHERE amount > 1",
    "each transaction stands in the books as recorded, and nothing else does": "UPDATE portfolio_transaction SET fund_cost = fund_cost + 1 WHERE kind = 'sale'",
    "a transaction is dated and keyed as its entry": "UPDATE portfolio_transaction SET effective_on = effective_on - 1",
    "no more is sold or written off than was bought": "UPDATE portfolio_transaction SET quantity = 1000 WHERE kind = 'sale'",
    "a fund is paid no more than was committed to it": "UPDATE portfolio_staketerms SET amount = 1",
    "nothing is bought before its round": "UPDATE portfolio_round SET held_on = '2027-01-01'",
    "a locked valuation was approved by two others": "DELETE FROM portfolio_markapproval",
    "a locked valuation has a mark of every holding known to it": "DELETE FROM portfolio_mark",
}  # fmt: skip
IN_THE_WAY = {
    "an amount is above zero and between two accounts": "posting_rate_above_zero",
    "a key posts one entry": "entry_key_once",
    "an Ally has one notice of a call": "notice_once_an_ally",
}
"""Constraints of the database that would not let the row be written even by its owner."""


@contextmanager
def broken(name):
    """Break an invariant as the owner of the tables, and put everything back as it was."""
    statement = BREAKS[name]
    _verb, table = re.match(r"(UPDATE|DELETE FROM|ALTER TABLE) (\w+)", statement).groups()
    with connections["owner"].cursor() as cursor:
        for kept in {table, "portfolio_book"}:
            cursor.execute(f"CREATE TEMP TABLE kept_{kept} AS TABLE {kept}")
        constraint = drop(cursor, table, IN_THE_WAY.get(name))
        as_owner(statement)
        yield
        for kept in {table, "portfolio_book"}:
            restore(cursor, kept)
        cursor.execute(constraint or "SELECT")


def drop(cursor, table, constraint):
    """Drop a constraint, and return what brings it back."""
    if constraint is None:
        return ""
    cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
    (definition,) = cursor.fetchone()
    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    return f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}"


def restore(cursor, table):
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [f"kept_{table}"])  # fmt: skip
    columns = ", ".join(f'"{column}"' for (column,) in cursor.fetchall())
    with guarded_by_nothing(cursor):
        for statement in (
            f"UPDATE {table} t SET ({columns}) = (SELECT {columns} FROM kept_{table} k WHERE k.id = t.id)",
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_{table} ON CONFLICT (id) DO NOTHING",
            f"ALTER TABLE {table} DROP COLUMN IF EXISTS drift",
            f"DROP TABLE kept_{table}",
        ):
            cursor.execute(statement)


@contextmanager
def guarded_by_nothing(cursor):
    cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def as_owner(statement):
    with connections["owner"].cursor() as cursor, guarded_by_nothing(cursor):
        cursor.execute(statement)


def test_every_invariant_has_its_break():
    assert list(BREAKS) == [one.name for one in invariants.every()]


def test_books_with_something_of_everything_hold(world):
    world.history()

    assert ledger.check(world.fund.book, by=world.system, at=clock.now()) == []
    assert not OutboundMail.objects.exists()


def test_what_is_broken_is_found_stops_the_book_and_is_told(world):
    world.history()
    Currency.objects.create(code="USD", name_en="US dollar", name_fr="dollar")
    entries = Entry.objects.count()
    for name in BREAKS:
        told = list(OutboundMail.objects.values_list("pk", flat=True))
        with broken(name):
            found = {one.name: one for one in ledger.check(world.fund.book, by=world.system, at=clock.now())}

            assert name in found
            assert name in Book.objects.get().stopped_because
            mail = OutboundMail.objects.exclude(pk__in=told).get()
            row = ", ".join(str(value) for value in found[name].rows[0])
            assert mail.recipient == world.manager.email
            assert f"- {invariants.words(name)} Rows: {row}" in mail.body
            with pytest.raises(ledger.BookStopped):
                world.receive("LU", "1.00", "after the stop")
            assert Entry.objects.count() == entries
        assert invariants.broken(world.fund.book) == [], f"{name} was not put back"

    assert AuditEvent.objects.filter(kind="ledger.stopped").count() == len(BREAKS)


@pytest.mark.breaks_books
def test_a_closing_balance_that_was_lost_is_missed(world):
    world.history()
    as_owner("DELETE FROM portfolio_closingbalance WHERE id = (SELECT min(id) FROM portfolio_closingbalance)")

    assert [one.name for one in invariants.broken(world.fund.book)] == ["closing balances equal the sum of their rows"]


@pytest.mark.breaks_books
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE portfolio_posting SET rate_source = 'another'",
        "UPDATE portfolio_entry SET adjusts_id = (SELECT min(id) FROM portfolio_closedperiod) WHERE number = 1",
    ],
)
def test_the_digest_of_an_entry_covers_where_its_rate_is_from_and_what_it_adjusts(world, change):
    world.history()
    as_owner(change)

    assert [one.name for one in invariants.broken(world.fund.book)] == [
        "an entry is what it was when its digest was taken"
    ]


@pytest.mark.breaks_books
def test_after_every_test_the_books_are_asked_and_one_that_breaks_them_fails(world):
    world.history()
    assert_books_hold()

    as_owner("UPDATE portfolio_book SET length = length + 1")

    with pytest.raises(AssertionError, match="numbered without a gap"):
        assert_books_hold()


@pytest.mark.breaks_books
def test_another_fund_posts_on(world):
    other = ledger.open_book(name="Another", currency="EUR", at=clock.now())
    world.history()
    as_owner(BREAKS["an entry has postings"])

    checked = ledger.check_every(by=world.system, at=clock.now())

    assert [book.name for book, broken in checked if broken] == [world.fund.book.name]
    assert Book.objects.get(pk=other.pk).stopped_at is None


@pytest.mark.breaks_books
def test_a_book_that_is_stopped_is_told_once(world):
    world.history()
    as_owner(BREAKS["an entry has postings"])

    for _hour in range(3):
        ledger.check(world.fund.book, by=world.system, at=clock.now())

    assert OutboundMail.objects.count() == 1


@pytest.mark.breaks_books
def test_the_mail_speaks_the_language_of_its_reader(world):
    scope = {"scope_kind": "fund", "scope_ref": world.fund.public_id, "system": world.system}
    reader = people.person(role="fund-manager", language="fr", **scope)
    world.history()
    as_owner(BREAKS["an entry has postings"])

    ledger.check(world.fund.book, by=world.system, at=clock.now())

    assert OutboundMail.objects.get(recipient=reader.email).language == "fr"


class TestRelease:
    def stopped(self, world):
        world.history()
        as_owner("UPDATE portfolio_book SET length = length + 1")
        ledger.check(world.fund.book, by=world.system, at=clock.now())

    def test_posting_goes_on_once_the_books_hold_again(self, world):
        self.stopped(world)
        as_owner("UPDATE portfolio_book SET length = length - 1")

        ledger.release(world.fund.book, by=world.manager)

        assert world.receive("LU", "1.00", "after the release")

    @pytest.mark.breaks_books
    def test_a_book_that_does_not_hold_stays_stopped(self, world):
        self.stopped(world)

        with pytest.raises(ledger.BookStopped):
            ledger.release(world.fund.book, by=world.manager)

        assert Book.objects.get().stopped_at is not None

    @pytest.mark.breaks_books
    def test_whoever_may_not_close_the_books_does_not_release_them(self, world):
        self.stopped(world)

        with pytest.raises(NotPermitted):
            ledger.release(world.fund.book, by=world.analyst)

        assert Book.objects.get().stopped_at is not None

    def test_a_book_that_is_not_stopped_is_not_released(self, world):
        world.history()

        with pytest.raises(ledger.NotStopped):
            ledger.release(world.fund.book, by=world.manager)

        assert not AuditEvent.objects.filter(kind="ledger.released").exists()
