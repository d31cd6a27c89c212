"""When silence ends: working days by the calendar of a nation, an hour on the clocks of a zone, through both clock changes."""

from datetime import date, datetime, time, timezone

import pytest

from core.decisions import periods
from core.notifications import calendars


def belgian(day):
    return calendars.is_working(day, "BE")


def at(*given):
    return datetime(*given, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("story", "start", "days", "zone", "ends_at", "passed_over"),
    [
        ("the next day", (2027, 3, 24), 1, "Europe/Brussels", at(2027, 3, 25, 15), []),
        (
            "over the night of spring and Easter Monday: an hour earlier by the clock that never changes",
            (2027, 3, 25),
            3,
            "Europe/Brussels",
            at(2027, 3, 31, 14),
            [27, 28, 29],
        ),
        (
            "over the night of autumn and All Saints: an hour later",
            (2027, 10, 28),
            2,
            "Europe/Brussels",
            at(2027, 11, 2, 15),
            [30, 31, 1],
        ),
        ("by the clock that never changes", (2027, 3, 25), 3, "UTC", at(2027, 3, 31, 16), [27, 28, 29]),
        ("by the clocks of London", (2027, 3, 25), 3, "Europe/London", at(2027, 3, 31, 15), [27, 28, 29]),
    ],
)
def test_silence_ends_at_the_hour_of_the_last_working_day(story, start, days, zone, ends_at, passed_over):
    found = periods.period(date(*start), days=days, hour=time(16), zone=zone, is_working=belgian)

    assert found.ends_at == ends_at, story
    assert [day.day for day in found.passed_over] == passed_over


def test_an_hour_that_the_clocks_skip_is_no_end():
    every_day = {"days": 1, "zone": "Europe/Brussels", "is_working": lambda _day: True}

    assert periods.period(date(2027, 3, 27), hour=time(2, 30), **every_day) is None
    assert periods.period(date(2027, 3, 27), hour=time(3), **every_day).ends_at == at(2027, 3, 28, 1)


def test_of_an_hour_that_the_clocks_show_twice_the_first_is_meant():
    every_day = {"days": 1, "zone": "Europe/Brussels", "is_working": lambda _day: True}

    assert periods.period(date(2027, 10, 30), hour=time(2, 30), **every_day).ends_at == at(2027, 10, 31, 0, 30)
