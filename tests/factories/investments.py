"""Holdings with rounds and transactions, stakes in other funds, and money to pay them with, recorded through the services."""

from datetime import date
from decimal import Decimal

from core import clock
from core.organisations import services as organisations
from portfolio.funds import queries as funds
from portfolio.investments import services
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

BOUGHT_ON = date(2026, 5, 4)
OPENED_ON = date(2026, 1, 1)


def money(fund, amount="1000000.00", *, system, postings=1, on=OPENED_ON):
    """Cash in the fund's books, by one opening entry of so many postings."""
    legs = [Leg(("cash", ""), ("opening", ""), Decimal(amount), fund.currency_id) for _ in range(postings)]
    return ledger.post(
        funds.book_of(fund),
        legs,
        key=f"opening-{amount}-{postings}",
        kind="opening",
        effective_on=on,
        by=system,
        at=clock.now(),
    )


def holding(fund, name="Example Robotics", *, kind="direct", nation=None, currency="EUR", system):
    company = organisations.register(name=name, kind=services.BODIES[kind], nation=nation, by=system, at=clock.now())
    return services.open_holding(
        fund, company, kind=kind, technology="AI", currency=currency, by=system, at=clock.now()
    )


def purchase(of, name="Seed", amount="1000.00", *, on=BOUGHT_ON, system):
    """A published round of the company, and the fund's part in it."""
    found = services.record_round(
        of.organisation,
        name=name,
        held_on=on,
        precision="day",
        total=Decimal("5000000.00"),
        currency=of.currency_id,
        role="co-investor",
        co_investors="",
        basis="solid",
        source="https://example.org/round",
        note="",
        fund=of.fund,
        by=system,
        at=clock.now(),
    )
    return services.buy(
        of,
        round=found,
        quantity=Decimal(100),
        amount=Decimal(amount),
        effective_on=on,
        key=f"{of.public_id}:{name}",
        by=system,
        at=clock.now(),
    )


def stake(of, amount="1000000.00", *, effective_on=BOUGHT_ON, system):
    """What the fund commits to the other one, from a day on."""
    return services.commit_to_stake(
        of,
        amount=Decimal(amount),
        effective_on=effective_on,
        basis="solid",
        source="https://example.org/stake",
        by=system,
        at=clock.now(),
    )


def stake_payment(of, key="1", amount="1000.00", *, system):
    return services.pay_stake(
        of,
        amount=Decimal(amount),
        effective_on=BOUGHT_ON,
        key=f"{of.public_id}:{key}",
        by=system,
        at=clock.now(),
    )
