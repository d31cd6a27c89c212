"""``manage.py recompute_marks [mark]``: marks again from their pinned inputs; leave with 1 where one comes out differently."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.people import queries as people
from portfolio.valuations import services
from portfolio.valuations.models import Mark, MarkRecomputation


class Command(BaseCommand):
    help = (
        "Compute one mark, or every mark, from its pinned inputs and rates, and tell each that differs. What comes out of one "
        "is kept beside it; of all, what came out otherwise than before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mark", nargs="?", help="public id of one mark; all where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        drifting = self._one(options["mark"]) if options["mark"] else _all()
        for one in drifting:
            self.stdout.write(f"{one.mark.public_id}: stored {one.mark.value}, comes to {one.value}")
        self.stdout.write(f"{len(drifting)} of {1 if options['mark'] else Mark.objects.count()} marks differ.")
        if drifting:
            sys.exit(1)

    def _one(self, public_id: str) -> list[MarkRecomputation]:
        mark = Mark.objects.select_related("run__fund", "holding").filter(public_id=public_id).first()
        if mark is None:
            raise CommandError(f"There is no mark {public_id}.")
        found = services.recompute(mark, by=people.system(), at=clock.now())
        return [found] if found.drifts else []


def _all() -> list[MarkRecomputation]:
    return services.check_all(by=people.system(), at=clock.now())
