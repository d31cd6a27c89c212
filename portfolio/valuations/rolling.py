"""A value carried forward for what happened to a holding since: bought, sold, written off, paid between funds (pure).

Source: IPEV Valuation Guidelines (December 2022), 3.10 and 4: fair value is of what is held on the day, so that what was
sold or written off takes its share of the value with it, whatever it fetched; a fund's reported value is rolled by the money
that moved.
Shares are kept as fractions and the value is rounded once, at the end. ``portfolio_carried`` in the database does the same; a
test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from core.money.value import to_the_cent
from portfolio.investments.models import TakenBack, Transaction

ZERO = Decimal(0)
NOTHING, ALL = Fraction(0), Fraction(1)
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
    """What became of a value: ``kept`` is the fraction of it that is left; ``paid`` and ``received`` are what is left of
    the money that moved besides.
    """

    kept: Fraction
    paid: Fraction
    received: Fraction

    def of(self, value: Decimal) -> Decimal:
        """The value carried forward, never below zero, rounded half to even to the cent, once."""
        return max(to_the_cent(self.exactly(value)), ZERO)

    def exactly(self, value: Decimal) -> Fraction:
        return Fraction(value) * self.kept + self.paid - self.received


def roll(known: Iterable[Step], since: Iterable[Step]) -> Roll:
    """``known`` stood behind the value when it was stated, ``since`` came after, in order.

    - bought or paid to a fund: its money is added.
    - sold: the value falls by the shares sold over the shares held just before.
    - received from a fund: its money is taken off.
    - written off: the value falls by the cost written off over the cost held just before, as if that part were sold for nothing.
    """
    quantity = cost = ZERO
    kept, paid, received = ALL, NOTHING, NOTHING
    for one in known:
        quantity, cost = _held(one, quantity, cost)
    for one in since:
        left = _left(one, quantity, cost)
        kept, paid, received = kept * left, paid * left, received * left
        if one.kind in (Kind.PURCHASE, Kind.STAKE_CALL):
            paid += Fraction(one.amount)
        elif one.kind == Kind.STAKE_DISTRIBUTION:
            received += Fraction(one.amount)
        quantity, cost = _held(one, quantity, cost)
    return Roll(kept, paid, received)


def shares(known: Iterable[Step], since: Iterable[Step]) -> Fraction:
    """The shares held after ``since``, less those that write-offs of it took, as if they were sold for nothing."""
    stood = list(known)
    held = sum((_held(one, ZERO, ZERO)[0] for one in stood), ZERO)
    return roll(stood, [replace(one, amount=one.quantity) for one in since]).exactly(held)


def known_and_since(
    rows: Iterable[Transaction], *, marked_on: date, known_at: datetime
) -> tuple[list[Transaction], list[Transaction]]:
    """Those of some transactions that stand behind a mark, and those that came after it or were recorded too late for it."""
    known: list[Transaction] = []
    since: list[Transaction] = []
    for row in rows:
        (known if _stands_behind(row, marked_on, known_at) else since).append(row)
    return known, since


def _stands_behind(row: Transaction, marked_on: date, known_at: datetime) -> bool:
    """Whether a mark counts it: it was known by then, and not yet known to be wrong."""
    if row.effective_on > marked_on or row.recorded_at > known_at:
        return False
    taken_back: TakenBack | None = getattr(row, "taken_back", None)
    return taken_back is None or taken_back.recorded_at > known_at


def in_fund_currency(row: Transaction) -> Step:
    return Step(row.kind, row.quantity or ZERO, row.fund_amount, row.fund_cost)


def in_own_currency(row: Transaction) -> Step:
    return Step(row.kind, row.quantity or ZERO, row.amount, row.cost)


def _left(one: Step, quantity: Decimal, cost: Decimal) -> Fraction:
    """The fraction of what is held that a sale or a write-off leaves; nothing of nothing."""
    if one.kind == Kind.WRITE_OFF:
        return _less(cost, one.cost)
    return _less(quantity, one.quantity) if one.kind == Kind.SALE and quantity > ZERO else ALL


def _less(held: Decimal, gone: Decimal) -> Fraction:
    return Fraction(max(held - gone, ZERO)) / Fraction(held) if held > ZERO else NOTHING


def _held(one: Step, quantity: Decimal, cost: Decimal) -> tuple[Decimal, Decimal]:
    sign = 1 if one.kind in (Kind.PURCHASE, Kind.STAKE_CALL) else -1
    return quantity + sign * one.quantity, cost + sign * one.cost
