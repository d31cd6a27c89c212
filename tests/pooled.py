"""Fixtures for folders whose tests look at the fund of ``tests.factories.pools``: played once a file, left as it was by each."""

import copy

import pytest
from django.db import transaction

from core import clock
from core.people import services as people
from tests.conftest import NOON
from tests.factories import pools


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    """What is written by fixtures of a file stands until its last test is through."""
    with django_db_blocker.unblock(), clock.standing_at(NOON), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def played(kept):
    return pools.played(system=people.ensure_system(at=clock.now()))


@pytest.fixture
def db(kept):
    """In the place of pytest-django's, which closes the connection and with it what is kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def pool(db, played):
    """A test may change what it has in its hands, too."""
    return copy.deepcopy(played)
