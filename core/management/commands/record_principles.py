"""``manage.py record_principles FILE --by ADDRESS``: keep the Principles of Responsible Use as published."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import DomainError
from core.ethics import services, sheets
from core.management import publishing


class Command(BaseCommand):
    help = "Record principles of responsible use from a table. Those that are recorded already stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        publishing.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path, by = options["file"], publishing.person(options["by"])
        try:
            told = sheets.principles(publishing.content_of(path), name=path.name, today=clock.today())
            services.record_principles(told, by=by, at=clock.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{len(told)} principles of the file are recorded.")
