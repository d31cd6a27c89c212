"""Currencies, and the reference rates of the European Central Bank as a package carries them, offline."""

from datetime import date, datetime, timezone
from typing import Any

from core import clock
from core.money import services

RECORDED_AT = datetime(2026, 11, 2, 7, 0, tzinfo=timezone.utc)
FIRST_DAY = date(2023, 1, 2)


def play(*, system: Any) -> None:
    """Record the currencies and every rate since the fund's year of birth."""
    with clock.standing_at(RECORDED_AT):
        services.record_known_currencies(by=system, at=RECORDED_AT)
        services.publish_rates(services.ecb_history(since=FIRST_DAY), source=services.ECB_SOURCE, by=system, at=RECORDED_AT)
