"""A fund with three Allies, and the people who work on its calls."""

from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import count

import pytest
from django.test import Client

from core import clock
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from tests.core.people import sessions
from tests.factories import funds, nations, people

TODAY = date(2026, 6, 1)
DUE = date(2026, 6, 15)


def at(day=1, hour=12):
    return datetime(2026, 6, day, hour, tzinfo=timezone.utc)


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def commitments(fund, system):
    closing = funds.closing(fund, system=system)
    amounts = {"EE": "30000000.00", "FI": "35000000.00", "LU": "29000000.01"}
    return {
        code: funds.commitment(fund, nations.ally(code, system=system), amount, at_closing=closing, system=system)
        for code, amount in amounts.items()
    }


@pytest.fixture
def staff(fund, system):
    def make(role):
        return people.person(role=role, scope_kind="fund", scope_ref=fund.public_id, system=system)

    return {"analyst": make("fund-analyst"), "manager": make("fund-manager"), "second": make("fund-manager")}


@pytest.fixture
def drafted(fund, commitments, staff):
    def make(amount="1000000.00", *, inside=True):
        lines = [Line("investment", "First tickets", Decimal(amount), inside)]
        return calls.draft(fund, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now())

    return make


@pytest.fixture
def issued(drafted, staff):
    def make(amount="1000000.00", *, inside=True, on=TODAY):
        call = calls.submit(drafted(amount, inside=inside), by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        return calls.issue(call, by=staff["manager"], on=on, at=clock.now())

    return make


@pytest.fixture
def paid(commitments, staff):
    """Pay an Ally's open notices, or part of them, today."""
    numbers = count(1)

    def pay(code, amount, *, reference=None, on=TODAY):
        return calls.receive(
            commitments[code],
            amount=Decimal(amount),
            received_on=on,
            reference=reference or f"BANK-{next(numbers)}",
            by=staff["analyst"],
            at=clock.now(),
        )

    return pay


@pytest.fixture
def signed_in(staff):
    """A browser in which one of the staff, or somebody else, is signed in; ``fresh`` has just proven the factor."""

    def sign_in(who, *, fresh=False):
        person = staff.get(who, who) if isinstance(who, str) else who
        browser = people.signed_in(Client(), person)
        return sessions.fresh(browser, person) if fresh else browser

    return sign_in


def text_of(response):
    """The page without no-break spaces, for reading."""
    return response.content.decode().replace("\u00a0", " ")
