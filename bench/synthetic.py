"""A synthetic fund of any size, played through the services: seeded, so that the same size gives the same fund."""

import random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from django.db import transaction

from core import clock
from core.money import queries as rates
from core.money.models import Currency, ExchangeRate
from core.money.value import Money
from core.nations.models import Nation
from core.organisations import services as organisations
from core.organisations.technologies import TECHNOLOGIES
from core.people import services as people
from core.people.models import User
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from portfolio.fees import services as fees
from portfolio.funds import queries as fund_queries
from portfolio.funds import services as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.investments import services as investments
from portfolio.investments.models import Holding
from portfolio.ledger import services as ledger

SEED = 7
COMMITMENT = Decimal("50000000.00")
QUARTER_DAYS = 91
EVERY_THIRD = 3
EVERY_FIFTH = 5
YEAR = 4
"""Quarters after which the books are closed."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much to play: holdings are bought evenly over the quarters, each followed on twice and a fifth sold in part."""

    holdings: int
    quarters: int


@dataclass(slots=True)
class Play:
    """The fund and who acts in it."""

    fund: Fund
    analyst: User
    manager: User
    system: User
    commitments: list[Commitment] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 -- no secret
    number: int = 0

    def key(self) -> str:
        self.number += 1
        return f"{self.fund.public_id}-{self.number}"


@transaction.atomic
def build(size: Size, *, allies: Sequence[Nation], until: date, system: User, name: str = "Synthetic fund") -> Play:
    """
    Calls on every Ally each quarter and their receipts, purchases, follow-ons, sales and fees, up to ``until``.

    In one transaction: nothing of it is timed, and 700 would each wait for the disk.
    """
    first_day = until - timedelta(days=QUARTER_DAYS * size.quarters)
    with _noon(first_day):
        play = _established(name, allies, first_day, system)
    for quarter in range(size.quarters):
        _quarter(play, size, quarter, first_day + timedelta(days=QUARTER_DAYS * quarter))
    return play


def _quarter(play: Play, size: Size, quarter: int, day: date) -> None:
    with _noon(day + timedelta(days=1)):
        call = _call(play, size)
    with _noon(day + timedelta(days=14)):
        _rate()
        for line in call_queries.notices(call, known_at=clock.now()):
            _receive(play, line.notice.commitment, line.amount)
    with _noon(day + timedelta(days=15)):
        _rate()
        for number in range(size.holdings * quarter // size.quarters, size.holdings * (quarter + 1) // size.quarters):
            play.holdings.append(_hold(play, number))
            _buy(play, play.holdings[-1])
    with _noon(day + timedelta(days=40)):
        _rate()
        _go_on(play)
    if quarter % YEAR == YEAR - 1:
        with _noon(day + timedelta(days=80)):
            book = fund_queries.book_of(play.fund)
            through = day + timedelta(days=60)
            ledger.close(book, through=through, today=clock.today(), by=play.manager, at=clock.now())


def _established(name: str, allies: Sequence[Nation], day: date, system: User) -> Play:
    for code in ("EUR", "USD"):
        Currency.objects.get_or_create(code=code, defaults={"name_en": code, "name_fr": code})
    at = clock.now()
    fund = funds.establish(
        name=name, currency="EUR", target_size=COMMITMENT * len(allies), term_years=15, investment_period_years=8,
        time_zone="Europe/Luxembourg", source="synthetic", by=system, at=at,
    )  # fmt: skip
    analyst, manager = (_staff(fund, role, day, system) for role in ("fund-analyst", "fund-manager"))
    play = Play(fund, analyst, manager, system)
    closing = funds.hold_closing(fund, held_on=day, source="synthetic", by=system, at=at)
    for ally in allies:
        amount = Money(COMMITMENT + Decimal(play.chance.randint(0, 10**9)) / 100, "EUR")
        play.commitments.append(
            funds.commit(
                fund,
                nation=ally,
                closing=closing,
                amount=amount,
                holder=None,
                effective_on=day,
                basis="illustrative",
                source="",
                by=system,
                at=at,
            )
        )
    return play


def _staff(fund: Fund, role: str, day: date, system: User) -> User:
    at = clock.now()
    person = people.add(
        email=f"{role}.{fund.public_id}@example.org", name=role, language="en", password=None, by=system, at=at
    )
    people.grant(person, role, scope_kind="fund", scope_ref=fund.public_id, starts_on=day, by=system, at=at)
    return person


def _call(play: Play, size: Size) -> CapitalCall:
    """The same part of all commitments each quarter, less than a hundredth kept back."""
    committed = len(play.commitments) * COMMITMENT
    lines = [calls.Line("investment", "Tickets", (committed * 99 / 100 / size.quarters).quantize(Decimal("0.01")))]
    at, on = clock.now(), clock.today()
    call = calls.draft(play.fund, due_on=on, lines=lines, by=play.analyst, at=at, illustrative=True)
    call = calls.submit(call, by=play.analyst)
    calls.approve(call, digest=call_queries.digest(call, at=at), by=play.manager, at=at)
    return calls.issue(call, by=play.manager, on=on, at=at)


def _receive(play: Play, commitment: Commitment, amount: Decimal) -> None:
    calls.receive(
        commitment, amount=amount, received_on=clock.today(), reference=play.key(), by=play.analyst, at=clock.now()
    )


def _hold(play: Play, number: int) -> Holding:
    """Every fifth is a stake in a fund, every third is held in dollars, and a few have no nation that is known."""
    is_stake = number % EVERY_FIFTH == 0
    nation = play.chance.choice([*(one.nation for one in play.commitments), None])
    body = organisations.register(
        name=f"{play.fund.name} {'fund' if is_stake else 'company'} {number}",
        kind="fund-manager" if is_stake else "company",
        nation=nation.code if nation else None,
        by=play.system,
        at=clock.now(),
        illustrative=True,
    )
    technology = "" if is_stake else play.chance.choice(list(TECHNOLOGIES))
    currency = "USD" if number % EVERY_THIRD == 0 else "EUR"
    kind = Holding.Kind.FUND if is_stake else Holding.Kind.DIRECT
    return investments.open_holding(
        play.fund, body, kind=kind, technology=technology, currency=currency, by=play.manager, at=clock.now()
    )


def _buy(play: Play, holding: Holding) -> None:
    amount, on, at = Decimal(play.chance.randint(10**7, 10**8)) / 100, clock.today(), clock.now()
    done: dict[str, Any] = {"effective_on": on, "by": play.manager, "at": at}
    if holding.kind == Holding.Kind.FUND:
        investments.commit_to_stake(holding, amount=amount * 10, basis="illustrative", source="", **done)
        investments.pay_stake(holding, amount=amount, key=play.key(), illustrative=True, **done)
        return
    round_ = investments.record_round(
        holding.organisation, name="Round", held_on=on, precision="day", total=None, currency=None, role="",
        co_investors="", basis="illustrative", source="", note="", fund=play.fund, by=play.manager, at=at,
    )  # fmt: skip
    investments.buy(
        holding, round=round_, quantity=Decimal(1000), amount=amount, key=play.key(), illustrative=True, **done
    )


def _go_on(play: Play) -> None:
    """Two follow-ons, a sale of a tenth of one holding, and the quarter's fee."""
    at, on = clock.now(), clock.today()
    direct = [one for one in play.holdings if one.kind == Holding.Kind.DIRECT]
    done: dict[str, Any] = {"effective_on": on, "by": play.manager, "at": at, "illustrative": True}
    for holding in play.chance.sample(direct, min(2, len(direct))):
        round_ = holding.organisation.rounds.order_by("pk")[0]
        amount = Decimal(play.chance.randint(10**6, 10**7)) / 100
        investments.buy(holding, round=round_, quantity=Decimal(10), amount=amount, key=play.key(), **done)
    for holding in play.chance.sample(direct, min(1, len(direct))):
        amount = Decimal(play.chance.randint(10**6, 10**7)) / 100
        investments.sell(holding, quantity=Decimal(5), amount=amount, key=play.key(), **done)
    fees.pay(
        play.fund, line="management-fees", amount=Decimal("250000.00"), effective_on=on, memo="", key=play.key(),
        by=play.manager, at=at,
    )  # fmt: skip


def _rate() -> None:
    """A rate of the day where none is known."""
    try:
        rates.rate("USD", on=clock.today(), known_at=clock.now())
    except rates.RateMissing:
        ExchangeRate.objects.create(
            currency_id="USD",
            effective_on=clock.today(),
            units_per_euro=Decimal("1.10"),
            source="synthetic",
            recorded_at=clock.now(),
        )


def _noon(day: date) -> AbstractContextManager[None]:
    return clock.standing_at(datetime.combine(day, time(12), tzinfo=timezone.utc))
