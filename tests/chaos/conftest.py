"""A fund with money and people, committed to the database, for tests with several connections."""

import os
import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connections

from core import clock
from core.organisations import services as organisations
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from portfolio.investments import services as investments
from tests.factories import funds, nations, people

TODAY = date(2026, 6, 1)
DUE = date(2026, 6, 15)
FULL = os.environ.get("FULL") == "1"


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

    def submitted(self, amount="1000000.00"):
        lines = [Line("investment", "Tickets", Decimal(amount))]
        call = calls.draft(self.fund, due_on=DUE, lines=lines, by=self.analyst, at=clock.now())
        call = calls.submit(call, by=self.analyst)
        calls.approve(call, digest=queries.digest(call), by=self.manager, at=clock.now())
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

    def holding(self, name="Example Robotics"):
        company = organisations.register(
            name=name, kind="company", nation=None, by=self.system, at=clock.now(), illustrative=True
        )
        held = investments.open_holding(
            self.fund, company, kind="direct", technology="AI", currency="EUR", by=self.manager, at=clock.now()
        )
        self.round = investments.record_round(
            company, name="Seed", held_on=TODAY, precision="day", total=None, currency=None, role="", co_investors="",
            basis="illustrative", source="", note="", fund=self.fund, by=self.manager, at=clock.now(),
        )  # fmt: skip
        return held

    def buy(self, holding, amount, key):
        return investments.buy(
            holding, round=self.round, quantity=Decimal(10), amount=Decimal(amount), effective_on=TODAY, key=key,
            by=self.manager, at=clock.now(),
        )  # fmt: skip

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
