"""What falls due in the tests of reminders with real workers: told by the workers, and expected by the test."""

import time
from datetime import date, timedelta

from core.notifications.obligations import Obligation

KIND = "chaos-thing"
READER = "reader-"
DAYS = (date(2027, 3, 28), date(2027, 10, 31), date(2028, 2, 29))
"""The nights of both clock changes end on the first two; the third comes once in four years."""
DONE_AFTER = timedelta(days=4)
LOOKED_AHEAD = timedelta(days=30)
SINCE = date(2026, 1, 1)
SECONDS_A_TITLE = 0.01


def things(until, owners, count):
    """So many things an owner and day, open until they are done; ``until`` is thirty days ahead of the day."""
    today = until - LOOKED_AHEAD
    for due_on in DAYS:
        if today - DONE_AFTER <= due_on <= until:
            for owner in owners:
                for number in range(count):
                    yield _thing(due_on, owner, number)


def _thing(due_on, owner, number):
    return Obligation(
        kind=KIND,
        subject=f"thing-{owner}-{number}",
        due_on=due_on,
        since=SINCE,
        title=lambda: _slowly(f"Thing {number}"),
        address="/manage/reminders",
        scope="fund_one",
        readers=frozenset(),
        owners=(owner,),
    )


def _slowly(title):
    time.sleep(SECONDS_A_TITLE)
    return title
