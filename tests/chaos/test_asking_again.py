"""A command whose reply was lost is asked again: the same is answered with what stands, another content is refused."""

from decimal import Decimal

import pytest

from core import clock, identity
from core.audit.models import AuditEvent
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.services import Line
from portfolio.investments import services as investments
from portfolio.investments.models import StakeTerms, Transaction
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from tests.chaos.conftest import DUE, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded(world):
    world.funded()
    return world


@pytest.fixture
def commands(funded):
    """Each keyed command with the content that it was first asked for, to be varied by keyword."""
    company, other, stake = funded.holding(), funded.holding("Other Robotics"), funded.stake()
    funded.buy(company, "1000.00", "to sell from")
    funded.pay_stake(stake, "900.00", "to get back from")
    return {
        "buy": lambda amount="10.00", holding=company: funded.buy(holding, amount, "b"),
        "buy another": lambda amount="10.00", holding=company: funded.buy(holding if amount == "10.00" else other, "10.00", "b"),
        "sell": lambda amount="6.00": funded.sell(company, "4", amount, "s"),
        "sell more": lambda quantity="4": funded.sell(company, quantity, "6.00", "s"),
        "write off": lambda cost="3.00": funded.write_off(company, cost, "w"),
        "pay a fund": lambda amount="50.00": funded.pay_stake(stake, amount, "p"),
        "receive from a fund": lambda amount="7.00": funded.receive_from_stake(stake, amount, "2.00", "r"),
        "capital returned": lambda returned="2.00": funded.receive_from_stake(stake, "7.00", returned, "r"),
        "pay a fee": lambda amount="5.00": funded.pay_fee(amount, "f"),
    }  # fmt: skip


NAMES = (
    "buy", "buy another", "sell", "sell more", "write off", "pay a fund", "receive from a fund", "capital returned",
    "pay a fee",
)  # fmt: skip


def picture():
    return Entry.objects.count(), Transaction.objects.count(), AuditEvent.objects.count()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_key_with_the_same_content_gives_what_stands(commands, name):
    first = commands[name]()
    before = picture()

    assert commands[name]() == first
    assert picture() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_same_key_with_another_content_is_refused(commands, name):
    commands[name]()
    before = picture()

    with pytest.raises(ledger.KeyReused):
        commands[name]("1.00")

    assert picture() == before


def test_a_purchase_of_another_round_or_tranche_is_another_content(funded):
    holding = funded.holding()
    bought = {
        "quantity": Decimal(10),
        "amount": Decimal("100.00"),
        "effective_on": TODAY,
        "key": "buy",
        "by": funded.manager,
    }
    first, later = funded.round, funded.record_round(holding.organisation, name="Series A")
    investments.buy(holding, round=first, **bought, at=clock.now())

    for other in ({"round": later}, {"round": first, "tranche": 2}):
        with pytest.raises(ledger.KeyReused):
            investments.buy(holding, **bought | other, at=clock.now())


def test_a_write_off_for_another_reason_is_another_content(funded):
    holding = funded.holding()
    funded.buy(holding, "1000.00", "buy")
    written = {"cost": Decimal("10.00"), "effective_on": TODAY, "key": "off", "by": funded.manager, "at": clock.now()}
    first = investments.write_off(holding, reason="closed", **written)

    assert investments.write_off(holding, reason=" closed ", **written) == first
    with pytest.raises(ledger.KeyReused):
        investments.write_off(holding, reason="sold for nothing", **written)


def test_the_same_terms_of_a_stake_are_recorded_once(funded):
    stake = funded.stake("500.00")
    first = StakeTerms.objects.get()

    again = funded.commit_to(stake, "500.00")

    assert again == first
    assert AuditEvent.objects.filter(kind="stake.committed").count() == 1


class TestDrafting:
    def draft(self, world, public_id, *, amount="100.00", by=None):
        lines = [Line("investment", "Tickets", Decimal(amount))]
        return calls.draft(world.fund, due_on=DUE, lines=lines, by=by or world.analyst, at=clock.now(), public_id=public_id)  # fmt: skip

    def test_a_call_drafted_under_an_id_is_drafted_once(self, world):
        drawn = identity.new("call")

        first, second = self.draft(world, drawn), self.draft(world, drawn)

        assert first == second
        assert CapitalCall.objects.get().public_id == drawn
        assert AuditEvent.objects.filter(kind="capital_call.drafted").count() == 1

    def test_another_call_under_the_same_id_is_refused(self, world):
        drawn = identity.new("call")
        self.draft(world, drawn)

        for other in ({"amount": "101.00"}, {"by": world.manager}):
            with pytest.raises(calls.IdUsed):
                self.draft(world, drawn, **other)

        assert CapitalCall.objects.count() == 1

    def test_a_call_that_was_changed_since_is_not_the_draft(self, world):
        drawn = identity.new("call")
        lines = [Line("investment", "Tickets", Decimal("100.00"))]
        calls.edit(self.draft(world, drawn), due_on=DUE, lines=lines, memo="changed", by=world.analyst, at=clock.now())

        with pytest.raises(calls.IdUsed):
            self.draft(world, drawn)

    @pytest.mark.parametrize("public_id", ["call_1", "fund_0123456789abcdef", "call_0123456789ABCDEF", "call"])
    def test_an_id_that_was_not_drawn_as_ours_are_is_refused(self, world, public_id):
        with pytest.raises(calls.IdUsed):
            self.draft(world, public_id)

        assert not CapitalCall.objects.exists()

    def test_an_edit_that_says_the_same_again_changes_nothing(self, world):
        call = self.draft(world, "")
        lines = [Line("investment", "Tickets", Decimal("90.00"))]
        edited = calls.edit(call, due_on=DUE, lines=lines, by=world.analyst, at=clock.now())

        again = calls.edit(call, due_on=DUE, lines=lines, by=world.analyst, at=clock.now())

        assert again.version == edited.version == 2
        assert AuditEvent.objects.filter(kind="capital_call.edited").count() == 1
