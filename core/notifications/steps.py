"""When somebody is reminded of something that falls due: computed from dates, never counted (pure)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

BEFORE_DAYS = (30, 14, 7, 1)
ESCALATED_FROM = 5
"""From the fifth working day after the due day on, whoever stands behind the owner is reminded too."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder. ``number`` is days before the due day, or the how-manieth working day after it."""

    on: date
    number: int
    is_late: bool

    @property
    def code(self) -> str:
        """Stable: together with the due day and the reader it names one reminder for ever."""
        return f"late-{self.number}" if self.is_late else f"before-{self.number}"


def steps(
    due_on: date, *, since: date, until: date, is_working: Callable[[date], bool], escalated_only: bool = False
) -> Iterator[Step]:
    """The steps from ``since`` to ``until``, both inclusive, oldest first.

    ``since`` is the day on which the thing came to be: earlier steps never were. The days before are calendar days;
    the days after are the reader's working days. ``escalated_only`` is the plan of whoever stands behind the owner.
    """
    if not escalated_only:
        for number in BEFORE_DAYS:
            on = due_on - timedelta(days=number)
            if since <= on <= until:
                yield Step(on, number, is_late=False)
    number, day = 0, due_on
    while day < until:
        day += ONE_DAY
        if not is_working(day):
            continue
        number += 1
        if day >= since and not (escalated_only and number < ESCALATED_FROM):
            yield Step(day, number, is_late=True)
