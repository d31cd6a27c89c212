"""Cash flows and the time between them (pure)."""

import math
import operator
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from portfolio.finance import day_count as days
from portfolio.finance.day_count import DayCount

Time = date | float
"""A day, or a number of periods from 0 (years unless said otherwise). One series uses one of the two throughout."""

HALF_ULP = 2.0**-53
"""The largest relative error with which a decimal amount becomes a float."""


class Flow(NamedTuple):
    """``amount`` at a time, seen by the investor: negative is paid in, positive is received."""

    at: Time
    amount: float


def years(start: Time, end: Time, day_count: DayCount = DayCount.ACT_365F) -> float:
    """Years from start to end: by day count between days, the plain difference between numbers."""
    if isinstance(start, date) and isinstance(end, date):
        return days.year_fraction(start, end, day_count)
    if not isinstance(start, date) and not isinstance(end, date):
        return end - start
    raise ValueError("a series has days or numbers, never both")


def checked(flows: Iterable[Flow]) -> list[Flow]:
    """The flows in the order of time. Raises ValueError for days among numbers and for what is not finite."""
    series = list(flows)
    times = [at for at, _ in series]
    days_among = sum(isinstance(at, date) for at in times)
    if days_among not in (0, len(times)):
        raise ValueError("a series has days or numbers, never both")
    numbers = [at for at in times if not isinstance(at, date)] + [amount for _, amount in series]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("times and amounts are finite")
    return sorted(series, key=_time)


def net(series: list[Flow]) -> list[Flow]:
    """One flow a time, zeros dropped, in the order given, which is that of time.

    What cancels in decimals cancels here: a sum within the error of writing its parts as floats is zero
    (0.1 + 0.2 - 0.3 is no flow).
    """
    if len({at for at, _ in series}) == len(series):
        return [flow for flow in series if flow[1]]
    at_time: dict[Time, list[float]] = {}
    for at, amount in series:
        at_time.setdefault(at, []).append(amount)
    return [Flow(at, total) for at, amounts in at_time.items() if (total := _sum(amounts))]


def since_first(series: list[Flow], day_count: DayCount = DayCount.ACT_365F) -> list[float]:
    """Years from the first flow of a series in order to each of its flows."""
    if not series:
        return []
    start = series[0].at
    if day_count is DayCount.ACT_365F and isinstance(start, date):
        first = start.toordinal()
        return [(at.toordinal() - first) / 365 for at, _ in series if isinstance(at, date)]
    return [years(start, at, day_count) for at, _ in series]


def _sum(amounts: list[float]) -> float:
    total = math.fsum(amounts)
    return 0.0 if abs(total) <= HALF_ULP * math.fsum(map(abs, amounts)) else total


_time = operator.attrgetter("at")
