"""``manage.py check_grants``: ask every invariant of participations and their money; leave with 1 where one does not hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from accelerator.grants import invariants


class Command(BaseCommand):
    help = "Ask the invariants of offers, phases, milestones and payments; a broken one is named with its rows."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = invariants.broken()
        for one in broken:
            self.stdout.write(f"{one.words} {list(one.rows)}")
        self.stdout.write(f"{len(invariants.INVARIANTS) - len(broken)} of {len(invariants.INVARIANTS)} hold.")
        if broken:
            sys.exit(1)
