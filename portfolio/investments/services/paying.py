"""Amounts in both currencies, the cash and the holding that must be there, and the legs of what is paid and received."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from core.money import queries as rates
from portfolio.investments import queries
from portfolio.investments.models import Holding
from portfolio.investments.services.refusals import NotEnoughCash, TooLittleLater
from portfolio.ledger import queries as ledger_queries
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from portfolio.ledger.services import Leg

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount in the holding's currency and in the fund's, with the rate between them."""

    amount: Decimal
    currency: str
    fund_amount: Decimal
    rate: Decimal
    observed_on: date | None
    source: str


def in_both_currencies(holding: Holding, amount: Decimal, on: date, at: datetime) -> Paid:
    """The amount in both currencies, at the euro reference rate of the day as known now."""
    check_amount(amount)
    fund_currency = holding.fund.currency_id
    if holding.currency_id == fund_currency:
        return Paid(amount, holding.currency_id, amount, Decimal(1), None, "")
    theirs = rates.rate(holding.currency_id, on=on, known_at=at)
    ours = rates.rate(fund_currency, on=on, known_at=at)
    with localcontext(prec=40):
        rate = theirs.units_per_euro / ours.units_per_euro
        fund_amount = (amount / rate).quantize(CENT, rounding=ROUND_HALF_EVEN)
    return Paid(
        amount, holding.currency_id, fund_amount, rate.quantize(Decimal("1E-8")), theirs.observed_on, theirs.source
    )


def position(holding: Holding, on: date, at: datetime) -> queries.Position:
    return queries.position(holding, queries.transactions(holding, as_of=on, known_at=at))


def part(whole: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal:
    """The share of ``whole`` that leaves: all of it with the last unit, so that nothing is left of nothing."""
    if numerator == denominator:
        return whole
    with localcontext(prec=60):
        return (whole * numerator / denominator).quantize(CENT, rounding=ROUND_HALF_EVEN)


class Held(NamedTuple):
    """What is held at the end of a day: shares, and cost in the holding's currency and in the fund's."""

    day: date
    quantity: Decimal
    cost: Decimal
    fund_cost: Decimal


def held_later(held: queries.Position, on: date, at: datetime) -> list[Held]:
    """What is held after each later day on which something is recorded already, beginning with what is held on that day."""
    later = queries.transactions(held.holding, as_of=date.max, known_at=at).filter(effective_on__gt=on)
    found = [Held(on, held.quantity, held.cost, held.fund_cost)]
    for day, rows in groupby(later, key=attrgetter("effective_on")):
        moved = queries.position(held.holding, rows)
        last = found[-1]
        found.append(
            Held(day, last.quantity + moved.quantity, last.cost + moved.cost, last.fund_cost + moved.fund_cost)
        )
    return found[1:]


def rounded_within(cost: Decimal, later: Iterable[Decimal]) -> Decimal:
    """The cost of a share of what is held, less the cent by which a later one was rounded up."""
    least = min(later, default=cost)
    return least if ZERO < cost - least <= CENT else cost


def require_held(
    holding: Holding, later: Iterable[Held], *, quantity: Decimal, cost: Decimal, fund_cost: Decimal
) -> None:
    """What leaves is not missing on any later day. Raises TooLittleLater."""
    for one in later:
        if quantity > one.quantity:
            raise TooLittleLater(one.day, quantity - one.quantity)
        if cost > one.cost:
            raise TooLittleLater(one.day, cost - one.cost, holding.currency_id)
        if fund_cost > one.fund_cost:
            raise TooLittleLater(one.day, fund_cost - one.fund_cost, holding.fund.currency_id)


def require_cash(book: Book, amount: Decimal, on: date, at: datetime) -> None:
    """What is paid is there on that day and is not missing on any later day. Raises NotEnoughCash."""
    day, cash = ledger_queries.least_balance(book, "cash", since=on, known_at=at)
    if amount > cash:
        raise NotEnoughCash(amount, cash, day if day > on else None)


def out_of_cash(paid: Paid, book: Book) -> list[Leg]:
    """Buy the foreign money that is paid: two legs through the exchange account, none in the book's own currency."""
    if paid.currency == book.currency_id:
        return []
    return [
        Leg(("exchange", ""), ("cash", ""), paid.fund_amount, book.currency_id),
        Leg(("cash", ""), ("exchange", ""), paid.amount, paid.currency, paid.fund_amount, paid.rate, paid.source),
    ]


def proceeds(holding: Holding, paid: Paid, cost: Decimal, fund_cost: Decimal, book: Book) -> list[Leg]:
    """Money in against gains, cost out against gains: what stays in gains is the realised result in both currencies."""
    legs = [leg("cash", None, "realised-gains", holding, paid)]
    if cost:
        relieved = Paid(cost, paid.currency, fund_cost, paid.rate, None, "at cost")
        legs.append(leg("realised-gains", holding, "investments", holding, relieved))
    if paid.currency != book.currency_id:
        legs += [
            Leg(("exchange", ""), ("cash", ""), paid.amount, paid.currency, paid.fund_amount, paid.rate, paid.source),
            Leg(("cash", ""), ("exchange", ""), paid.fund_amount, book.currency_id),
        ]
    return legs


def leg(debit: str, debit_of: Holding | None, credit: str, credit_of: Holding | None, paid: Paid) -> Leg:
    return Leg(
        (debit, debit_of.public_id if debit_of else ""),
        (credit, credit_of.public_id if credit_of else ""),
        paid.amount,
        paid.currency,
        paid.fund_amount,
        paid.rate,
        paid.source,
    )


def check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or not ZERO < amount <= ledger.LARGEST or amount != amount.quantize(CENT):
        raise ledger.UnfitAmount(field="amount")
