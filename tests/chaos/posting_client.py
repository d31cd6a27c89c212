"""Sends money commands until it is told to stop, and journals what was acknowledged: run as a process of its own."""

import os
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.db import DatabaseError, InterfaceError, connections  # noqa: E402 -- after the settings are named

from core import clock  # noqa: E402 -- after the settings are named
from core.people import queries as people  # noqa: E402 -- after the settings are named
from portfolio.capital_calls import services as calls  # noqa: E402 -- after the settings are named
from portfolio.fees import services as fees  # noqa: E402 -- after the settings are named
from portfolio.funds.models import Commitment, Fund  # noqa: E402 -- after the settings are named
from portfolio.investments import services as investments  # noqa: E402 -- after the settings are named
from portfolio.investments.models import Holding, Round  # noqa: E402 -- after the settings are named
from portfolio.ledger import services as ledger  # noqa: E402 -- after the settings are named

ONE = Decimal("1.00")
DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)


def main(name: str, journal: Path, stop: Path) -> None:
    number = 0
    with clock.standing_at(NOON), journal.open("a") as acknowledged:
        while not stop.exists():
            key = f"{name}-{number}"
            if sent(key, COMMANDS[number % len(COMMANDS)]):
                acknowledged.write(f"{key}\n")
                acknowledged.flush()
                os.fsync(acknowledged.fileno())
                number += 1


def sent(key: str, command) -> bool:
    """Whether one command was acknowledged; where it was not, the same is sent again under the same key."""
    try:
        command(key, people.system())
    except (DatabaseError, InterfaceError):
        connections.close_all()
        return False
    return True


def post(key, by):
    leg = ledger.Leg(("cash", ""), ("opening", ""), ONE, "EUR")
    ledger.post(Fund.objects.get().book, [leg], key=key, kind="opening", effective_on=DAY, by=by, at=NOON)


def receive(key, by):
    commitment = Commitment.objects.order_by("pk").first()
    calls.receive(commitment, amount=ONE, received_on=DAY, reference=key, by=by, at=NOON)


def pay_fee(key, by):
    fees.pay(
        Fund.objects.get(), line="expenses", amount=ONE, effective_on=DAY, memo="", key=key, by=by, at=NOON
    )  # fmt: skip


def buy(key, by):
    investments.buy(
        Holding.objects.get(), round=Round.objects.get(), quantity=ONE, amount=ONE, effective_on=DAY, key=key, by=by,
        at=NOON,
    )  # fmt: skip


COMMANDS = (post, receive, pay_fee, buy)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
