"""A fund with money, a company with a round in dollars, and a stake in another fund."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from core.money.models import Currency, ExchangeRate
from core.organisations import services as organisations
from portfolio.investments import services as investments
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg
from tests.factories import funds, people

MAY = date(2026, 5, 4)


@pytest.fixture
def fund(system):
    fund = funds.fund(system=system)
    Currency.objects.get_or_create(code="USD", defaults={"name_en": "US dollar", "name_fr": "dollar"})
    for day, rate in ((4, "1.10"), (20, "1.20")):
        ExchangeRate.objects.create(
            currency_id="USD",
            effective_on=date(2026, 5, day),
            units_per_euro=Decimal(rate),
            source="ECB",
            recorded_at=datetime(2026, 5, day, 16, tzinfo=timezone.utc),
        )
    return fund


@pytest.fixture
def money(fund, system):
    def _money(amount="1000000.00"):
        legs = [Leg(("cash", ""), ("opening", ""), Decimal(amount), "EUR")]
        ledger.post(
            fund.book,
            legs,
            key=f"money-{amount}",
            kind="opening",
            effective_on=date(2026, 1, 1),
            by=system,
            at=clock.now(),
        )

    return _money


@pytest.fixture
def manager(fund, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


@pytest.fixture
def holding(fund, system, manager):
    def make(currency="EUR", kind="direct", name="Example Robotics"):
        body = investments.BODIES[kind]
        company = organisations.register(
            name=name, kind=body, nation=None, by=system, at=clock.now(), illustrative=True
        )
        return investments.open_holding(
            fund, company, kind=kind, technology="AI", currency=currency, by=manager, at=clock.now()
        )

    return make


@pytest.fixture
def bought(fund, manager, money):
    def make(holding, amount="110000.00", quantity="1000", *, key="b1", on=MAY, tranche=1):
        round_ = investments.record_round(
            holding.organisation, name=f"Seed {key}", held_on=MAY, precision="day", total=None, currency=None, role="lead",
            co_investors="", basis="illustrative", source="", note="", fund=fund, by=manager, at=clock.now(),
        )  # fmt: skip
        return investments.buy(
            holding, round=round_, quantity=Decimal(quantity), amount=Decimal(amount), effective_on=on, key=key, by=manager,
            at=clock.now(), tranche=tranche,
        )  # fmt: skip

    return make
