"""Working days by nation: Monday to Friday without the public holidays that the nation keeps."""

from datetime import date
from functools import cache
from typing import Any

WEEKEND = (5, 6)
USUAL = "LU"
"""The calendar of whoever chose none: that of the fund's seat."""


def is_working(day: date, nation: str) -> bool:
    """Whether people work on ``day`` in a nation (ISO 3166 code); without a known calendar, by the weekday alone."""
    return day.weekday() not in WEEKEND and day not in _holidays(nation or USUAL, day.year)


@cache
def _holidays(nation: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 -- slow import, wanted by reminders alone

    try:
        found: dict[date, Any] = holidays.country_holidays(nation, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(found)
