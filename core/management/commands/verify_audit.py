"""``manage.py verify_audit``: walk every audit chain; leave with 1 where one does not hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core.audit import sentences, services


class Command(BaseCommand):
    help = "Verify the hash chains of the audit trail and name the first broken link of each."

    def handle(self, *args: Any, **options: Any) -> None:
        names = services.chain_names()
        broken = services.verify_all()
        for link in broken:
            self.stdout.write(f"{link.chain}, event {link.position}: {sentences.reason(link)}")
        self.stdout.write(f"{len(names) - len(broken)} of {len(names)} chains hold.")
        if broken:
            sys.exit(1)
