"""Prints the one screen that `make demo` ends with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from demo import people, pool


class Command(BaseCommand):
    help = "Print the pool in figures, the addresses and the demo's accounts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        for line in (*self._figures(), *self._addresses(port), *self._accounts(port)):
            self.stdout.write(line)

    def _figures(self) -> list[str]:
        now = clock.now()
        return [
            "",
            f"  Innovation Fund Portfolio Manager, demo.  Its clock stands on {now:%a} {now.day} {now:%b %Y, %H:%M} UTC and runs on.",
            "",
            *(f"  {label:<34}{value:>22}" for label, value in pool.figures(as_of=clock.today(), known_at=now)),
            "",
        ]

    def _addresses(self, port: int) -> list[str]:
        root = f"http://localhost:{port}"
        return [
            f"  Sign in                     {root}/account/login/",
            f"  Accelerator (public)        {root}/programmes/",
            f"  Web admin                   {root}/admin/",
            f"  Accounts and second factors {root}/demo/",
            f"  Mails of the demo           {root}/demo/mailbox",
            "",
        ]

    def _accounts(self, port: int) -> list[str]:
        width = max(len(account.email) for account in people.ACCOUNTS) + 2
        return [
            f"  Password of every account: {people.PASSWORD}",
            f"  Second factor: the six digits of the moment stand at http://localhost:{port}/demo/ beside each account.",
            "",
            *(f"    {account.email:<{width}}{account.role:<22}{account.what_for}" for account in people.ACCOUNTS),
            "",
            "  Everything invented is marked illustrative. Ctrl-C stops the demo; make demo-reset begins again.",
        ]
