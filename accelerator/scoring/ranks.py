"""Ranks of applications, and between which ranks each may lie given how far its reviewers differ (pure).

With two or three reviews the variance of one application says little, so that of all is pooled, as the mean square within
groups of a one-way analysis of variance (Montgomery, Design and Analysis of Experiments, chapter 3):

    s2 = sum over applications of sum over reviews (score - mean)^2  /  sum over applications of (n - 1)

The standard error of an application's mean is sqrt(s2 / n) (Altman and Bland 2005, BMJ 331:903). Two applications are tied
where their means are equal or their intervals, mean minus to mean plus one standard error, overlap. That is a mark to look
closer, not a test of significance.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from accelerator.scoring.scores import mean, rounded, squares

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ranked(Generic[Key]):
    """
    ``rank`` is by the mean alone, equal means sharing the better one: 1, 2, 2, 4. ``best`` and ``worst`` are the ranks between
    which it may lie: ``best`` counts whoever lies wholly above, ``worst`` whoever lies wholly below. ``error`` is the standard
    error of the mean; None where no application has two reviews, and then only equal means are tied.
    """

    key: Key
    mean: Decimal
    error: Decimal | None
    rank: int
    best: int
    worst: int

    @property
    def is_tied(self) -> bool:
        return self.best != self.worst


def ranked(given: Mapping[Key, Sequence[Decimal]]) -> list[Ranked[Key]]:
    """The applications that have a review, the best mean first; equal ones in the order given."""
    scored = {key: values for key, values in given.items() if values}
    means = {key: mean(values) for key, values in scored.items()}
    variance = pooled_variance(list(scored.values()))
    errors = {key: None if variance is None else (variance / len(values)).sqrt() for key, values in scored.items()}
    intervals = {key: _interval(means[key], errors[key]) for key in scored}
    lows, highs = (sorted(ends) for ends in zip(*intervals.values(), strict=True)) if scored else ([], [])
    order = sorted(scored, key=lambda one: -means[one])
    falling = [-means[key] for key in order]
    found = []
    for key in order:
        low, high = intervals[key]
        above = len(lows) - bisect_right(lows, high)
        below = bisect_left(highs, low)
        rank = 1 + bisect_left(falling, -means[key])
        error = errors[key]
        shown = None if error is None else rounded(error)
        found.append(Ranked(key, means[key], shown, rank, 1 + above, len(scored) - below))
    return found


def pooled_variance(given: Sequence[Sequence[Decimal]]) -> Decimal | None:
    """The variance of reviews within applications, in squared points; None where no application has two reviews."""
    freedom = sum(len(values) - 1 for values in given)
    return sum((squares(values) for values in given), Decimal(0)) / freedom if freedom else None


def _interval(middle: Decimal, error: Decimal | None) -> tuple[Decimal, Decimal]:
    half = error or Decimal(0)
    return middle - half, middle + half
