"""Currencies, and the reference rates of the European Central Bank as a package carries them, offline."""

from datetime import date, datetime, time, timezone
from itertools import groupby
from typing import Any

from core import clock
from core.money import services

FIRST_DAY = date(2024, 4, 1)
"""A month before the fund's first purchase."""
CURRENCIES_AT = datetime(2023, 7, 3, 8, tzinfo=timezone.utc)
PUBLISHED_AT = time(15, 0, tzinfo=timezone.utc)
"""The bank publishes at about 16:00 in Frankfurt."""


def play(*, system: Any) -> None:
    """Record the currencies, then the rates of each day on that day."""
    with clock.standing_at(CURRENCIES_AT):
        services.record_known_currencies(by=system)
    history = sorted(services.ecb_history(since=FIRST_DAY), key=lambda row: (row.effective_on, row.currency))
    with services.publishing({row.effective_on for row in history}, by=system) as editions:
        for day, rows in groupby(history, key=lambda row: row.effective_on):
            moment = datetime.combine(day, PUBLISHED_AT)
            with clock.standing_at(moment):
                editions.add(list(rows), source=services.ECB_SOURCE, by=system, at=moment)
