"""The books: balanced by construction, written once, closed by period, corrected by reversal alone."""

import threading
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, connections, transaction

from core import clock
from core.audit.models import AuditEvent
from portfolio.ledger import chain, invariants, queries
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, Entry, Posting
from portfolio.ledger.services import Leg
from tests.portfolio.ledger.conftest import MAY

TODAY = date(2026, 6, 1)


def balances(book, *, as_of=TODAY, known_at=None, from_closings=True):
    rows = queries.balances(book, as_of=as_of, known_at=known_at or clock.now(), from_closings=from_closings)
    return {(row.code, row.subject, row.currency): (row.amount, row.fund_amount) for row in rows}


def test_a_posting_raises_one_account_and_lowers_another_by_the_same(book, post):
    post("100.00")

    assert balances(book) == {
        ("cash", "", "EUR"): (Decimal("100.00"), Decimal("100.00")),
        ("opening", "", "EUR"): (Decimal("-100.00"), Decimal("-100.00")),
    }
    assert invariants.broken(book) == []


def test_a_posting_in_another_currency_keeps_both_amounts_and_its_rate(book, post):
    post("110.00", currency="USD", fund_amount=Decimal("100.00"), rate=Decimal("1.10"), rate_source="ECB")

    assert balances(book)["cash", "", "USD"] == (Decimal("110.00"), Decimal("100.00"))


def test_the_same_key_posts_once(book, post):
    first, second = post(key="call-1"), post(key="call-1")

    assert first == second
    assert Entry.objects.count() == 1


def test_another_entry_under_the_same_key_is_refused(book, post):
    post("100.00", key="call-1")

    with pytest.raises(ledger.KeyReused):
        post("101.00", key="call-1")

    assert Entry.objects.count() == 1


class TestTheSameKeyInAnotherCurrency:
    PAID: ClassVar = {
        "key": "call-1", "currency": "USD", "fund_amount": Decimal("100.00"), "rate": Decimal("1.1"), "subject": "call_1"
    }  # fmt: skip

    @pytest.fixture
    def closed(self, book, post, system):
        return ledger.close(book, through=date(2026, 4, 30), today=TODAY, by=system, at=clock.now())

    def test_the_same_content_posts_once_whatever_its_memo_and_zeros(self, post, closed):
        first = post("110.00", **self.PAID, adjusts=closed, memo="Paid")

        again = post("110.0", **self.PAID | {"rate": Decimal("1.100000000")}, adjusts=closed, memo="Payé")

        assert first == again

    @pytest.mark.parametrize(
        "other",
        [{"fund_amount": Decimal("100.01")}, {"rate": Decimal("1.10000001")}, {"subject": "call_2"}, {"adjusts": None}],
        ids=lambda other: next(iter(other)),
    )
    def test_another_content_is_refused(self, post, closed, other):
        given = self.PAID | {"adjusts": closed}
        post("110.00", **given)

        with pytest.raises(ledger.KeyReused):
            post("110.00", **given | other)

        assert Entry.objects.count() == 1


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001", "NaN", "Infinity", "1000000000000000000.00", "1" * 30])
def test_an_unfit_amount_is_refused_and_nothing_is_written(book, post, amount):
    with pytest.raises(ledger.UnfitAmount):
        post(amount)

    assert not Entry.objects.exists()
    assert not Posting.objects.exists()


def test_a_foreign_amount_without_its_value_in_fund_currency_is_refused(book, post):
    with pytest.raises(ledger.UnfitAmount):
        post("110.00", currency="USD")


def test_what_was_known_stays_what_was_known(book, post):
    post("100.00", at=datetime(2026, 5, 2, tzinfo=timezone.utc))
    then = datetime(2026, 5, 10, tzinfo=timezone.utc)
    before = balances(book, known_at=then)

    post("50.00", at=datetime(2026, 5, 20, tzinfo=timezone.utc))

    assert balances(book, known_at=then) == before
    assert balances(book)["cash", "", "EUR"][0] == Decimal("150.00")


def test_a_reversal_offsets_and_can_be_made_once(book, post, system):
    entry = post("100.00")

    ledger.reverse(entry, effective_on=TODAY, by=system, at=clock.now())

    assert balances(book)["cash", "", "EUR"] == (Decimal("0.00"), Decimal("0.00"))
    assert balances(book, as_of=MAY)["cash", "", "EUR"][0] == Decimal("100.00")
    assert invariants.broken(book) == []
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse(entry, effective_on=TODAY, by=system, at=clock.now())


class TestClosing:
    def test_an_entry_into_a_closed_period_is_refused_and_the_day_is_named(self, book, post, system):
        post("100.00")
        ledger.close(book, through=date(2026, 5, 31), today=TODAY, by=system, at=clock.now())

        with pytest.raises(ledger.PeriodClosed, match=r"31\u00a0May\u00a02026"):
            post("5.00", on=date(2026, 5, 31))

        assert Entry.objects.count() == 1

    def test_the_database_refuses_it_too(self, book, post, system):
        post("100.00")
        ledger.close(book, through=date(2026, 5, 31), today=TODAY, by=system, at=clock.now())

        with pytest.raises(DatabaseError, match="the period is closed"), transaction.atomic():
            Entry.objects.create(
                book=book, number=9, key="k", kind="x", effective_on=MAY, recorded_at=clock.now(), actor="a",
                previous="0" * 64, digest="1" * 64,
            )  # fmt: skip

    def test_balances_from_the_closing_equal_the_sum_of_all_rows(self, book, post, system):
        post("100.00")
        ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())
        post("7.00", on=date(2026, 5, 20))

        assert balances(book) == balances(book, from_closings=False)
        assert balances(book)["cash", "", "EUR"][0] == Decimal("107.00")

    @pytest.mark.parametrize(("through", "queries_asked"), [(None, 1), (date(2026, 5, 15), 2)])
    def test_balances_of_any_number_of_accounts_take_one_query_and_one_for_the_closing(
        self, book, post, system, django_assert_num_queries, through, queries_asked
    ):
        for number in range(12):
            post(f"{number + 1}.00", debit=("distributed", f"commitment_{number}"))
        if through:
            ledger.close(book, through=through, today=TODAY, by=system, at=clock.now())
        book.refresh_from_db()

        with django_assert_num_queries(queries_asked):
            assert len(balances(book)) == 13

    def test_books_read_before_their_close_give_the_same_balances(self, book, post, system):
        post("100.00")
        ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())
        post("7.00", on=date(2026, 5, 20))

        assert book.closed_through is None
        assert balances(book) == balances(Book.objects.get(pk=book.pk))

    def test_a_reversal_of_a_closed_entry_names_the_period_that_it_puts_right(self, book, post, system):
        entry = post("100.00")
        period = ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())

        reversal = ledger.reverse(entry, effective_on=TODAY, by=system, at=clock.now())

        assert reversal.adjusts == period

    @pytest.mark.parametrize("day", ["NULL", "'2026-05-14'"])
    def test_the_database_opens_no_closed_period_again(self, book, system, day):
        ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())

        with pytest.raises(DatabaseError, match="a closed period stays closed"), transaction.atomic():
            self.move(day)

    def test_a_close_that_is_moved_past_the_product_is_found(self, book, system):
        ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())
        self.move("'2026-05-31'")

        (found,) = ledger.check(book, by=system, at=clock.now())

        assert found.name == "the books are closed to the end of their last period"
        assert Book.objects.get().stopped_because

    def move(self, day):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE portfolio_book SET closed_through = {day}")

    def test_a_period_is_closed_once_and_only_when_it_is_over(self, book, system):
        ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())

        with pytest.raises(ledger.AlreadyClosed):
            ledger.close(book, through=date(2026, 5, 15), today=TODAY, by=system, at=clock.now())
        with pytest.raises(ledger.NotOver):
            ledger.close(book, through=TODAY, today=TODAY, by=system, at=clock.now())


@pytest.mark.parametrize("table", ["portfolio_entry", "portfolio_posting"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET recorded_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_serving_role_cannot_touch_the_books(book, post, table, statement):
    post()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    ("broken_column", "statement"),
    [
        ("amount", "UPDATE portfolio_posting SET fund_amount = fund_amount + 1"),
        ("the chain", "UPDATE portfolio_entry SET previous = digest"),
        ("the numbers", "UPDATE portfolio_entry SET number = number + 1"),
        ("the book", "UPDATE portfolio_posting SET recorded_at = recorded_at + interval '1 day'"),
        ("the postings", "DELETE FROM portfolio_posting"),
    ],
)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_broken_invariant_stops_posting_until_it_is_mended(book, post, system, broken_column, statement):
    post()
    with connections["owner"].cursor() as cursor:
        for table in ("portfolio_entry", "portfolio_posting"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        for table in ("portfolio_entry", "portfolio_posting"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    found = ledger.check(book, by=system, at=clock.now())

    assert found, broken_column
    assert Book.objects.get().stopped_because
    assert AuditEvent.objects.filter(kind="ledger.stopped").count() == 1
    with pytest.raises(ledger.BookStopped):
        post("1.00")


def in_threads(count, work):
    start, errors = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            with clock.standing_at(datetime(2026, 6, 1, 12, tzinfo=timezone.utc)):
                work()
        except Exception as error:  # noqa: BLE001 -- counted by the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_fifty_writers_leave_a_book_without_a_gap(book, system):
    keys = iter(range(50))

    def write():
        leg = Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")
        ledger.post(book, [leg], key=f"k{next(keys)}", kind="race", effective_on=MAY, by=system, at=clock.now())

    assert in_threads(50, write) == []
    assert invariants.broken(book) == []
    assert Book.objects.get().length == 50


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_the_lock_the_same_writers_clash(book, system, monkeypatch):
    """The positive control: the protection is the lock, not luck."""
    monkeypatch.setattr(chain, "_HELD", chain._HELD.replace(" FOR UPDATE;", ";"))
    keys = iter(range(20))

    def write():
        leg = Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")
        ledger.post(book, [leg], key=f"k{next(keys)}", kind="race", effective_on=MAY, by=system, at=clock.now())

    assert in_threads(20, write) != []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_close_against_postings_leaves_nothing_behind_its_back(book, post, system):
    post("100.00")
    keys = iter(range(12))

    def write_or_close():
        turn = next(keys)
        if turn == 6:
            ledger.close(book, through=MAY + timedelta(days=10), today=TODAY, by=system, at=clock.now())
            return
        leg = Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")
        ledger.post(book, [leg], key=f"k{turn}", kind="race", effective_on=MAY, by=system, at=clock.now())

    errors = in_threads(12, write_or_close)

    assert {type(error) for error in errors} <= {ledger.PeriodClosed}
    assert invariants.broken(book) == []
    assert balances(book) == balances(book, from_closings=False)
