"""The lines of the plan by week, from Monday to Sunday (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from core.notifications.queries import Line

SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Week:
    """``is_now`` where the day that was asked for lies in it."""

    first_day: date
    is_now: bool
    lines: list[Line]

    @property
    def last_day(self) -> date:
        return self.first_day + SIX_DAYS


def by_week(lines: Iterable[Line], *, today: date) -> list[Week]:
    """``lines`` stand in the order of their days; a week without a line is left out."""
    return [Week(monday, monday == _monday(today), list(some)) for monday, some in groupby(lines, _monday_of)]


def _monday_of(line: Line) -> date:
    return _monday(line.on)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
