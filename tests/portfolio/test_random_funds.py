"""Random funds against a plain Python model: cents are conserved, figures agree, and what was known stays what was known."""

import os
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import transaction

from core import clock
from core.money.models import Currency, ExchangeRate
from core.organisations import services as organisations
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from portfolio.fees import services as fees
from portfolio.investments import services as investments
from portfolio.ledger import invariants
from portfolio.performance import queries as performance
from portfolio.performance import report
from tests import sampling
from tests.factories import funds, nations, people

ONLY = os.environ.get("RANDOM_FUNDS", "")
"""``RANDOM_FUNDS="7 8"`` plays the seventh fund alone."""
FUNDS, AT_ONCE = (10_000, 500) if sampling.FULL else (200, 50)
SHARES = [tuple(map(int, ONLY.split()))] if ONLY else [(first, first + AT_ONCE) for first in range(0, FUNDS, AT_ONCE)]
"""First seed and end of what is played in one go."""
FIRST = date(2024, 1, 2)
CENT = Decimal("0.01")
ZERO = Decimal(0)
RATE = Decimal("1.25")


@dataclass
class Model:
    """The fund as a clerk would keep it on paper: every line with its day and the moment at which it was written."""

    lines: list[tuple[str, Decimal, date, datetime]] = field(default_factory=list)
    committed: dict[str, list[tuple[Decimal, date, datetime]]] = field(default_factory=dict)

    def write(self, name: str, amount: Decimal, on: date, at: datetime) -> None:
        self.lines.append((name, amount, on, at))

    def figures(self, as_of: date, known_at: datetime) -> dict[str, Decimal]:
        def total(name: str) -> Decimal:
            return sum((a for n, a, on, at in self.lines if n == name and on <= as_of and at <= known_at), ZERO)

        committed = ZERO
        for terms in self.committed.values():
            known = [row for row in terms if row[1] <= as_of and row[2] <= known_at]
            if known:
                committed += max(known, key=lambda row: (row[1], row[2]))[0]
        return {
            "committed": committed,
            "called": total("called"),
            "paid_in": total("paid in"),
            "unfunded": committed - total("called"),
            "invested": total("invested"),
            "at_cost": total("cost"),
            "fees": total("fees"),
            "cash": total("cash"),
        }


class Player:
    """Plays one random fund through the services and writes the same into the model."""

    def __init__(self, seed: int, allies: list, staff: dict, system) -> None:
        self.chance = random.Random(seed)
        self.system, self.staff, self.model = system, staff, Model()
        self.moment = datetime(2024, 1, 2, 9, tzinfo=timezone.utc)
        self.fund = funds.fund(system=system, name=f"Fund {seed}")
        for person, role in (("analyst", "fund-analyst"), ("manager", "fund-manager")):
            self.staff[person] = people.person(
                role=role,
                scope_kind="fund",
                scope_ref=self.fund.public_id,
                email=f"{person}-{seed}@example.org",
                system=system,
            )
        few, some, many = self.chance.randint(1, 5), self.chance.randint(6, 20), self.chance.randint(21, 40)
        self.allies = self.chance.sample(allies, self.chance.choices((few, some, many), weights=(17, 2, 1))[0])
        self.commitments: list = []
        self.issued: list = []
        self.holdings: list = []
        self.recorded: list = []
        """What can be taken back, the last first: its service, the row, its day, its lines of the model, and what undoes the rest."""
        self.number = 0

    @property
    def day(self) -> date:
        return self.moment.date()

    def play(self, steps: int) -> None:
        """The Allies come in at one to three closings, the first before anything else happens."""
        closings = self.chance.randint(1, min(3, len(self.allies)))
        waiting = [self.allies[number::closings] for number in range(closings)]
        self.close_in(waiting.pop())
        for turn in range(steps):
            self.moment += timedelta(days=self.chance.randint(1, 40))
            with clock.standing_at(self.moment):
                if waiting and turn % 2:
                    self.close_in(waiting.pop())
                else:
                    self.chance.choice(
                        (
                            *(self.call, self.call, self.receive, self.receive),
                            *(self.buy, self.sell, self.fee, self.amend, self.take_back),
                        )
                    )()

    def close_in(self, allies: list) -> None:
        closing = funds.closing(self.fund, system=self.system, held_on=self.day, at=self.moment)
        for ally in allies:
            amount = self.cents(1_000_00, 90_000_000_00)
            made = funds.commitment(self.fund, ally, str(amount), at_closing=closing, system=self.system)
            self.commitments.append(made)
            self.model.committed[made.public_id] = [(amount, self.day, self.moment)]

    def call(self) -> None:
        free = self.model.figures(self.day, self.moment)["unfunded"]
        if free < Decimal(10):
            return
        amount = self.cents(1, int(free * 100) // 3 or 1)
        lines = [Line("investment", "Tickets", amount)]
        call = calls.draft(self.fund, due_on=self.day, lines=lines, by=self.staff["analyst"], at=self.moment)
        call = calls.submit(call, by=self.staff["analyst"])
        calls.approve(call, digest=call_queries.digest(call, at=self.moment), by=self.staff["manager"], at=self.moment)
        calls.issue(call, by=self.staff["manager"], on=self.day, at=self.moment)
        self.issued.append(call)
        self.model.write("called", amount, self.day, self.moment)
        split = [line.amount for line in call_queries.notices(call, known_at=self.moment)]
        assert sum(split, ZERO) == amount

    def receive(self) -> None:
        commitment = self.chance.choice(self.commitments)
        owed = sum((line.open for line in call_queries.open_notices(commitment.pk, as_of=self.day)), ZERO)
        amount = owed if self.chance.random() < 0.6 and owed else self.cents(1, int(owed * 100) + 5_000)
        self.number += 1
        received = calls.receive(
            commitment, amount=amount, received_on=self.day, reference=f"bank-{self.number}", by=self.staff["analyst"],
            at=self.moment,
        )  # fmt: skip
        lines = {"cash": amount, "paid in": min(amount, owed)}
        self.write(calls.take_back_receipt, received, lines, lambda: None)

    def buy(self) -> None:
        cash = self.model.figures(self.day, self.moment)["cash"]
        if cash < Decimal(100):
            return
        self.number += 1
        currency = self.chance.choice(("EUR", "USD"))
        amount = self.cents(100, int(cash * 100) // 2)
        company = organisations.register(
            name=f"Company {self.number}",
            kind="company",
            nation=None,
            by=self.system,
            at=self.moment,
            illustrative=True,
        )
        holding = investments.open_holding(
            self.fund,
            company,
            kind="direct",
            technology="AI",
            currency=currency,
            by=self.staff["manager"],
            at=self.moment,
        )
        round_ = investments.record_round(
            company, name="Seed", held_on=self.day, precision="day", total=None, currency=None, role="", co_investors="",
            basis="illustrative", source="", note="", fund=self.fund, by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        self.rate_of_today()
        bought = investments.buy(
            holding, round=round_, quantity=Decimal(7), amount=amount, effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        in_euro = amount if currency == "EUR" else (amount / RATE).quantize(CENT)
        assert bought.fund_amount == in_euro
        held = [holding, 7, in_euro]
        self.holdings.append(held)
        lines = {"invested": in_euro, "cost": in_euro, "cash": -in_euro}
        self.write(investments.take_back_transaction, bought, lines, lambda: self.holdings.remove(held))

    def sell(self) -> None:
        held = [one for one in self.holdings if one[1]]
        if not held:
            return
        one = self.chance.choice(held)
        holding, shares, cost = one
        quantity = self.chance.randint(1, shares)
        amount = self.cents(1, 50_000_00)
        self.number += 1
        self.rate_of_today()
        sold = investments.sell(
            holding, quantity=Decimal(quantity), amount=amount, effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        relieved = cost if quantity == shares else (cost * quantity / shares).quantize(CENT)
        in_euro = amount if holding.currency_id == "EUR" else (amount / RATE).quantize(CENT)
        assert (sold.fund_amount, sold.fund_cost) == (in_euro, relieved)
        one[1], one[2] = shares - quantity, cost - relieved

        def held_again():
            one[1], one[2] = shares, cost

        self.write(investments.take_back_transaction, sold, {"cost": -relieved, "cash": in_euro}, held_again)

    def fee(self) -> None:
        cash = self.model.figures(self.day, self.moment)["cash"]
        if cash < 1:
            return
        amount = self.cents(1, int(cash * 10))
        self.number += 1
        paid = fees.pay(
            self.fund, line="management-fees", amount=amount, effective_on=self.day, memo="", key=f"fee-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        self.write(fees.take_back_fee, paid, {"fees": amount, "cash": -amount}, lambda: None)

    def write(self, service, row, lines: dict[str, Decimal], undo) -> None:
        for name, amount in lines.items():
            self.model.write(name, amount, self.day, self.moment)
        self.recorded.append((service, row, self.day, lines, undo))

    def take_back(self) -> None:
        """The last that was recorded, where the money that it brought is still there: as of its own day, known from now on."""
        if not self.recorded:
            return
        service, row, day, lines, undo = self.recorded[-1]
        if lines["cash"] > min(self.model.figures(one, self.moment)["cash"] for one in (day, date.max)):
            return
        self.recorded.pop()
        service(row, because="never happened", by=self.staff["manager"], at=self.moment)
        for name, amount in lines.items():
            self.model.write(name, -amount, day, self.moment)
        undo()

    def amend(self) -> None:
        """A correction of what was recorded, known from now on, effective from the beginning."""
        commitment = self.chance.choice(self.commitments)
        terms = self.model.committed[commitment.public_id]
        amount = terms[-1][0] + self.cents(1, 1_000_00)
        funds.amendment(commitment, str(amount), effective_on=terms[0][1], at=self.moment, system=self.system)
        terms.append((amount, terms[0][1], self.moment))

    def rate_of_today(self) -> None:
        ExchangeRate.objects.get_or_create(
            currency_id="USD", effective_on=self.day, recorded_at=self.moment - timedelta(hours=1),
            defaults={"units_per_euro": RATE, "source": "ECB"},
        )  # fmt: skip

    def cents(self, least: int, most: int) -> Decimal:
        return Decimal(self.chance.randint(least, max(least, most))) / 100

    def compare(self, as_of: date, known_at: datetime) -> dict[str, Decimal]:
        shown = performance.figures(self.fund, as_of=as_of, known_at=known_at)
        figures = {name: getattr(shown, name) for name in self.model.figures(as_of, known_at)}
        assert figures == self.model.figures(as_of, known_at)
        return figures


@pytest.fixture
def allies(system):
    Currency.objects.get_or_create(code="USD", defaults={"name_en": "US dollar", "name_fr": "dollar"})
    return nations.many_allies(40, system=system)


@pytest.mark.parametrize(("first", "end"), SHARES)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_random_funds_agree_with_a_plain_model(first, end, allies, system):
    for seed in range(first, end):
        # Each in a transaction of its own, rolled back, so that thousands leave nothing behind.
        with transaction.atomic():
            play_and_compare(seed, allies, system)
            transaction.set_rollback(True)


def play_and_compare(seed, allies, system):
    player = Player(seed, allies, {}, system)
    player.play(6)
    then, moment = player.day, player.moment
    shown = player.compare(then, moment)
    for _turn in range(player.chance.randint(2, 5)):
        player.moment += timedelta(days=player.chance.randint(1, 9))
        with clock.standing_at(player.moment):
            player.chance.choice(
                (player.amend, player.receive, player.buy, player.sell, player.fee, player.take_back)
            )()

    assert player.compare(then, moment) == shown, f"seed {seed}: what was known has changed"
    player.compare(player.day, player.moment)
    latest = player.compare(then, player.moment)
    told = report.values(player.fund, [player.day, then], known_at=player.moment)
    assert [(one.cash, one.fair_value) for one in told if one.day == then] == [(latest["cash"], latest["at_cost"])]
    assert [one.nav for one in told] == [
        performance.figures(player.fund, as_of=one.day, known_at=player.moment).nav for one in told
    ]
    assert invariants.broken(player.fund.book) == [], f"seed {seed}"
