"""``manage.py recompute_marks [mark]``: marks again from their pinned inputs; leave with 1 where one comes out differently."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portfolio.valuations import services
from portfolio.valuations.models import Mark


class Command(BaseCommand):
    help = (
        "Compute one mark, or every mark, from its pinned inputs and rates, and tell each that differs. Writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mark", nargs="?", help="public id of one mark; all where none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        drifting = self._one(options["mark"]) if options["mark"] else services.report_drift()
        for one in drifting:
            self.stdout.write(f"{one.mark.public_id}: stored {one.mark.value}, comes to {one.value}")
        self.stdout.write(f"{len(drifting)} of {1 if options['mark'] else Mark.objects.count()} marks differ.")
        if drifting:
            sys.exit(1)

    def _one(self, public_id: str) -> list[services.Recomputed]:
        mark = Mark.objects.select_related("run__fund", "holding").filter(public_id=public_id).first()
        if mark is None:
            raise CommandError(f"There is no mark {public_id}.")
        found = services.recompute(mark)
        return [found] if found.drifts else []
