"""Present and future values at one rate or on a curve (pure)."""

import math
from collections.abc import Iterable, Mapping
from datetime import date

from portfolio.finance import cashflows
from portfolio.finance.cashflows import Flow
from portfolio.finance.day_count import DayCount, year_fraction


def present_value(flows: Iterable[Flow], rate: float, *, day_count: DayCount = DayCount.ACT_365F) -> float:
    """The sum of a (1 + rate)^-years, each from the earliest flow's time; zero flows count as times.

    ``rate`` is per year as a fraction of one, above -1. Unrounded, in the currency of the flows.
    """
    series = _checked(flows, rate)
    return math.fsum(a * math.pow(1 + rate, -cashflows.years(series[0].at, at, day_count)) for at, a in series)


def future_value(flows: Iterable[Flow], rate: float, *, day_count: DayCount = DayCount.ACT_365F) -> float:
    """The sum of a (1 + rate)^years, each up to the latest flow's time; zero flows count as times."""
    series = _checked(flows, rate)
    return math.fsum(a * math.pow(1 + rate, cashflows.years(at, series[-1].at, day_count)) for at, a in series)


def curve_future_value(
    flows: Iterable[tuple[date, float]],
    *,
    start: date,
    curve: Mapping[date, float],
    value_on: date,
    day_count: DayCount = DayCount.ACT_365F,
) -> float:
    """Flows carried to ``value_on`` on a curve of annually compounded zero rates from ``start``.

    G(d) = (1 + z_d)^(years from start to d), G(start) = 1; the value is the sum of a G(value_on) / G(d). Raises
    ValueError for a day that is neither on the curve nor its start.
    """

    def growth(day: date) -> float:
        if day == start:
            return 1.0
        if day not in curve:
            raise ValueError(f"{day} is not on the curve")
        return math.pow(1 + curve[day], year_fraction(start, day, day_count))

    final = growth(value_on)
    return math.fsum(amount * final / growth(day) for day, amount in flows)


def _checked(flows: Iterable[Flow], rate: float) -> list[Flow]:
    if not rate > -1:
        raise ValueError("a rate is above -1")
    return cashflows.checked(flows)
