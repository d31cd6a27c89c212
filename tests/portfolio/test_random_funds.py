"""Random funds against a plain Python model: cents are conserved, figures agree, and what was known stays what was known."""

import os
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

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
LONG, SHORT, LONG_ONE_IN = ((4, 8), (2, 5)), ((2, 4), (1, 1)), 5
"""Least and most steps of a fund and corrections of it: one fund in so many lives long, so that more can be tried."""
FIRST = date(2024, 1, 2)
CENT = Decimal("0.01")
ZERO = Decimal(0)


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
        called, paid_in, suspense = total("called"), total("paid in"), total("suspense")
        cost, cash, unfunded, outstanding = total("cost"), total("cash"), committed - called, called - paid_in
        return {
            "committed": committed,
            "called": called,
            "paid_in": paid_in,
            "unfunded": unfunded,
            "invested": total("invested"),
            "at_cost": cost,
            "fair_value": cost,
            "received": total("received"),
            "fees": total("fees"),
            "cash": cash,
            "outstanding": outstanding,
            "receivables": outstanding,
            "liabilities": suspense,
            "nav": cash + cost + outstanding - suspense,
            "available": unfunded + cash - suspense,
        }


@dataclass(eq=False)
class Held:
    """A holding as the clerk knows it: shares, and cost in its own currency and in the fund's; what a fund was promised."""

    holding: Any
    shares: int = 0
    cost: Decimal = ZERO
    fund_cost: Decimal = ZERO
    promised: Decimal = ZERO
    paid: Decimal = ZERO

    def leaving(self, part: Decimal, whole: Decimal) -> tuple[Decimal, Decimal]:
        """The cost that leaves with a part of what is held, in both currencies: all of it with the last."""
        if part == whole:
            return self.cost, self.fund_cost
        return (self.cost * part / whole).quantize(CENT), (self.fund_cost * part / whole).quantize(CENT)

    def as_it_is(self) -> Callable[[], None]:
        """What puts everything back to how it stands now."""
        stands = dict(vars(self))
        return lambda: vars(self).update(stands)


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
        self.holdings: list[Held] = []
        self.suspense: dict[int, Decimal] = defaultdict(lambda: ZERO)
        """By commitment, what was received beyond what was owed and is not used yet."""
        self.unpaid: tuple[Any, Decimal] | None = None
        """The latest call and its amount, while nothing was paid since."""
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
                elif turn < 2:
                    (self.call, self.receive)[turn]()
                else:
                    self.act(
                        *(self.call, self.receive, self.buy, self.sell, self.fee, self.amend, self.take_back),
                        *(self.commit, self.pay, self.pay, self.pay_out, self.pay_out, self.write_off),
                        *(self.cancel, self.receive, self.use_suspense, self.use_suspense),
                    )

    def act(self, *choices: Callable[[], None]) -> None:
        """One of them by chance: the first that finds something to do."""
        for one in self.chance.sample(choices, len(choices)):
            stood = self.written()
            one()
            if self.written() != stood:
                return

    def written(self) -> tuple[int, int, int]:
        """How much the clerk has written so far."""
        return len(self.model.lines), len(self.holdings), sum(map(len, self.model.committed.values()))

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
        self.unpaid = call, amount
        self.model.write("called", amount, self.day, self.moment)
        split = [line.amount for line in call_queries.notices(call, known_at=self.moment)]
        assert sum(split, ZERO) == amount

    def receive(self) -> None:
        commitment = self.chance.choice(self.commitments)
        owed = self.owed(commitment)
        amount = owed if self.chance.random() < 0.6 and owed else self.cents(1, int(owed * 200) + 5_000)
        self.number += 1
        received = calls.receive(
            commitment, amount=amount, received_on=self.day, reference=f"bank-{self.number}", by=self.staff["analyst"],
            at=self.moment,
        )  # fmt: skip
        beyond = amount - min(amount, owed)
        self.suspense[commitment.pk] += beyond
        self.unpaid = None

        def owed_again():
            self.suspense[commitment.pk] -= beyond

        lines = {"cash": amount, "paid in": amount - beyond, "suspense": beyond}
        self.write(calls.take_back_receipt, received, lines, owed_again)

    def cancel(self) -> None:
        """The latest call, as long as nothing was paid for it."""
        if self.unpaid is None:
            return
        call, amount = self.unpaid
        calls.cancel(call, because="not needed", by=self.staff["manager"], on=self.day, at=self.moment)
        self.unpaid = None
        self.model.write("called", -amount, self.day, self.moment)

    def use_suspense(self) -> None:
        """What an Ally paid too much pays a later call of it; what it rests on is not taken back here."""
        able = [one for one in self.commitments if self.suspense[one.pk] and self.owed(one)]
        if not able:
            return
        commitment = self.chance.choice(able)
        used = min(self.suspense[commitment.pk], self.owed(commitment))
        written = calls.apply_suspense(commitment, by=self.staff["analyst"], on=self.day, at=self.moment)
        assert sum((one.amount for one in written), ZERO) == used
        self.suspense[commitment.pk] -= used
        self.recorded = [one for one in self.recorded if getattr(one[1], "commitment", None) != commitment]
        self.model.write("suspense", -used, self.day, self.moment)
        self.model.write("paid in", used, self.day, self.moment)
        self.unpaid = None

    def owed(self, commitment) -> Decimal:
        return sum((line.open for line in call_queries.open_notices(commitment.pk, as_of=self.day)), ZERO)

    def buy(self) -> None:
        cash = self.model.figures(self.day, self.moment)["cash"]
        if cash < Decimal(100):
            return
        self.number += 1
        currency = self.chance.choice(("EUR", "USD"))
        amount = self.cents(100, int(cash * 100) // 2)
        holding = self.open("company", "direct", currency)
        round_ = investments.record_round(
            holding.organisation, name="Seed", held_on=self.day, precision="day", total=None, currency=None, role="", co_investors="",
            basis="illustrative", source="", note="", fund=self.fund, by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        in_euro = self.in_euro(amount, currency)
        bought = investments.buy(
            holding, round=round_, quantity=Decimal(7), amount=amount, effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        assert bought.fund_amount == in_euro
        held = Held(holding, 7, amount, in_euro)
        self.holdings.append(held)
        lines = {"invested": in_euro, "cost": in_euro, "cash": -in_euro}
        self.write(investments.take_back_transaction, bought, lines, lambda: self.holdings.remove(held))

    def sell(self) -> None:
        one = self.some(lambda held: held.shares)
        if one is None:
            return
        quantity = self.chance.randint(1, one.shares)
        amount = self.cents(1, 50_000_00)
        self.number += 1
        in_euro = self.in_euro(amount, one.holding.currency_id)
        sold = investments.sell(
            one.holding, quantity=Decimal(quantity), amount=amount, effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        cost, fund_cost = one.leaving(Decimal(quantity), Decimal(one.shares))
        assert (sold.cost, sold.fund_amount, sold.fund_cost) == (cost, in_euro, fund_cost)
        undo = one.as_it_is()
        one.shares, one.cost, one.fund_cost = one.shares - quantity, one.cost - cost, one.fund_cost - fund_cost
        lines = {"cost": -fund_cost, "cash": in_euro, "received": in_euro}
        self.write(investments.take_back_transaction, sold, lines, undo)

    def write_off(self) -> None:
        one = self.some(lambda held: held.cost)
        if one is None:
            return
        cost = one.cost if self.chance.random() < 0.3 else self.cents(1, int(one.cost * 100))
        self.number += 1
        written = investments.write_off(
            one.holding, cost=cost, reason="Closed", effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        _cost, fund_cost = one.leaving(cost, one.cost)
        assert (written.cost, written.fund_cost) == (cost, fund_cost)
        undo = one.as_it_is()
        one.cost, one.fund_cost = one.cost - cost, one.fund_cost - fund_cost
        self.write(investments.take_back_transaction, written, {"cost": -fund_cost}, undo)

    def commit(self) -> None:
        """A stake in another fund: nothing moves before it calls."""
        self.number += 1
        holding = self.open("fund-manager", "fund", self.chance.choice(("EUR", "USD")))
        promised = self.cents(1_000_00, 1_000_000_00)
        investments.commit_to_stake(
            holding, amount=promised, effective_on=self.day, basis="illustrative", source="", by=self.staff["manager"],
            at=self.moment,
        )  # fmt: skip
        self.holdings.append(Held(holding, promised=promised))

    def pay(self) -> None:
        one = self.some(lambda held: held.paid < held.promised)
        cash = self.model.figures(self.day, self.moment)["cash"]
        if one is None or cash < Decimal(100):
            return
        amount = self.cents(1, int(min(one.promised - one.paid, cash / 2) * 100))
        in_euro = self.in_euro(amount, one.holding.currency_id)
        self.number += 1
        paid = investments.pay_stake(
            one.holding, amount=amount, effective_on=self.day, key=f"{self.fund.pk}-{self.number}", by=self.staff["manager"],
            at=self.moment,
        )  # fmt: skip
        assert paid.fund_amount == in_euro
        undo = one.as_it_is()
        one.paid, one.cost, one.fund_cost = one.paid + amount, one.cost + amount, one.fund_cost + in_euro
        lines = {"invested": in_euro, "cost": in_euro, "cash": -in_euro}
        self.write(investments.take_back_transaction, paid, lines, undo)

    def pay_out(self) -> None:
        """Another fund distributes: some of it is capital that it returns."""
        one = self.some(lambda held: held.promised and held.cost)
        if one is None:
            return
        amount = self.cents(1, 50_000_00)
        most = min(one.cost, amount)
        returned = self.chance.choice((most, ZERO, self.cents(0, int(most * 100))))
        in_euro = self.in_euro(amount, one.holding.currency_id)
        self.number += 1
        received = investments.receive_from_stake(
            one.holding, amount=amount, returned_capital=returned, effective_on=self.day, key=f"{self.fund.pk}-{self.number}",
            by=self.staff["manager"], at=self.moment,
        )  # fmt: skip
        _cost, fund_cost = one.leaving(returned, one.cost)
        assert (received.fund_amount, received.fund_cost) == (in_euro, fund_cost)
        undo = one.as_it_is()
        one.cost, one.fund_cost = one.cost - returned, one.fund_cost - fund_cost
        lines = {"cost": -fund_cost, "cash": in_euro, "received": in_euro}
        self.write(investments.take_back_transaction, received, lines, undo)

    def some(self, fits: Callable[[Held], object]) -> Held | None:
        found = [one for one in self.holdings if fits(one)]
        return self.chance.choice(found) if found else None

    def open(self, body: str, kind: str, currency: str) -> Any:
        company = organisations.register(
            name=f"Company {self.number}", kind=body, nation=None, by=self.system, at=self.moment, illustrative=True
        )
        technology = "AI" if kind == "direct" else ""
        return investments.open_holding(
            self.fund, company, kind=kind, technology=technology, currency=currency, by=self.staff["manager"], at=self.moment
        )  # fmt: skip

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
        if lines.get("cash", ZERO) > min(self.model.figures(one, self.moment)["cash"] for one in (day, date.max)):
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

    def in_euro(self, amount: Decimal, currency: str) -> Decimal:
        """At the rate of the day, which is another one each day."""
        if currency == "EUR":
            return amount
        units = Decimal(self.chance.randint(8_000, 16_000)) / 10_000
        rate, _made = ExchangeRate.objects.get_or_create(
            currency_id="USD", effective_on=self.day, recorded_at=self.moment - timedelta(hours=1),
            defaults={"units_per_euro": units, "source": "ECB"},
        )  # fmt: skip
        return (amount / rate.units_per_euro).quantize(CENT)

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
    steps, corrections = LONG if seed % LONG_ONE_IN == 0 else SHORT
    player.play(player.chance.randint(*steps))
    then, moment = player.day, player.moment
    shown = player.compare(then, moment)
    for _turn in range(player.chance.randint(*corrections)):
        player.moment += timedelta(days=player.chance.randint(1, 9))
        with clock.standing_at(player.moment):
            player.act(
                *(player.amend, player.receive, player.buy, player.sell, player.fee, player.take_back),
                *(player.pay, player.pay_out, player.pay_out, player.write_off, player.cancel, player.use_suspense),
            )

    assert player.compare(then, moment) == shown, f"seed {seed}: what was known has changed"
    player.compare(player.day, player.moment)
    latest = player.compare(then, player.moment)
    told = report.values(player.fund, [player.day, then], known_at=player.moment)
    assert [(one.cash, one.fair_value) for one in told if one.day == then] == [(latest["cash"], latest["at_cost"])]
    assert [one.nav for one in told] == [
        performance.figures(player.fund, as_of=one.day, known_at=player.moment).nav for one in told
    ]
    assert invariants.broken(player.fund.book) == [], f"seed {seed}"
