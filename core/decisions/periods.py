"""When silence ends: so many working days after the day of circulation, at an hour on the clocks of a zone (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = ("Europe/Brussels", "Europe/Luxembourg", "Europe/London", "UTC")
"""Where the Council, the fund and the accelerator sit; and the clock that never changes."""
CALENDARS = ("BE", "LU", "GB")
SHORTEST_DAYS, LONGEST_DAYS = 1, 60
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """``ends_at`` is the first moment at which an objection is late. ``passed_over`` are days that were not counted."""

    ends_at: datetime
    passed_over: tuple[date, ...]


def period(start: date, *, days: int, hour: time, zone: str, is_working: Callable[[date], bool]) -> Period | None:
    """
    ``days`` working days after ``start``, which itself is not counted; None where the clocks skip that hour on the last.

    Where the clocks show the hour twice, the first is meant.
    """
    day, counted, passed_over = start, 0, []
    while counted < days:
        day += ONE_DAY
        if is_working(day):
            counted += 1
        else:
            passed_over.append(day)
    ends_at = moment(day, hour, zone)
    return Period(ends_at, tuple(passed_over)) if ends_at else None


def moment(day: date, hour: time, zone: str) -> datetime | None:
    """The moment of an hour on a day in a zone, in UTC; None where the clocks skip it, the first where they show it twice."""
    there = datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    found = there.astimezone(timezone.utc)
    return found if found.astimezone(there.tzinfo).replace(tzinfo=None) == there.replace(tzinfo=None) else None


def there(at: datetime, zone: str) -> datetime:
    """A moment on the clocks of a zone."""
    return at.astimezone(ZoneInfo(zone))
