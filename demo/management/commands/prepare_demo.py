"""Migrates the demo's database and plays the world into it; does next to nothing the second time."""

import logging
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from demo import world


class Command(BaseCommand):
    help = "Migrate and load the rehearsed world (demo only)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo's world is never loaded in production.")
        if self._migrations_wait():
            self._say("Tables")
            call_command("migrate", verbosity=0, interactive=False)
        logging.disable(logging.INFO)  # the screen is for its reader; what is rung here is nobody's news
        try:
            world.play(say=self._say)
        finally:
            logging.disable(logging.NOTSET)

    def _migrations_wait(self) -> bool:
        executor = MigrationExecutor(connections["owner"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()
