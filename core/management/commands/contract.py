"""``manage.py contract``: the OpenAPI document of the interface, to standard output."""

from typing import Any

from django.core.management.base import BaseCommand

from core.clients import contract


class Command(BaseCommand):
    help = "Write the contract of the interface (OpenAPI 3.1) to standard output."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(contract.document(), ending="")
