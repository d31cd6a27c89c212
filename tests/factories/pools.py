"""A fund of three Allies with its money at work, played through the services, in amounts that fit on paper.

| day        | what                                                                 | money          |
|------------|----------------------------------------------------------------------|----------------|
| 1 Aug 2023 | Estonia 100.00, Finland 200.00 and Luxembourg 300.01 commit          | 600.01         |
| 2 Feb 2026 | call No. 1: 150.00 inside commitment, 6.00 of fees outside           | 156.00         |
| 9 Feb 2026 | Estonia pays its 26.00 and 4.00 too much; Finland pays its 52.00     | 82.00          |
| 20 Feb     | Luxembourg pays 50.00 of its 78.00                                   | 50.00          |
| 2 Mar      | shares of Alder Robotics (Estonia, AI) for 60.00                     | -60.00         |
| 3 Mar      | shares of Birch Optics (nation unknown, space) for 22.00 dollars     | -20.00         |
| 1 Apr      | 10.00 into Cedar Ventures (Finland), of a stake of 30.00             | -10.00         |
| 4 May      | a third of Alder Robotics is sold for 26.50                          | 26.50          |
| 15 May     | management fee                                                       | -7.77          |
| 18 May     | call No. 2 of 90.01 is issued; nobody has paid yet                   |                |
| 25 May     | call No. 3 of 12.00 is drafted by the analyst and waits for approval |                |
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal

from core import clock
from core.money.models import Currency, ExchangeRate
from core.nations.models import Nation
from core.organisations import services as organisations
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from portfolio.fees import services as fees
from portfolio.investments import services as investments
from tests.factories import funds, nations, people

FIGURES = {
    "committed": "600.01",
    "called": "240.01",
    "paid_in": "128.00",
    "unfunded": "360.00",
    "invested": "90.00",
    "at_cost": "70.00",
    "fair_value": "70.00",
    "received": "26.50",
    "fees": "7.77",
    "cash": "60.73",
    "outstanding": "118.01",
    "receivables": "118.01",
    "liabilities": "4.00",
    "nav": "244.74",
    "available": "416.73",
    "distributed": "0.00",
    "residual": "126.73",
}
"""What a clerk gets from the table above with pencil and paper."""


@dataclass
class Pool:
    """The fund and whoever and whatever plays in it."""

    system: object
    fund: object = None
    commitments: dict = field(default_factory=dict)
    holdings: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)
    analyst: object = None
    manager: object = None

    def call(self, *lines, issued_on=None):
        at = clock.now()
        call = calls.draft(self.fund, due_on=date(2026, 6, 30), lines=lines, by=self.analyst, at=at)
        call = calls.submit(call, by=self.analyst)
        self.calls.append(call)
        if issued_on:
            digest = call_queries.digest(call, at=at, on=issued_on)
            calls.approve(call, digest=digest, by=self.manager, at=at, on=issued_on)
            calls.issue(call, by=self.manager, on=issued_on, at=at)
        return call

    def receive(self, code, amount, reference):
        calls.receive(
            self.commitments[code], amount=Decimal(amount), received_on=clock.today(), reference=reference, by=self.analyst,
            at=clock.now(),
        )  # fmt: skip

    def hold(self, name, *, kind="direct", nation=None, technology="", currency="EUR"):
        body = organisations.register(
            name=name, kind=investments.BODIES[kind], nation=nation, by=self.system, at=clock.now(), illustrative=True
        )
        self.holdings[name] = investments.open_holding(
            self.fund, body, kind=kind, technology=technology, currency=currency, by=self.manager, at=clock.now()
        )
        return self.holdings[name]

    def buy(self, holding, amount, *, quantity="3", key=None):
        now = clock.now()
        round_ = investments.record_round(
            holding.organisation, name=f"Round of {now:%d %B}", held_on=clock.today(), precision="day", total=None,
            currency=None, role="", co_investors="", basis="illustrative", source="", note="", fund=self.fund, by=self.manager,
            at=now,
        )  # fmt: skip
        return investments.buy(
            holding, round=round_, quantity=Decimal(quantity), amount=Decimal(amount), effective_on=clock.today(),
            key=key or f"{holding.public_id}-{now:%Y%m%d}", by=self.manager, at=now,
        )  # fmt: skip

    def sell(self, holding, amount, *, quantity="1"):
        now = clock.now()
        return investments.sell(
            holding, quantity=Decimal(quantity), amount=Decimal(amount), effective_on=clock.today(),
            key=f"{holding.public_id}-sale-{now:%Y%m%d%H%M}", by=self.manager, at=now,
        )  # fmt: skip

    def pay_fee(self, amount, *, key="fee"):
        fees.pay(
            self.fund, line="management-fees", amount=Decimal(amount), effective_on=clock.today(), memo="First half",
            key=key, by=self.manager, at=clock.now(),
        )  # fmt: skip


def on(month, day, hour=9):
    """The clock at an hour of a day of 2026."""
    return clock.standing_at(datetime(2026, month, day, hour, tzinfo=timezone.utc))


def established(*, system, name="Test fund"):
    """A fund with two people and nothing else."""
    pool = Pool(system, funds.fund(system=system, name=name))
    scope = {"scope_kind": "fund", "scope_ref": pool.fund.public_id, "system": system}
    pool.analyst = people.person(role="fund-analyst", **scope)
    pool.manager = people.person(role="fund-manager", **scope)
    return pool


def played(*, system, name="Test fund"):
    """The fund after everything in the table above."""
    pool = committed(system=system, name=name)
    with on(2, 2):
        inside, outside = (
            Line("investment", "Tickets", Decimal("150.00")),
            Line("management-fee", "Fee", Decimal("6.00"), False),
        )
        pool.call(inside, outside, issued_on=date(2026, 2, 2))
    with on(2, 9):
        pool.receive("EE", "30.00", "bank-1")
        pool.receive("FI", "52.00", "bank-2")
    with on(2, 20):
        pool.receive("LU", "50.00", "bank-3")
    _invest(pool)
    with on(5, 15):
        pool.pay_fee("7.77")
    with on(5, 18):
        pool.call(Line("investment", "Further tickets", Decimal("90.01")), issued_on=date(2026, 5, 18))
    with on(5, 25):
        pool.call(Line("investment", "Later tickets", Decimal("12.00")))
    return pool


def committed(*, system, name="Test fund"):
    """The fund on the day of its closing; beside another fund the Allies are there already."""
    pool = established(system=system, name=name)
    closing = funds.closing(pool.fund, system=system)
    for code, amount in {"EE": "100.00", "FI": "200.00", "LU": "300.01"}.items():
        ally = Nation.objects.filter(code=code).first() or nations.ally(code, system=system)
        pool.commitments[code] = funds.commitment(pool.fund, ally, amount, at_closing=closing, system=system)
    return pool


def _invest(pool):
    with on(3, 2):
        alder = pool.hold("Alder Robotics", nation="EE", technology="AI")
        pool.buy(alder, "60.00")
    with on(3, 3, hour=17):
        _dollars()
        pool.buy(pool.hold("Birch Optics", technology="SPACE", currency="USD"), "22.00")
    with on(4, 1):
        cedar = pool.hold("Cedar Ventures", kind="fund", nation="FI")
        terms = {"effective_on": clock.today(), "by": pool.manager, "at": clock.now()}
        investments.commit_to_stake(cedar, amount=Decimal("30.00"), basis="illustrative", source="", **terms)
        investments.pay_stake(cedar, amount=Decimal("10.00"), key="stake-1", **terms)
    with on(5, 4):
        pool.sell(alder, "26.50")


def _dollars():
    """1.10 dollars for a euro on that day."""
    Currency.objects.get_or_create(code="USD", defaults={"name_en": "US dollar", "name_fr": "dollar"})
    ExchangeRate.objects.create(
        currency_id="USD",
        effective_on=clock.today(),
        units_per_euro=Decimal("1.10"),
        source="ECB",
        recorded_at=clock.now(),
    )
