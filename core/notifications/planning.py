"""Who is to be reminded of what, and when: what falls due, turned into the steps of each reader."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core import clock
from core.notifications import calendars, obligations
from core.notifications.obligations import Obligation
from core.notifications.steps import BEFORE_DAYS, Step, steps
from core.people.models import User

FROM_HOUR = 6
"""Nobody is reminded of a day before six o'clock in the fund's zone."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that one reader is reminded of: from the start, or only when it stays late."""

    obligation: Obligation
    is_behind: bool


def day_at(moment: datetime) -> date:
    """The day whose reminders may leave at a moment: the day in the fund's zone, from six o'clock on."""
    return (moment.astimezone(clock.fund_zone()) - timedelta(hours=FROM_HOUR)).date()


def due_by_reader(day: date, *, on: date) -> dict[int, list[Due]]:
    """What may have a step on or before a day, by the key of whom it concerns ``on`` a day."""
    found: dict[int, list[Due]] = defaultdict(list)
    for one in obligations.open_until(day + timedelta(days=max(BEFORE_DAYS)), on=on):
        for reader in one.owners:
            found[reader].append(Due(one, is_behind=False))
        for reader in set(one.behind) - set(one.owners):
            found[reader].append(Due(one, is_behind=True))
    return found


def planned(due: Due, reader: User, *, until: date) -> list[Step]:
    """The steps of one thing for one reader, by the calendar of her nation."""
    return list(
        steps(
            due.obligation.due_on,
            since=due.obligation.since,
            until=until,
            is_working=lambda day: calendars.is_working(day, reader.calendar),
            escalated_only=due.is_behind,
        )
    )
