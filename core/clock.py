"""The one clock. Only edges ask it; domain code is given the day and the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.conf import settings

_standing: ContextVar[datetime | None] = ContextVar("standing clock", default=None)


def now() -> datetime:
    """The moment, in UTC. In the demo it runs from the day on which the rehearsal ended."""
    standing = _standing.get()
    if standing is not None:
        return standing
    offset: timedelta = settings.CLOCK_OFFSET
    return datetime.now(timezone.utc) + offset


def today() -> date:
    """The day in the fund's zone."""
    return now().astimezone(fund_zone()).date()


def day_of(moment: datetime) -> date:
    """The day in the fund's zone on which a moment lies. It asks no clock."""
    return moment.astimezone(fund_zone()).date()


def fund_zone() -> ZoneInfo:
    return ZoneInfo(settings.FUND_TIME_ZONE)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Hold the clock still at ``moment``, an aware datetime: for the rehearsal and for tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs a moment with a zone")
    token = _standing.set(moment.astimezone(timezone.utc))
    try:
        yield
    finally:
        _standing.reset(token)
