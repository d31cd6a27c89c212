"""How many years lie between two days (pure).

Sources: ISDA 2006 Definitions, section 4.16 (act/365F, act/360, act/act ISDA, 30/360 ISDA, 30E/360); Standard
Securities Calculation Methods, SIA 1993 (30/360 SIA).
"""

import calendar
from collections.abc import Callable
from datetime import date
from enum import StrEnum

FEBRUARY = 2


class DayCount(StrEnum):
    """The conventions by which days become years."""

    ACT_365F = "act/365F"
    ACT_360 = "act/360"
    ACT_ACT_ISDA = "act/act ISDA"
    THIRTY_E_360 = "30E/360"
    THIRTY_360_ISDA = "30/360 ISDA"
    THIRTY_360_SIA = "30/360 SIA"


def year_fraction(start: date, end: date, day_count: DayCount = DayCount.ACT_365F) -> float:
    """Years from ``start`` to ``end``, the first day counted and the last not. Raises ValueError if end is earlier."""
    if end < start:
        raise ValueError(f"{end} lies before {start}")
    return _YEARS[day_count](start, end)


def _act_365f(start: date, end: date) -> float:
    return (end - start).days / 365


def _act_360(start: date, end: date) -> float:
    return (end - start).days / 360


def _act_act_isda(start: date, end: date) -> float:
    """Days in leap years over 366 plus the other days over 365; whole years between are exactly one each."""
    if start.year == end.year:
        return (end - start).days / _length(start.year)
    first = (date(start.year + 1, 1, 1) - start).days / _length(start.year)
    last = (end - date(end.year, 1, 1)).days / _length(end.year)
    return first + (end.year - start.year - 1) + last


def _thirty_e_360(start: date, end: date) -> float:
    return _thirty(start, end, min(start.day, 30), min(end.day, 30))


def _thirty_360_isda(start: date, end: date) -> float:
    first = min(start.day, 30)
    return _thirty(start, end, first, _second(first, end.day))


def _thirty_360_sia(start: date, end: date) -> float:
    """As ISDA, and before it the last days of two Februaries count as the 30th."""
    last = 30 if _ends_february(start) and _ends_february(end) else end.day
    first = 30 if _ends_february(start) else min(start.day, 30)
    return _thirty(start, end, first, _second(first, last))


def _second(first: int, last: int) -> int:
    return 30 if last == 31 and first == 30 else last  # noqa: PLR2004 -- the days that the convention names


def _thirty(start: date, end: date, first: int, last: int) -> float:
    return (360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first) / 360


def _ends_february(day: date) -> bool:
    return day.month == FEBRUARY and day.day == calendar.monthrange(day.year, FEBRUARY)[1]


def _length(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


_YEARS: dict[DayCount, Callable[[date, date], float]] = {
    DayCount.ACT_365F: _act_365f,
    DayCount.ACT_360: _act_360,
    DayCount.ACT_ACT_ISDA: _act_act_isda,
    DayCount.THIRTY_E_360: _thirty_e_360,
    DayCount.THIRTY_360_ISDA: _thirty_360_isda,
    DayCount.THIRTY_360_SIA: _thirty_360_sia,
}
