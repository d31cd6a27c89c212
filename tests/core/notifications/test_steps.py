"""When somebody is reminded: thirty, fourteen, seven and one day before, then on every working day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.notifications import calendars
from core.notifications.steps import steps

LONG_AGO = date(2020, 1, 1)


def plan(due_on, *, since=LONG_AGO, until, nation="LU", **given):
    working = lambda day: calendars.is_working(day, nation)  # noqa: E731 -- one name for one question
    return [(step.code, step.on) for step in steps(due_on, since=since, until=until, is_working=working, **given)]


@pytest.mark.parametrize(
    ("story", "due_on", "until", "expected"),
    [
        (
            "the four steps before",
            date(2027, 3, 31),
            date(2027, 3, 31),
            [
                ("before-30", date(2027, 3, 1)),
                ("before-14", date(2027, 3, 17)),
                ("before-7", date(2027, 3, 24)),
                ("before-1", date(2027, 3, 30)),
            ],
        ),
        (
            "a leap day is a day like others",
            date(2028, 3, 1),
            date(2028, 3, 1),
            [
                ("before-30", date(2028, 1, 31)),
                ("before-14", date(2028, 2, 16)),
                ("before-7", date(2028, 2, 23)),
                ("before-1", date(2028, 2, 29)),
            ],
        ),
    ],
)
def test_steps_are_computed_from_the_due_day(story, due_on, until, expected):
    assert plan(due_on, until=until) == expected


def test_what_is_late_is_mentioned_on_working_days_alone():
    friday = date(2026, 4, 3)

    late = [one for one in plan(friday, until=date(2026, 4, 9)) if one[0].startswith("late")]

    # Easter Monday is a holiday in Luxembourg.
    assert late == [("late-1", date(2026, 4, 7)), ("late-2", date(2026, 4, 8)), ("late-3", date(2026, 4, 9))]


def test_each_reader_keeps_the_calendar_of_her_nation():
    due_on = date(2026, 5, 8)

    of_luxembourg = plan(due_on, until=date(2026, 5, 15), nation="LU")
    of_norway = plan(due_on, until=date(2026, 5, 15), nation="NO")

    # Ascension Day is the fourteenth in both; the eleventh to the thirteenth and the fifteenth are worked.
    assert of_luxembourg[-1] == of_norway[-1] == ("late-4", date(2026, 5, 15))
    assert plan(date(2026, 5, 15), until=date(2026, 5, 18), nation="NO")[-1] == ("late-1", date(2026, 5, 18))
    assert plan(date(2026, 6, 22), until=date(2026, 6, 23), nation="LU")[-1][0] == "before-1"
    assert plan(date(2026, 6, 22), until=date(2026, 6, 23), nation="NO")[-1] == ("late-1", date(2026, 6, 23))


def test_steps_before_the_thing_came_to_be_never_were():
    assert plan(date(2027, 3, 31), since=date(2027, 3, 20), until=date(2027, 3, 31)) == [
        ("before-7", date(2027, 3, 24)),
        ("before-1", date(2027, 3, 30)),
    ]


def test_whoever_stands_behind_is_told_from_the_fifth_working_day_on():
    told = plan(date(2026, 9, 4), until=date(2026, 9, 14), escalated_only=True)

    assert told == [("late-5", date(2026, 9, 11)), ("late-6", date(2026, 9, 14))]


@given(due_on=st.dates(date(2024, 1, 1), date(2032, 1, 1)), ahead=st.integers(-60, 90))
def test_codes_are_unique_days_rise_and_a_longer_plan_only_adds(due_on, ahead):
    until = due_on + timedelta(days=ahead)

    found = plan(due_on, until=until)

    assert len({code for code, _on in found}) == len(found)
    assert [on for _code, on in found] == sorted(on for _code, on in found)
    assert plan(due_on, until=until + timedelta(days=9))[: len(found)] == found
