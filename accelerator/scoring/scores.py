"""Scores of reviewers: weighted by criterion, averaged, and how far they lie apart (pure).

A score is a whole number from 0 to 5. Weights are whole per cent and add up to a hundred, so that what one review gives is
exact to two decimals. A mean is rounded once, to four decimals, half to even.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

LOWEST, HIGHEST = 0, 5
WHOLE = 100
FOUR_PLACES = Decimal("0.0001")
TWO = 2
"""From two reviews on they can differ."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the reviews of one application lie apart: the range, and the sample standard deviation (divisor n - 1)."""

    range: Decimal
    deviation: Decimal


def weighted(scores: Mapping[int, int], weights: Mapping[int, int]) -> Decimal:
    """
    What one review gives, from 0 to 5: each criterion's score times its weight, over a hundred. Keys name the criteria.

    Raises ValueError unless every criterion has a score of 0 to 5 and the weights add up to a hundred.
    """
    if sum(weights.values()) != WHOLE or min(weights.values(), default=0) <= 0:
        raise ValueError("weights must be above zero and add up to 100 per cent")
    if scores.keys() != weights.keys():
        raise ValueError("every criterion needs a score, and no other has one")
    if not all(LOWEST <= score <= HIGHEST for score in scores.values()):
        raise ValueError(f"a score lies from {LOWEST} to {HIGHEST}")
    return Decimal(sum(scores[one] * weight for one, weight in weights.items())) / WHOLE


def of_points(points: int, *, scored: int, criteria: int) -> Decimal:
    """The same from the sum of scores times weights, where a database made it. Raises ValueError unless every criterion has a score."""
    if scored != criteria:
        raise ValueError("every criterion needs a score, and no other has one")
    return Decimal(points) / WHOLE


def mean(given: Sequence[Decimal]) -> Decimal:
    """The plain mean, each review counting the same. Raises ValueError where there is none."""
    if not given:
        raise ValueError("there is no mean of nothing")
    return rounded(sum(given, Decimal(0)) / len(given))


def spread(given: Sequence[Decimal]) -> Spread | None:
    """How far the reviews lie apart; None with fewer than two."""
    if len(given) < TWO:
        return None
    return Spread(max(given) - min(given), rounded((squares(given) / (len(given) - 1)).sqrt()))


def squares(given: Sequence[Decimal]) -> Decimal:
    """The sum of squared distances from the mean, unrounded."""
    middle = sum(given, Decimal(0)) / len(given)
    return sum(((one - middle) ** 2 for one in given), Decimal(0))


def rounded(value: Decimal) -> Decimal:
    return value.quantize(FOUR_PLACES, rounding=ROUND_HALF_EVEN)
