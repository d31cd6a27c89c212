"""Kinds of work for tests with real workers, which import this module; each item writes one row."""

import time

from django.db import connection

from core.jobs import registry

ITEMS = 3
COUNTED = "chaos.count"
UNHELD = "chaos.unheld"
POISONED = "chaos.poison"
TABLE = "chaos_row"
SECONDS_AN_ITEM = 0.15


def _write(key: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (key, number) VALUES (%s, %s)", [key, number])
    time.sleep(SECONDS_AN_ITEM)


@registry.handles(COUNTED, "Count")
def count(job):
    for number in range(job.done + 1, ITEMS + 1):
        with job.chunk() as chunk:
            _write(job.key, number)
            chunk.done(number, ITEMS)


@registry.handles(UNHELD, "Count without chunks")
def count_unheld(job):
    """The control: what is written does not stand or fall with the progress."""
    for number in range(1, ITEMS + 1):
        _write(job.key, number)
    time.sleep(SECONDS_AN_ITEM * ITEMS)


@registry.handles(POISONED, "Break")
def fall(job):
    raise ValueError(job.key)
