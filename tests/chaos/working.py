"""What the workers of tests work on, and how fast: they import this module. Variables of the environment steer it."""

import os
import random
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from celery import shared_task, signals
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from core import clock, failpoints
from core.decisions import kinds
from core.jobs import registry, services, worker
from core.notifications import obligations
from core.notifications.services import reminders
from core.people.models import User
from portfolio.valuations.services import preparing as valuations
from tests.chaos import due, weakened
from tests.factories import decisions

ITEMS = 3
COUNTED, UNHELD, POISONED, HANGING = "chaos.count", "chaos.unheld", "chaos.poison", "chaos.hang"
DECIDED = "chaos-decision"
TICK, NIGHTLY = "chaos.tick", "nightly"
"""What each tick of a beat rings, and the key of the job that it asks for."""
TABLE = "chaos_row"
SECONDS_AN_ITEM = float(os.environ.get("CHAOS_SECONDS_AN_ITEM", "0.1"))
SECONDS_A_MAIL = float(os.environ.get("CHAOS_SECONDS_A_MAIL", "0.03"))
FAILING = 0.1
_chance = random.Random(5)
FOLDER = Path(os.environ.get("CHAOS_FOLDER", "/nowhere"))


def _write(key: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (key, number) VALUES (%s, %s)", [key, number])
    time.sleep(SECONDS_AN_ITEM)
    while (FOLDER / "held").exists():
        time.sleep(0.05)


@registry.handles(COUNTED, "Count")
def count(job):
    for number in range(job.done + 1, ITEMS + 1):
        with job.chunk() as chunk:
            _write(job.key, number)
            chunk.done(number, ITEMS)


@shared_task(name=TICK)
def tick():
    """As the product's own do at each tick: one job for the day, whoever asks for it and how often."""
    system = User.objects.get(is_system=True)
    with transaction.atomic():
        services.start(COUNTED, key=NIGHTLY, by=system, on=clock.today())


@registry.handles(UNHELD, "Count without chunks")
def count_unheld(job):
    """The control: what is written does not stand or fall with the progress, and for a while is not yet noted."""
    for number in range(1, ITEMS + 1):
        _write(job.key, number)
    time.sleep(3)


@registry.handles(POISONED, "Break")
def fall(job):
    raise ValueError(job.key)


@registry.handles(HANGING, "Hang")
def hang(job):
    """Deaf to being asked, with the job's row locked: only the end of its process ends it."""
    with job.chunk():
        while True:
            try:
                time.sleep(60)
            except Exception:  # noqa: BLE001 -- deaf on purpose
                continue


def register_things(count: int) -> None:
    """Things of every reader that fall due on the days of ``chaos.due``, and are done a few days after."""
    owners = list(User.objects.filter(email__startswith=due.READER).order_by("pk").values_list("pk", flat=True))
    obligations.register(due.KIND, "Things", lambda until, _on: due.things(until, owners, count))


def register_decisions() -> None:
    """Something to decide whose effect is a row: how often it was taken is counted outside the product's own tables."""

    def take(decision):
        _write(decision.public_id, 1)
        return decision.public_id

    kinds.register(decisions.kind(DECIDED, take_effect=take))
    failpoints._installed["decisions.close.written"] = lambda: time.sleep(SECONDS_AN_ITEM)


class Provider(BaseEmailBackend):
    """Takes mail slowly, fails now and then and all the while that it is down, and notes what it took."""

    def send_messages(self, messages):
        for message in messages:
            time.sleep(SECONDS_A_MAIL)
            if (FOLDER / "mail-is-down").exists() or _chance.random() < FAILING:
                raise ConnectionRefusedError("the provider does not answer")
            with (FOLDER / "mails").open("a") as taken:
                taken.write(f"{message.extra_headers['X-Mail-Id']}\n")
        return len(messages)


def _moved_now() -> datetime:
    return datetime.now(timezone.utc) + timedelta(seconds=float((FOLDER / "clock").read_text()))


def steer() -> None:
    """The pace and the clock that the test asks for, and the protection that its control takes away."""
    if os.environ.get("CHAOS_PACE") == "hurried":
        services.LEASE_SECONDS, worker.PULSE_SECONDS = float(os.environ.get("CHAOS_LEASE_SECONDS", "3")), 0.5
        worker.DEAF_SECONDS = float(os.environ.get("CHAOS_DEAF_SECONDS", worker.DEAF_SECONDS))
        services.ATTEMPTS_AT_MOST = int(os.environ.get("CHAOS_ATTEMPTS", services.ATTEMPTS_AT_MOST))
        services.FIRST_RETRY = timedelta(seconds=0.3)
    if (FOLDER / "clock").exists():
        clock.now = _moved_now
    valuations.HOLDINGS_A_CHUNK = int(os.environ.get("CHAOS_CHUNK", valuations.HOLDINGS_A_CHUNK))
    seconds = float(os.environ.get("CHAOS_SECONDS_A_MARK", "0"))
    failpoints._installed["valuations.mark_written"] = lambda: time.sleep(seconds)
    if things := int(os.environ.get("CHAOS_THINGS", "0")):
        settings.EMAIL_BACKEND = "tests.chaos.working.Provider"
        reminders.READERS_A_CHUNK = 1
        register_things(things)
    if os.environ.get("CHAOS_DECISIONS"):
        register_decisions()
    for without in os.environ.get("CHAOS_WITHOUT", "").split():
        weakened.WITHOUT[without]()


@signals.worker_ready.connect
def say_so(**_):
    (FOLDER / f"ready-{os.getpid()}").touch()


if os.environ.get("CHAOS_FOLDER"):
    steer()
