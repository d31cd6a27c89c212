"""A value carried forward for what happened to a holding since: bought, sold, written off, paid between funds (pure).

Source: IPEV Valuation Guidelines (December 2022), 3.10 and 4: fair value is of what is held on the day, so that what was
sold or written off takes its share of the value with it, whatever it fetched; a fund's reported value is rolled by the money
that moved.
``CARRIED`` in the database does the same; a test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from core.money.value import round_half_even
from portfolio.investments.models import Transaction

ZERO, ONE = Decimal(0), Decimal(1)
Kind = Transaction.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction: shares, money paid or received, and cost added or taken off, all in one currency."""

    kind: str
    quantity: Decimal
    amount: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Roll:
    """What became of a value: ``kept`` is the fraction of it that is left, ``added`` what moved besides."""

    kept: Decimal
    added: Decimal

    def of(self, value: Decimal) -> Decimal:
        """The value carried forward, never below zero, rounded half to even to the cent, once."""
        with localcontext(prec=60):
            return max(round_half_even(value * self.kept + self.added, 2), ZERO)


def roll(known: Iterable[Step], since: Iterable[Step]) -> Roll:
    """``known`` stood behind the value when it was stated, ``since`` came after, in order.

    - bought or paid to a fund: its money is added.
    - sold: the value falls by the shares sold over the shares held just before.
    - received from a fund: its money is taken off.
    - written off: the value falls by the cost written off over the cost held just before, as if that part were sold for nothing.
    """
    quantity = cost = added = ZERO
    kept = ONE
    for one in known:
        quantity, cost = _held(one, quantity, cost)
    with localcontext(prec=60):
        for one in since:
            if one.kind == Kind.SALE and quantity > ZERO:
                left = _left(quantity, one.quantity)
                kept, added = kept * left, added * left
            elif one.kind == Kind.WRITE_OFF:
                left = _left(cost, one.cost)
                kept, added = kept * left, added * left
            elif one.kind in (Kind.PURCHASE, Kind.STAKE_CALL):
                added += one.amount
            elif one.kind == Kind.STAKE_DISTRIBUTION:
                added -= one.amount
            quantity, cost = _held(one, quantity, cost)
    return Roll(kept, added)


def not_written_off(known: Iterable[Step], since: Iterable[Step]) -> Decimal:
    """The fraction that no write-off ``since`` took of what is still held of it; what is bought and sold changes the cost alone."""
    quantity = cost = ZERO
    for one in known:
        quantity, cost = _held(one, quantity, cost)
    kept = ONE
    with localcontext(prec=60):
        for one in since:
            if one.kind == Kind.WRITE_OFF:
                kept *= _left(cost, one.cost)
            quantity, cost = _held(one, quantity, cost)
    return kept


def in_fund_currency(row: Transaction) -> Step:
    return Step(row.kind, row.quantity or ZERO, row.fund_amount, row.fund_cost)


def in_own_currency(row: Transaction) -> Step:
    return Step(row.kind, row.quantity or ZERO, row.amount, row.cost)


def _left(held: Decimal, gone: Decimal) -> Decimal:
    """The fraction that is left of what is held; nothing of nothing."""
    return max(held - gone, ZERO) / held if held > ZERO else ZERO


def _held(one: Step, quantity: Decimal, cost: Decimal) -> tuple[Decimal, Decimal]:
    sign = 1 if one.kind in (Kind.PURCHASE, Kind.STAKE_CALL) else -1
    return quantity + sign * one.quantity, cost + sign * one.cost
