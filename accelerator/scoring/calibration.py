"""What the means would be if no reviewer were harsher than others: shown beside the plain mean, never instead (pure).

A reviewer's severity is the mean distance of her scores from the means of what she reviewed: the first step of fitting the
additive model score = application + reviewer (Tukey 1977, Exploratory Data Analysis, chapter 11, with means for medians).
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

from accelerator.scoring.scores import mean, rounded

Key = TypeVar("Key", bound=Hashable)
Reviewer = TypeVar("Reviewer", bound=Hashable)
ENOUGH = 3
"""Reviews from which on something is said of a reviewer; with fewer her scores stay as they are."""


def severities(given: Mapping[Key, Mapping[Reviewer, Decimal]]) -> dict[Reviewer, Decimal]:
    """Points by which each reviewer lies above (lenient) or below (harsh) the means of what she reviewed."""
    distances: dict[Reviewer, list[Decimal]] = defaultdict(list)
    for scores in given.values():
        middle = sum(scores.values(), Decimal(0)) / len(scores) if scores else Decimal(0)
        for reviewer, score in scores.items():
            distances[reviewer].append(score - middle)
    return {one: sum(each, Decimal(0)) / len(each) for one, each in distances.items() if len(each) >= ENOUGH}


def corrected_means(given: Mapping[Key, Mapping[Reviewer, Decimal]]) -> dict[Key, Decimal]:
    """The mean of each application that has a review, with every reviewer's severity taken off her scores."""
    known = severities(given)
    return {
        key: rounded(mean([score - known.get(one, Decimal(0)) for one, score in scores.items()]))
        for key, scores in given.items()
        if scores
    }
