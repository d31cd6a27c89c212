"""A fund with money and people, committed to the database, for tests with several connections."""

import os
import tempfile
import threading
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connections

from core import clock
from core.organisations import services as organisations
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from portfolio.fees import services as fees
from portfolio.investments import services as investments
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from portfolio.ledger.services import Leg
from tests.factories import funds, nations, people, valuations

TODAY = date(2026, 6, 1)
DUE = date(2026, 6, 15)
MAY = date(2026, 5, 15)
FULL = os.environ.get("FULL") == "1"
BEGUN = pytest.StashKey[bool]()


@pytest.fixture(autouse=True)
def _begun(request):
    """A test that is skipped has no database to be asked."""
    if request.node.get_closest_marker("django_db"):
        request.node.stash[BEGUN] = True


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """After every test that breaks something, unless that was the books on purpose, the books still hold."""
    broken = None
    if BEGUN in item.stash and not item.get_closest_marker("breaks_books"):
        try:
            assert_books_hold()
        except AssertionError as error:
            broken = error
    result = yield
    if broken:
        raise broken
    return result


def assert_books_hold():
    for book in Book.objects.order_by("pk"):
        assert invariants.broken(book) == []


class World:
    """What the commands of these tests act on."""

    def __init__(self, system):
        self.system = system
        self.fund = funds.fund(system=system)
        closing = funds.closing(self.fund, system=system)
        self.commitments = {
            code: funds.commitment(
                self.fund, nations.ally(code, system=system), amount, at_closing=closing, system=system
            )
            for code, amount in {"EE": "30000000.00", "FI": "35000000.00", "LU": "29000000.01"}.items()
        }
        scope = {"scope_kind": "fund", "scope_ref": self.fund.public_id, "system": system}
        self.analyst = people.person(role="fund-analyst", **scope)
        self.manager = people.person(role="fund-manager", **scope)

    def lines(self, amount="1000000.00"):
        return [Line("investment", "Tickets", Decimal(amount))]

    def drafted(self, amount="1000000.00"):
        return calls.draft(self.fund, due_on=DUE, lines=self.lines(amount), by=self.analyst, at=clock.now())

    def submitted(self, amount="1000000.00"):
        call = calls.submit(self.drafted(amount), by=self.analyst)
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=self.manager, at=clock.now())
        return call

    def issue(self, call):
        return calls.issue(call, by=self.manager, on=TODAY, at=clock.now())

    def receive(self, code, amount, reference):
        return calls.receive(
            self.commitments[code], amount=Decimal(amount), received_on=TODAY, reference=reference, by=self.analyst,
            at=clock.now(),
        )  # fmt: skip

    def funded(self, amount="1000000.00"):
        """A call issued and paid in full."""
        call = self.issue(self.submitted(amount))
        for line in queries.notices(call, known_at=clock.now()):
            self.receive(line.notice.commitment.nation_id, line.amount, f"paid-{line.notice.public_id}")
        return call

    def company(self, name="Example Robotics", kind="company"):
        return organisations.register(
            name=name, kind=kind, nation=None, by=self.system, at=clock.now(), illustrative=True
        )

    def open_holding(self, company, kind="direct"):
        return investments.open_holding(
            self.fund, company, kind=kind, technology="AI", currency="EUR", by=self.manager, at=clock.now()
        )

    def open_holding_in_new(self, name):
        return investments.open_holding_in_new(
            self.fund, name=name, nation=None, kind="direct", technology="AI", currency="EUR", by=self.manager,
            at=clock.now(),
        )  # fmt: skip

    def record_round(self, company, name="Seed"):
        return investments.record_round(
            company, name=name, held_on=TODAY, precision="day", total=None, currency=None, role="", co_investors="",
            basis="illustrative", source="", note="", fund=self.fund, by=self.manager, at=clock.now(),
        )  # fmt: skip

    def holding(self, name="Example Robotics", kind="direct"):
        company = self.company(name, kind="company" if kind == "direct" else "fund")
        held = self.open_holding(company, kind)
        self.round = self.record_round(company)
        return held

    def buy(self, holding, amount, key):
        return investments.buy(
            holding, round=self.round, quantity=Decimal(10), amount=Decimal(amount), effective_on=TODAY, key=key,
            by=self.manager, at=clock.now(),
        )  # fmt: skip

    def stake(self, committed="50000.00"):
        held = self.holding("Example Fund I", kind="fund")
        self.commit_to(held, committed)
        return held

    def commit_to(self, stake, amount):
        return investments.commit_to_stake(
            stake, amount=Decimal(amount), effective_on=TODAY, basis="illustrative", source="", by=self.manager, at=clock.now()
        )  # fmt: skip

    def pay_stake(self, stake, amount, key):
        return investments.pay_stake(
            stake, amount=Decimal(amount), effective_on=TODAY, key=key, by=self.manager, at=clock.now()
        )

    def receive_from_stake(self, stake, amount, returned, key):
        return investments.receive_from_stake(
            stake, amount=Decimal(amount), returned_capital=Decimal(returned), effective_on=TODAY, key=key,
            by=self.manager, at=clock.now(),
        )  # fmt: skip

    def write_off(self, holding, cost, key):
        return investments.write_off(
            holding, cost=Decimal(cost), reason="closed", effective_on=TODAY, key=key, by=self.manager, at=clock.now()
        )

    def pay_fee(self, amount, key):
        return fees.pay(
            self.fund, line="management-fees", amount=Decimal(amount), effective_on=TODAY, memo="", key=key,
            by=self.manager, at=clock.now(),
        )  # fmt: skip

    def take_back(self, transaction):
        return investments.take_back_transaction(transaction, because="never happened", by=self.manager, at=clock.now())

    def take_back_fee(self, entry):
        return fees.take_back_fee(entry, because="entered twice", by=self.manager, at=clock.now())

    def take_back_receipt(self, receipt):
        return calls.take_back_receipt(receipt, because="of another Ally", by=self.manager, at=clock.now())

    def post(self, key, *, on=MAY, amount="70.00"):
        leg = Leg(("cash", ""), ("opening", ""), Decimal(amount), "EUR")
        return ledger.post(
            self.fund.book, [leg], key=key, kind="opening", effective_on=on, by=self.manager, at=clock.now()
        )

    def post_many(self, count, *, on=MAY):
        leg = Leg(("cash", ""), ("opening", ""), Decimal("70.00"), "EUR")
        drafts = [ledger.Draft([leg], f"many-{number}", "opening", on) for number in range(count)]
        return ledger.post_many(self.fund.book, drafts, by=self.manager, at=clock.now())

    def cancel(self, call):
        return calls.cancel(call, because="mistake", by=self.manager, on=TODAY, at=clock.now())

    def close(self, through=MAY):
        return ledger.close(self.fund.book, through=through, today=TODAY, by=self.manager, at=clock.now())

    def history(self):
        """Something of everything: a closed period, calls settled, paid in part and cancelled, a company, a fund."""
        self.post("opening")
        self.close()
        self.settled = self.funded()
        self.open = self.issue(self.submitted("90.00"))
        self.cancelled = self.issue(self.submitted("3.00"))
        self.cancel(self.cancelled)
        self.receive("EE", "50.00", "more than is owed")
        self.receive("FI", "1.00", "less than is owed")
        company, stake = self.holding(), self.stake()
        self.buy(company, "1000.00", "buy")
        self.sell(company, "4", "600.00", "sell")
        self.take_back(self.sell(company, "3", "700.00", "wrong sale"))
        self.write_off(company, "10.00", "write off")
        self.pay_stake(stake, "40000.00", "pay stake")
        self.receive_from_stake(stake, "5000.00", "4000.00", "from stake")
        self.pay_fee("5.00", "fee")
        self.take_back_fee(self.pay_fee("7.00", "wrong fee"))
        self.value()

    def value(self):
        """The quarter is valued on the day after it, and locked."""
        at = datetime(2026, 7, 1, 9, tzinfo=timezone.utc)
        committee = [
            people.person(
                role="valuation-committee", scope_kind="fund", scope_ref=self.fund.public_id, system=self.system
            )
            for _member in range(2)
        ]
        valuations.policy(self.fund, system=self.system, at=at)
        valuations.locked(
            self.fund, date(2026, 6, 30), analyst=self.manager, committee=committee, system=self.system, at=at
        )

    def sell(self, holding, quantity, amount, key):
        return investments.sell(
            holding, quantity=Decimal(quantity), amount=Decimal(amount), effective_on=TODAY, key=key, by=self.manager,
            at=clock.now(),
        )  # fmt: skip


@pytest.fixture
def world(system):
    return World(system)


@pytest.fixture
def together():
    """Run one piece of work in many threads at once; return what each gave back or raised."""
    moment = clock.now()

    def run(count, work):
        start, results, lock = threading.Barrier(count), [], threading.Lock()

        def one(number):
            with clock.standing_at(moment):
                try:
                    start.wait()
                    outcome = work(number)
                except Exception as error:  # noqa: BLE001 -- the outcome that the test looks at
                    outcome = error
                finally:
                    connections.close_all()
            with lock:
                results.append(outcome)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


@pytest.fixture
def ground_of():
    """Make a ground of real processes, of which none is left after the test."""
    from tests.chaos.ground import Ground

    made = []
    with tempfile.TemporaryDirectory(prefix="work-") as folder:

        def begun(kind=Ground, **given):
            pace = {"CHAOS_PACE": "product" if FULL else "hurried"}
            made.append(kind(Path(folder), **(pace | given)))
            return made[-1]

        try:
            yield begun
        finally:
            for one in made:
                one.end()
