"""The time zones in which a call may name its window: that of every Ally's capital, and UTC (pure)."""

from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo

UTC = "UTC"
CAPITALS = (
    "Atlantic/Reykjavik",
    "America/New_York",
    "America/Toronto",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Bratislava",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/Ljubljana",
    "Europe/London",
    "Europe/Luxembourg",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Podgorica",
    "Europe/Prague",
    "Europe/Riga",
    "Europe/Rome",
    "Europe/Skopje",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Europe/Tirane",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Zagreb",
)
ZONES = (UTC, *CAPITALS)


def moment(day: date, clock: time, zone: str) -> datetime | None:
    """
    The moment of a time on a clock in a zone, in UTC; None where the clocks skip that time.

    Where the clocks show it twice, the first is meant.
    """
    there = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    found = there.astimezone(timezone.utc)
    return found if found.astimezone(there.tzinfo).replace(tzinfo=None) == there.replace(tzinfo=None) else None


def there(at: datetime, zone: str) -> datetime:
    """A moment on the clocks of a zone."""
    return at.astimezone(ZoneInfo(zone))
