"""Splits that add up (pure)."""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

ZERO = Decimal(0)
PRECISION = 60
"""Digits carried while an amount is checked and parts are built: far more than any amount of any currency has."""


def split(amount: Decimal, weights: Sequence[Decimal], *, unit: Decimal = Decimal("0.01")) -> list[Decimal]:
    """
    Divide ``amount`` in proportion to ``weights``, in whole ``unit``s, so that the parts sum to it exactly.

    By largest remainder, as in ``round_shares``. A negative amount is split like its positive counterpart. Raises
    ValueError for a negative weight, for weights that are all zero, and for an amount that is not a multiple of
    ``unit``.
    """
    _check(amount, weights, unit)
    if amount < ZERO:
        return [-part for part in split(-amount, weights, unit=unit)]
    total = sum(map(Fraction, weights))
    exact = [Fraction(amount) * Fraction(weight) / total for weight in weights]
    return round_shares(exact, weights, unit=unit)


def round_shares(exact: Sequence[Fraction], weights: Sequence[Decimal], *, unit: Decimal) -> list[Decimal]:
    """
    Round shares to whole ``unit``s so that the parts add up as the shares do.

    Largest remainder (Hamilton 1792): each share is rounded down, and the units left over go one by one to the largest
    remainders; a tie goes to the larger weight, then to the order given. Remainders are compared as exact fractions:
    decimals of any precision would break ties by their last digit. Shares that add up to no whole number of units lose
    what is less than one.
    """
    units = [share / Fraction(unit) for share in exact]
    floors = [math.floor(share) for share in units]
    left = math.floor(sum(units)) - sum(floors)
    order = sorted(range(len(units)), key=lambda i: (floors[i] - units[i], -weights[i], i))
    lucky = set(order[:left])
    with localcontext(prec=PRECISION):
        return [(floor + (1 if i in lucky else 0)) * unit for i, floor in enumerate(floors)]


def shares(parts: Sequence[Decimal]) -> list[Decimal]:
    """Each part as a fraction of one of their sum, unrounded; zeros where the sum is zero."""
    whole = sum(parts, ZERO)
    return [part / whole if whole else ZERO for part in parts]


def _check(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> None:
    if unit <= ZERO:
        raise ValueError("the unit of a split is above zero")
    if not weights or any(weight < ZERO for weight in weights) or not any(weights):
        raise ValueError("weights must not be negative and not all zero")
    with localcontext(prec=PRECISION):
        if amount % unit:
            raise ValueError(f"{amount} is not a multiple of {unit}")
