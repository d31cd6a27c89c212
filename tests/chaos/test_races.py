"""Races on real PostgreSQL: fifty at once and one effect. Each has a control that fails without the protection."""

import threading
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from core import clock, failpoints, locks
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallNotice, ReceiptAllocation
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.investments.services import recording
from portfolio.ledger import chain, invariants
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, ClosedPeriod, Entry
from portfolio.valuations import services as valuations
from portfolio.valuations.models import ValuationRun
from portfolio.valuations.services import preparing
from tests.chaos.conftest import TODAY
from tests.factories import valuations as valuation

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

THREADS = 50


def worked(results):
    return [result for result in results if not isinstance(result, Exception)]


def cash(world):
    return books.balance(world.fund.book, "cash", as_of=TODAY, known_at=clock.now())


@contextmanager
def without_locks(monkeypatch):
    """The control: rows are read but not locked, by the services and by the ledger."""
    with monkeypatch.context() as patch:
        patch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))
        patch.setattr(ledger, "_lock", lambda book: Book.objects.get(pk=book.pk))
        patch.setattr(chain, "_HELD", chain._HELD.replace(" FOR UPDATE;", ";"))
        patch.setattr(recording, "ready", lambda holding, *_: Book.objects.get(pk=holding.fund.book_id))
        yield


def test_fifty_people_issue_the_same_call_once(world, together):
    call = world.submitted()

    results = together(THREADS, lambda _: world.issue(call))

    assert len(worked(results)) == 1
    assert {type(result) for result in results if isinstance(result, Exception)} == {calls.WrongState}
    assert CallNotice.objects.count() == 3
    assert Entry.objects.count() == 1
    assert invariants.broken(world.fund.book) == []


@pytest.mark.breaks_books
def test_control_without_the_lock_the_second_issue_is_stopped_only_by_constraints(world, together, monkeypatch):
    call = world.submitted()

    with without_locks(monkeypatch):
        results = together(8, lambda _: world.issue(call))

    assert any(not isinstance(result, calls.WrongState) for result in results if isinstance(result, Exception))
    assert CallNotice.objects.count() == 3


def test_receipts_at_once_never_pay_a_notice_twice(world, together):
    call = world.issue(world.submitted())
    owed = next(
        line for line in queries.notices(call, known_at=clock.now()) if line.notice.commitment.nation_id == "EE"
    )

    results = together(10, lambda number: world.receive("EE", owed.amount, f"bank-{number}"))

    assert len(worked(results)) == 10
    paid = sum(ReceiptAllocation.objects.values_list("amount", flat=True), Decimal(0))
    assert paid == owed.amount
    assert books.balance(world.fund.book, "suspense", as_of=TODAY, known_at=clock.now()) == -9 * owed.amount
    assert invariants.broken(world.fund.book) == []


@pytest.mark.breaks_books
def test_control_without_the_lock_receipts_clash(world, together, monkeypatch):
    call = world.issue(world.submitted())
    owed = next(
        line for line in queries.notices(call, known_at=clock.now()) if line.notice.commitment.nation_id == "EE"
    )

    with without_locks(monkeypatch):
        results = together(10, lambda number: world.receive("EE", owed.amount, f"bank-{number}"))

    assert len(worked(results)) < 10


def test_one_receipt_sent_fifty_times_is_booked_once(world, together):
    world.issue(world.submitted())

    results = together(THREADS, lambda _: world.receive("FI", "1000.00", "the same bank reference"))

    assert len({result.pk for result in worked(results)}) == 1
    assert len(worked(results)) == THREADS
    assert cash(world) == Decimal("1000.00")


@pytest.mark.breaks_books
def test_control_without_the_lock_the_same_receipt_meets_only_the_constraint(world, together, monkeypatch):
    world.issue(world.submitted())

    with without_locks(monkeypatch):
        results = together(8, lambda _: world.receive("FI", "1000.00", "the same bank reference"))

    assert len(worked(results)) < 8


def wrong_of_each(world):
    """A fee, a sale and a receipt, each with what takes it back."""
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy-1")
    sold, paid = world.sell(holding, "4", "600.00", "sell-1"), world.pay_fee("5.00", "fee-1")
    received = world.receive("EE", "7.00", "wrong")
    return {
        "sale": lambda _number: world.take_back(sold),
        "fee": lambda _number: world.take_back_fee(paid),
        "receipt": lambda _number: world.take_back_receipt(received),
    }


@pytest.mark.parametrize("what", ["sale", "fee", "receipt"])
def test_fifty_people_take_the_same_back_once(world, together, what):
    take_back = wrong_of_each(world)[what]

    results = together(THREADS, take_back)

    assert len(worked(results)) == 1
    assert {type(result) for result in results if isinstance(result, Exception)} == {ledger.AlreadyReversed}
    assert Entry.objects.filter(kind="reversal").count() == 1
    assert invariants.broken(world.fund.book) == []


@pytest.mark.breaks_books
@pytest.mark.parametrize("what", ["sale", "receipt"])
def test_control_without_the_lock_the_second_taking_back_meets_only_the_constraint(world, together, monkeypatch, what):
    take_back = wrong_of_each(world)[what]

    with without_locks(monkeypatch):
        results = together(8, take_back)

    assert any(not isinstance(result, ledger.AlreadyReversed) for result in results if isinstance(result, Exception))
    assert Entry.objects.filter(kind="reversal").count() == 1


def test_a_purchase_is_taken_back_or_sold_and_never_both(world, together):
    world.funded()
    holding = world.holding()
    bought = world.buy(holding, "1000.00", "buy-1")

    results = together(
        2, lambda number: world.sell(holding, "4", "600.00", "sell-1") if number else world.take_back(bought)
    )

    assert len(worked(results)) == 1
    (refused,) = (result for result in results if isinstance(result, Exception))
    assert isinstance(refused, investments.RestsOnIt | investments.MoreThanIsHeld)
    assert invariants.broken(world.fund.book) == []


def test_the_money_of_a_receipt_is_spent_or_the_receipt_is_taken_back_and_never_both(world, together):
    received = world.receive("EE", "7.00", "wrong")

    results = together(2, lambda number: world.pay_fee("5.00", "f") if number else world.take_back_receipt(received))

    assert len(worked(results)) == 1
    (refused,) = (result for result in results if isinstance(result, Exception))
    assert isinstance(refused, calls.SpentSince | investments.NotEnoughCash)
    assert invariants.broken(world.fund.book) == []


def test_suspense_is_used_before_its_receipt_is_taken_back_or_not_at_all(world, together):
    received = world.receive("EE", "7.00", "wrong")
    world.issue(world.submitted())

    results = together(
        2,
        lambda number: (
            calls.apply_suspense(world.commitments["EE"], by=world.analyst, on=TODAY, at=clock.now())
            if number
            else world.take_back_receipt(received)
        ),
    )

    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(one, calls.NothingToApply) for one in refused)
    assert cash(world) == 0
    assert invariants.broken(world.fund.book) == []


def test_of_fifty_purchases_on_a_balance_for_one_exactly_one_is_made(world, together):
    world.funded("1000000.00")
    holding = world.holding()

    results = together(THREADS, lambda number: world.buy(holding, "900000.00", f"buy-{number}"))

    assert len(worked(results)) == 1
    assert {type(result) for result in results if isinstance(result, Exception)} == {investments.NotEnoughCash}
    assert cash(world) == Decimal("100000.00")
    assert invariants.broken(world.fund.book) == []


@pytest.mark.breaks_books
def test_control_without_the_lock_more_is_spent_than_there_is(world, together, monkeypatch):
    """The ledger keeps its own lock here: what is missing is the one around asking for cash and spending it."""
    world.funded("1000000.00")
    holding = world.holding()
    with monkeypatch.context() as patch, without_the_trigger():
        patch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))
        patch.setattr(recording, "ready", lambda held, *_: Book.objects.get(pk=held.fund.book_id))
        spent = 0
        for turn in range(20):
            results = together(8, lambda number, turn=turn: world.buy(holding, "900000.00", f"buy-{turn}-{number}"))
            spent += len(worked(results))
            if spent > 1:
                break

    assert spent > 1
    assert Transaction.objects.count() > 1


def test_a_sale_of_the_same_shares_fifty_times_at_once_is_made_once(world, together):
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy")

    results = together(THREADS, lambda number: world.sell(holding, "10", "2000.00", f"sell-{number}"))

    assert len(worked(results)) == 1
    assert {type(result) for result in results if isinstance(result, Exception)} == {investments.MoreThanIsHeld}


@contextmanager
def without_the_trigger():
    """The control: the database does not count what is left."""
    switched = "ALTER TABLE portfolio_transaction {} TRIGGER pgtrigger_no_more_leaves_than_is_held_58d05"
    with connections["owner"].cursor() as cursor:
        cursor.execute(switched.format("DISABLE"))
        try:
            yield
        finally:
            cursor.execute(switched.format("ENABLE"))


@pytest.mark.breaks_books
def test_control_without_lock_and_trigger_the_same_shares_are_sold_again(world, together, monkeypatch):
    world.funded()
    holding = world.holding()
    with monkeypatch.context() as patch, without_the_trigger():
        patch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))
        patch.setattr(recording, "ready", lambda held, *_: Book.objects.get(pk=held.fund.book_id))
        for turn in range(20):
            world.buy(holding, "1000.00", f"buy-{turn}")
            results = together(
                8, lambda number, turn=turn: world.sell(holding, "10", "2000.00", f"sell-{turn}-{number}")
            )
            if len(worked(results)) > 1:
                break

    assert len(worked(results)) > 1
    assert "no more is sold or written off than was bought" in names_of_broken(world)


def names_of_broken(world):
    return [one.name for one in invariants.broken(world.fund.book)]


def test_a_close_against_fifty_postings_leaves_nothing_behind_its_back(world, together):
    world.post("before")

    def post_or_close(number):
        return world.close() if number == THREADS // 2 else world.post(f"k{number}")

    results = together(THREADS + 1, post_or_close)

    assert {type(result) for result in results if isinstance(result, Exception)} <= {ledger.PeriodClosed}
    assert ClosedPeriod.objects.get().last_number == Entry.objects.count()
    assert names_of_broken(world) == []
    closed, summed = (books.balances(world.fund.book, as_of=TODAY, known_at=clock.now(), from_closings=by) for by in (True, False))  # fmt: skip
    assert closed == summed


@pytest.mark.breaks_books
def test_control_without_the_lock_a_posting_slips_past_the_close(world, together, monkeypatch):
    """The close takes the balances without the rows that were written and not committed; then both commit."""
    world.post("before")
    written = threading.Event()

    def wait_for_the_close():
        written.set()
        assert _is_waited_for(seconds=20)

    def post_or_close(number):
        if number:
            return world.post("late")
        written.wait(20)
        return world.close()

    with without_locks(monkeypatch), failpoints.installed("ledger.posted", wait_for_the_close):
        results = together(2, post_or_close)

    assert len(worked(results)) == 2
    assert "closing balances equal the sum of their rows" in names_of_broken(world)


def _bought_while_a_run_opens(world, together):
    """A purchase is stamped, and waits for the fund while a run opens and its mark is written: what each gave back."""
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy")
    valuation.policy(world.fund, system=world.system, at=clock.now())
    stamped, opening = datetime(2026, 7, 1, 9, tzinfo=timezone.utc), threading.Event()

    def open_or_buy(number):
        if number:
            opening.wait(20)
            with clock.standing_at(stamped):
                return world.buy(holding, "5000.00", "meanwhile")
        with transaction.atomic():
            run = valuations.open_run(
                world.fund, quarter_end=date(2026, 6, 30), by=world.system, at=stamped + timedelta(seconds=1)
            )
            preparing.prepare_marks(run, [holding], by=world.system, at=run.opened_at)
            opening.set()
            assert _is_waited_for(seconds=20)
        return run

    results = together(2, open_or_buy)
    (run,) = (one for one in results if isinstance(one, ValuationRun))
    known = Transaction.objects.filter(recorded_at__lte=run.opened_at)
    return results, run.marks.get().cost, sum(known.values_list("cost", flat=True))


def test_a_purchase_that_waited_while_a_run_opened_is_not_lost_between_mark_and_roll(world, together):
    results, marked, known = _bought_while_a_run_opens(world, together)

    assert {type(one) for one in results} == {ValuationRun, investments.ValuedMeanwhile}
    assert (marked, known) == (1000, 1000)


def test_control_without_the_refusal_the_purchase_is_taken_for_known_and_in_no_mark(world, together, monkeypatch):
    monkeypatch.setattr(recording, "_last_valued", [])

    _results, marked, known = _bought_while_a_run_opens(world, together)

    assert (marked, known) == (1000, 6000)


def _is_waited_for(*, seconds):
    """Whether another connection comes to wait for what this one holds."""
    until = time.monotonic() + seconds
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return True
            time.sleep(0.02)
    return False
