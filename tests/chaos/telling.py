"""What a worker of webhooks does, hurried, in a process that a test kills: ``python -m tests.chaos.telling port``."""

import sys
import time
from datetime import timedelta

import django

django.setup()

from core import clock  # noqa: E402 -- settings first
from core.webhooks import schedule, services  # noqa: E402 -- settings first
from core.webhooks.services import delivering  # noqa: E402 -- settings first
from tests.core.webhooks.receiver import policy  # noqa: E402 -- settings first

LIMIT_SECONDS = 1.0
"""For one attempt: the product gives it fifteen."""
HELD_SECONDS = 3.0
"""For so long a message is left to a worker that may be dead."""


def main(port: int) -> None:
    delivering.HELD = timedelta(seconds=HELD_SECONDS)
    schedule.WAITS = tuple(timedelta(seconds=0.1 * number) for number in range(len(schedule.WAITS)))
    given = policy(port, total_seconds=LIMIT_SECONDS)
    while True:
        services.dispatch(at=clock.now())
        services.deliver(policy=given, seconds=2.0)
        time.sleep(0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
