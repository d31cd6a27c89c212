"""``manage.py check_books``: ask every invariant of every book; leave with 1 where one does not hold."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from core.people import queries as people
from portfolio.ledger import invariants, services


class Command(BaseCommand):
    help = (
        "Ask the invariants of all books; a broken one stops posting to its book and is named with its rows. "
        "What is known better since is named as well and stops nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        checked = services.check_every(by=people.system(), at=clock.now())
        for book, broken in checked:
            for one in broken:
                self.stdout.write(f"{book.name}: {invariants.words(one.name)} {list(one.rows)}")
            for one in invariants.remarked(book):
                self.stdout.write(f"{book.name}, to look at: {invariants.words(one.name)} {list(one.rows)}")
        whole = sum(not broken for _book, broken in checked)
        self.stdout.write(f"{whole} of {len(checked)} books hold.")
        if whole < len(checked):
            sys.exit(1)
