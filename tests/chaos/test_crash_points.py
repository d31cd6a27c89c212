"""Every money command is aborted at its statement 1, 2, ... n and just after commit: nothing is half-posted, a retry completes."""

from decimal import Decimal

import pytest
from django.db import connection

from core import clock
from core.audit import services as audit
from core.audit.models import AuditEvent
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallApproval, CallNotice, CapitalCall, Receipt, ReceiptAllocation
from portfolio.fees import services as fees
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book, ClosedPeriod, Entry, Posting
from tests.chaos.conftest import FULL, TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

TABLES = (
    AuditEvent, Book, CallApproval, CallNotice, CapitalCall, ClosedPeriod, Entry, Posting, Receipt, ReceiptAllocation, Transaction,
)  # fmt: skip
STEP = 1 if FULL else 5
"""``make test`` aborts at every fifth statement, the full run at each."""


class PowerCut(Exception):
    """The process ends here."""


class AbortAt:
    """Raises before the n-th statement of a command is sent."""

    def __init__(self, number):
        self.number, self.seen = number, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.number:
            raise PowerCut
        return execute(sql, params, many, context)


def issue(world):
    call = world.submitted()
    return lambda: world.issue(call)


def receive(world):
    world.issue(world.submitted())
    return lambda: world.receive("EE", "500000.00", "bank-1")


def settle(world):
    call = world.issue(world.submitted("3.00"))
    lines = queries.notices(call, known_at=clock.now())
    for line in lines[:-1]:
        world.receive(line.notice.commitment.nation_id, line.amount, line.notice.public_id)
    last = lines[-1]
    return lambda: world.receive(last.notice.commitment.nation_id, last.amount, "the last")


def apply_suspense(world):
    """Money came before the call that it pays, in two receipts, and is used once the call is issued."""
    for number, amount in enumerate(("100000.00", "400000.00")):
        world.receive("EE", amount, f"early-{number}")
    world.issue(world.submitted())
    return lambda: calls.apply_suspense(world.commitments["EE"], by=world.analyst, on=TODAY, at=clock.now())


def cancel(world):
    call = world.issue(world.submitted())
    return lambda: calls.cancel(call, because="mistake", by=world.manager, on=TODAY, at=clock.now())


def buy(world):
    world.funded()
    holding = world.holding()
    return lambda: world.buy(holding, "1000.00", "buy-1")


def sell(world):
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy-1")
    return lambda: world.sell(holding, "4", "600.00", "sell-1")


def write_off(world):
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy-1")
    return lambda: investments.write_off(
        holding, cost=Decimal("10.00"), reason="closed", effective_on=TODAY, key="w-1", by=world.manager, at=clock.now()
    )


def pay_fee(world):
    world.funded()
    return lambda: fees.pay(
        world.fund, line="management-fees", amount=Decimal("5.00"), effective_on=TODAY, memo="", key="f-1",
        by=world.manager, at=clock.now(),
    )  # fmt: skip


def close(world):
    world.funded()
    through = TODAY.replace(day=1).replace(month=5)
    return lambda: ledger.close(world.fund.book, through=through, today=TODAY, by=world.manager, at=clock.now())


COMMANDS = {
    command.__name__: command
    for command in (issue, receive, settle, apply_suspense, cancel, buy, sell, write_off, pay_fee, close)
}
SAFE_TO_REPEAT = {"receive", "settle", "buy", "sell", "write_off", "pay_fee"}
"""Commands with a key of their own: asked again, they answer with what stands. The others refuse by their state."""


def picture():
    """Every row of money, in order."""
    return {table.__name__: sorted(map(str, table.objects.values_list())) for table in TABLES}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_all_or_nothing_wherever_it_is_cut(world, name):
    command = COMMANDS[name](world)
    before = picture()
    number, cuts = 1, 0
    while True:
        abort = AbortAt(number)
        try:
            with connection.execute_wrapper(abort):
                command()
        except PowerCut:
            cuts += 1
            assert picture() == before, f"half-posted after statement {number}"
            number += STEP
        else:
            break

    after = picture()
    assert cuts > 0
    assert after != before
    assert invariants.broken(world.fund.book) == []
    assert audit.verify_all() == []
    _ask_again(name, command)
    assert picture() == after, "doubled by asking again"


def _ask_again(name, command):
    """The reply was lost after commit: the same command is sent once more."""
    if name in SAFE_TO_REPEAT:
        command()
        return
    with pytest.raises((calls.WrongState, calls.NothingToApply, ledger.AlreadyClosed)):
        command()
