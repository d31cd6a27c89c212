"""Every money command is cut at its statement 1, 2, ... n and just after its commit.

Nothing is half-posted, asking again completes, and nothing is doubled.
"""

import ast
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, connections

import accelerator
import portfolio
from accelerator.grants import invariants as grant_invariants
from core import clock, identity
from core.audit import services as audit
from core.money.value import Money
from core.people.models import User
from core.people.services import grants as grants_of_people
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.ledger import invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from tests.chaos import grants
from tests.chaos.conftest import DUE, MAY, TODAY

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

MONEY = ("ledger", "capital_calls", "investments", "fees")
"""The parts whose services move money or decide about it."""


class PowerCut(Exception):
    """The process ends here."""


class CutAt:
    """Ends a command before its n-th statement is sent."""

    def __init__(self, number):
        self.number, self.seen = number, 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.number:
            raise PowerCut
        return execute(sql, params, many, context)


def cut_before_its_audit_row(execute, sql, params, many, context):
    """Ends a command whose money has moved and of which the trail says nothing yet."""
    if "core_auditevent" in sql:
        raise PowerCut
    return execute(sql, params, many, context)


def lose_the_reply():
    """The next commit reaches the database, and the connection is lost before its reply."""
    wrapper = connections["default"]

    def commit():
        del wrapper._commit
        wrapper._commit()
        wrapper.connection.close()
        raise OperationalError("the connection was lost")

    wrapper._commit = commit


@contextmanager
def no_transaction():
    """Commands think that they are in one; each of their statements stands at once."""
    wrapper = connections["default"]
    wrapper.set_autocommit = lambda autocommit, **_: setattr(wrapper, "autocommit", autocommit)
    savepoints = ("_savepoint", "_savepoint_commit", "_savepoint_rollback")
    for name in savepoints:
        setattr(wrapper, name, lambda _sid: None)
    try:
        yield
    finally:
        for name in ("set_autocommit", *savepoints):
            delattr(wrapper, name)


# Each makes ready what its command needs, and returns the command.


def draft(world):
    drawn = identity.new("call")
    return lambda: calls.draft(
        world.fund, due_on=DUE, lines=world.lines("70.00"), by=world.analyst, at=clock.now(), public_id=drawn
    )


def edit(world):
    call = world.drafted()
    return lambda: calls.edit(call, due_on=DUE, lines=world.lines("60.00"), by=world.analyst, at=clock.now())


def submit(world):
    call = world.drafted()
    return lambda: calls.submit(call, by=world.analyst)


def approve(world):
    call = calls.submit(world.drafted(), by=world.analyst)
    return lambda: calls.approve(call, digest=queries.digest(call, at=clock.now()), by=world.manager, at=clock.now())


def issue(world):
    call = world.submitted()
    return lambda: world.issue(call)


def cancel(world):
    call = world.issue(world.submitted())
    return lambda: world.cancel(call)


def receive(world):
    world.issue(world.submitted())
    return lambda: world.receive("EE", "500000.00", "bank-1")


def announce(world):
    call = world.issue(world.submitted())
    notice = call.notices.get(commitment__nation="EE")
    partner = User.objects.create_person(email="client@clients.invalid", name="Partner", created_at=clock.now())
    grants_of_people.give(
        partner, "partner-system", scope_kind="nation", scope_ref="EE", starts_on=MAY, ends_before=None,
        by=world.manager, at=clock.now(), reason="tests",
    )  # fmt: skip
    paid = Money(notice.amount, "EUR")
    return lambda: calls.announce(
        notice, paid=paid, value_on=TODAY, reference="EE-7", by=partner, on=TODAY, at=clock.now()
    )


def settle(world):
    """The receipt that pays the last open notice of a call."""
    call = world.issue(world.submitted("3.00"))
    *before, last = queries.notices(call, known_at=clock.now())
    for line in before:
        world.receive(line.notice.commitment.nation_id, line.amount, line.notice.public_id)
    return lambda: world.receive(last.notice.commitment.nation_id, last.amount, "the last")


def apply_suspense(world):
    """Money came before the call that it pays, in two receipts, and is used once the call is issued."""
    for number, amount in enumerate(("100000.00", "400000.00")):
        world.receive("EE", amount, f"early-{number}")
    world.issue(world.submitted())
    return lambda: calls.apply_suspense(world.commitments["EE"], by=world.analyst, on=TODAY, at=clock.now())


def take_back_receipt(world):
    """One whose suspense was used since for a call that it settled."""
    early = world.receive("EE", "100.00", "early")
    call = world.issue(world.submitted("3.00"))
    for line in queries.notices(call, known_at=clock.now()):
        if line.notice.commitment_id != early.commitment_id:
            world.receive(line.notice.commitment.nation_id, line.amount, line.notice.public_id)
    calls.apply_suspense(world.commitments["EE"], by=world.analyst, on=TODAY, at=clock.now())
    return lambda: world.take_back_receipt(early)


def record_round(world):
    holding = world.holding()
    return lambda: world.record_round(holding.organisation, "Series A")


def open_holding(world):
    company = world.company()
    return lambda: world.open_holding(company)


def open_holding_in_new(world):
    return lambda: world.open_holding_in_new("Example Optics")


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
    return lambda: world.write_off(holding, "10.00", "w-1")


def commit_to_stake(world):
    stake = world.holding("Example Fund I", kind="fund")
    return lambda: world.commit_to(stake, "500.00")


def pay_stake(world):
    world.funded()
    stake = world.stake()
    return lambda: world.pay_stake(stake, "400.00", "p-1")


def receive_from_stake(world):
    world.funded()
    stake = world.stake()
    world.pay_stake(stake, "400.00", "p-1")
    return lambda: world.receive_from_stake(stake, "70.00", "50.00", "r-1")


def take_back_transaction(world):
    world.funded()
    holding = world.holding()
    world.buy(holding, "1000.00", "buy-1")
    sold = world.sell(holding, "4", "600.00", "sell-1")
    return lambda: world.take_back(sold)


def pay(world):
    """A fee."""
    world.funded()
    return lambda: world.pay_fee("5.00", "f-1")


def take_back_fee(world):
    world.funded()
    entry = world.pay_fee("5.00", "f-1")
    return lambda: world.take_back_fee(entry)


def open_book(world):
    return lambda: ledger.open_book(name="Another", currency="EUR", at=clock.now())


def post(world):
    return lambda: world.post("opening")


def post_many(world):
    return lambda: world.post_many(7)


def reverse(world):
    entry = world.post("opening")
    return lambda: ledger.reverse(entry, effective_on=TODAY, by=world.manager, at=clock.now())


def close(world):
    world.post("opening")
    return world.close


def check(world):
    """The check that finds something broken, stops the book and writes the mail."""
    world.post("opening")
    Book.objects.update(length=2)
    return lambda: ledger.check(world.fund.book, by=world.manager, at=clock.now())


def release(world):
    Book.objects.update(stopped_at=clock.now(), stopped_because="looked at")
    return lambda: ledger.release(world.fund.book, by=world.manager)


COMMANDS = {
    command.__name__: command
    for command in (
        draft, edit, submit, approve, issue, cancel, receive, announce, settle, apply_suspense, take_back_receipt, record_round, open_holding,
        open_holding_in_new, buy, sell, write_off,
        commit_to_stake, pay_stake, receive_from_stake, take_back_transaction, pay, take_back_fee, open_book, post, post_many, reverse, close, check, release,
    )
} | {name: partial(grants.on_its_ground, command) for name, command in grants.COMMANDS.items()}  # fmt: skip
EVERY_COMMAND = [pytest.param(name, marks=pytest.mark.breaks_books) if name == "check" else name for name in COMMANDS]
"""A check finds the books that were broken for it."""
REFUSED_AGAIN = {
    "apply_suspense": calls.NothingToApply,
    "submit": calls.WrongState,
    "issue": calls.WrongState,
    "cancel": calls.WrongState,
    "take_back_receipt": ledger.AlreadyReversed,
    "take_back_transaction": ledger.AlreadyReversed,
    "take_back_fee": ledger.AlreadyReversed,
    "open_book": IntegrityError,
    "reverse": ledger.AlreadyReversed,
    "close": ledger.AlreadyClosed,
    "release": ledger.NotStopped,
    **grants.REFUSED_AGAIN,
}
"""Commands that refuse by what stands when asked again. All others answer with it."""


def picture():
    """Every row of every table of ours, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(core|portfolio|accelerator)_'"
        )
        every = " UNION ALL ".join(f"SELECT '{table}', t::text FROM {table} t" for (table,) in cursor.fetchall())
        cursor.execute(f"SELECT * FROM ({every}) rows ORDER BY 1, 2")
        return cursor.fetchall()


def ask_again(name, command):
    """The reply was lost after the commit, so the same command is sent once more."""
    if name in REFUSED_AGAIN:
        with pytest.raises(REFUSED_AGAIN[name]):
            command()
    else:
        command()


def assert_whole(name, world):
    found = [one.name for one in invariants.broken(world.fund.book)]
    assert found == (["entries are numbered without a gap"] if name == "check" else [])
    assert grant_invariants.broken() == []
    assert audit.verify_all() == []


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_is_all_or_nothing_wherever_it_is_cut(world, name):
    command = COMMANDS[name](world)
    before = picture()
    number, cuts = 1, 0
    while True:
        try:
            with connection.execute_wrapper(CutAt(number)):
                command()
        except PowerCut:
            cuts += 1
            assert picture() == before, f"half-posted after statement {number}"
            number += 1
        else:
            break

    after = picture()
    assert cuts > 0
    assert after != before
    assert_whole(name, world)
    ask_again(name, command)
    assert picture() == after, "doubled by asking again"


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_whose_reply_is_lost_after_its_commit_is_done_once(world, name):
    command = COMMANDS[name](world)
    before = picture()

    lose_the_reply()
    with pytest.raises(OperationalError, match="lost"):
        command()
    connection.close()

    after = picture()
    assert after != before
    assert_whole(name, world)
    ask_again(name, command)
    assert picture() == after, "doubled by asking again"


def test_control_without_a_transaction_a_cut_leaves_half(world):
    command = buy(world)
    before = picture()

    with no_transaction(), pytest.raises(PowerCut), connection.execute_wrapper(cut_before_its_audit_row):
        command()

    assert picture() != before


def test_every_verb_that_writes_money_is_cut():
    written = set()
    for part in MONEY:
        folder = Path(portfolio.__file__).parent / part
        for path in [*folder.glob("services.py"), *folder.glob("services/*.py")]:
            written |= {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if _is_verb(node)}

    source = Path(accelerator.__file__).parent / "grants" / "services.py"
    written |= {f"grants.{node.name}" for node in ast.parse(source.read_text(encoding="utf-8")).body if _is_verb(node)}

    assert written == set(COMMANDS) - {"settle"}


POSTING = {"post", "post_many"}
"""Verbs whose transaction is begun by what both call."""


def _is_verb(node):
    decorators = [ast.unparse(one) for one in getattr(node, "decorator_list", [])]
    is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    return is_public and ("transaction.atomic" in decorators or node.name in POSTING)
