"""Posts to the books until it is told to stop, and journals what was acknowledged: run as a process of its own."""

import os
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.db import DatabaseError, InterfaceError, connections  # noqa: E402 -- after the settings are named

from core import clock  # noqa: E402 -- after the settings are named
from core.people import queries as people  # noqa: E402 -- after the settings are named
from portfolio.ledger import services as ledger  # noqa: E402 -- after the settings are named
from portfolio.ledger.models import Book  # noqa: E402 -- after the settings are named

PAUSE_SECONDS = 0.05


def main(journal: Path, stop: Path) -> None:
    number = 0
    with journal.open("a") as acknowledged:
        while not stop.exists():
            if post(number):
                acknowledged.write(f"{number}\n")
                acknowledged.flush()
                os.fsync(acknowledged.fileno())
                number += 1
            time.sleep(PAUSE_SECONDS)


def post(number: int) -> bool:
    """One command with its own key; False where it was not acknowledged, so that the same key is sent again."""
    try:
        leg = ledger.Leg(("cash", ""), ("opening", ""), Decimal("1.00"), "EUR")
        ledger.post(
            Book.objects.get(), [leg], key=f"client-{number}", kind="test", effective_on=date(2026, 5, 1),
            by=people.system(), at=clock.now(),
        )  # fmt: skip
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
