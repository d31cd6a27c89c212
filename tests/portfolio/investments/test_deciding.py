"""The Allies let one purchase pass the ethics gate: what was adopted becomes an override, and no more than that."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.decisions import kinds
from core.decisions import services as decisions
from core.decisions.kinds import Decision
from core.ethics import gate
from core.ethics import services as ethics
from core.ethics.gate import Asked
from core.ethics.lifecycle import Money
from core.ethics.models import Override
from portfolio.investments import deciding
from tests.factories import funds, investments
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def holding(fund, system):
    return investments.holding(fund, system=system)


@pytest.fixture
def manager(fund, system):
    return person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


def _terms(holding, **given):
    day = clock.today() + timedelta(days=30)
    return {"holding": holding.public_id, "amount": "5000.00", "expires_on": day.isoformat()} | given


def _adopted(proposal, terms, system):
    at = clock.now()
    told = {"effective_at": at, "on": clock.today(), "source": "Decision 7 of the Allies", "is_illustrative": True}
    return Decision(proposal.public_id, proposal.scope, terms, **told, by=system, at=at)


def test_what_was_adopted_lets_one_purchase_pass(fund, holding, manager, system):
    terms = _terms(holding)
    text = decisions.NewText("Let it pass", "Laisser passer", "Once.", "Une fois.", terms)
    proposal = decisions.draft(deciding.GUARD, fund.public_id, text, by=manager, at=clock.now())
    officer = person(role="ethics-officer", system=system)
    ethics.put_in_force(fund.public_id, from_day=clock.today(), because="Words.", by=officer, at=clock.now())
    wish = Asked(
        fund.public_id, (holding.public_id,), Money.PURCHASE, Decimal("5000.00"), clock.today(), clock.today(), "tx_1"
    )
    with pytest.raises(gate.HeldByEthics):
        gate.require(wish)

    made = deciding.let_pass(_adopted(proposal, terms, system))

    override = Override.objects.get(public_id=made)
    assert (override.decision, override.reason, override.asked_by) == (
        proposal.public_id,
        "Decision 7 of the Allies",
        manager,
    )
    gate.require(wish)


@pytest.mark.parametrize("given", [{"amount": "0"}, {"amount": "1.001"}, {"expires_on": "2001-01-01"}])
def test_what_could_not_take_effect_is_refused_before(fund, holding, given):
    with pytest.raises(ethics.UnfitOverride):
        deciding.check(fund.public_id, _terms(holding, **given), clock.today())


def test_it_is_offered_to_whoever_circulates_of_the_fund(fund, holding):
    kind = kinds.find(deciding.GUARD)
    assert [name for name, _label in kind.scopes()] == [fund.public_id]
    assert kind.told(fund.public_id, _terms(holding))[0][1] == holding.organisation.name
