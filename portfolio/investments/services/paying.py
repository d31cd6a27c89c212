"""Amounts in both currencies, the cash that must be there, and the legs of what is paid and received."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from core.money import queries as rates
from portfolio.investments import queries
from portfolio.investments.models import Holding
from portfolio.investments.services.refusals import NotEnoughCash
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


def require_cash(book: Book, amount: Decimal, on: date, at: datetime) -> None:
    """What is paid is there on that day and stays there on every later day."""
    cash = min(ledger_queries.balance(book, "cash", as_of=day, known_at=at) for day in (on, date.max))
    if amount > cash:
        raise NotEnoughCash(amount, cash)


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
