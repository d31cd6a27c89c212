"""The sweeps share one played world, which is rolled back when the last of them is through."""

import logging

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import translation

from core import clock
from tests.sweeps import world as worlds


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """The machine's clock stands too: a second factor that counts as fresh stays so however long a sweep takes."""
    standing = time_machine.travel(worlds.NOW, tick=False)
    with django_db_blocker.unblock(), standing, clock.standing_at(worlds.NOW), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _standing_clock(world, django_db_blocker):
    """The clock stands where the demo's does; every test leaves the database and the language as they were."""
    standing, spoken = clock.standing_at(worlds.NOW), translation.override(settings.LANGUAGE_CODE)
    with django_db_blocker.unblock(), standing, spoken, transaction.atomic():
        yield
        transaction.set_rollback(True)
        cache.clear()


@pytest.fixture(scope="package", autouse=True)
def _quiet():
    """A line a request, tens of thousands of times, is nobody's reading."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
