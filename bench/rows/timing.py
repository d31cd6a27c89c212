"""How long a piece of work takes."""

import time
from collections.abc import Callable
from statistics import median, quantiles


def milliseconds(work: Callable[[], object], rounds: int) -> list[float]:
    """The time of each of ``rounds`` runs, after one that warms up."""
    work()
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return times


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def middle(times: list[float]) -> float:
    return median(times)
