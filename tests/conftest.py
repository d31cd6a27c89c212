"""The suite's ground: a throw-away PostgreSQL and Redis, a database that the owner migrates and the app serves.

Tests run as the serving role, exactly as the product does: what a trigger or a missing grant forbids there is forbidden
here. Only emptying tables between transactional tests is done by the owner, with triggers off.
"""

import gc
import os
import time
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.test import TransactionTestCase
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

import config.celery  # noqa: F401 -- so that work is started through our broker
from core import clock
from core.people import services as people
from core.people.models import User
from tests import sharing
from tests.emptying import empty_tables

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)
"""The moment at which the clock stands in every test that does not say otherwise."""
ATTEMPTS = 20
DIGEST_COSTS = {name: getattr(Argon2PasswordHasher, name) for name in ("time_cost", "memory_cost", "parallelism")}
"""What a digest of a password costs in the product."""


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and models and pages are mostly freed without a search for circles: a tenth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sharing.longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> sharing.ByWorld | None:
    """``--dist loadfile`` shares the files out as ``tests.sharing`` says."""
    return sharing.ByWorld(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Make the test database as its owner, migrate it once, and let both connections use it."""
    owner, served = connections["owner"], connections["default"]
    real = owner.settings_dict["NAME"]
    name = f"test_fund_{os.getpid()}"
    with django_db_blocker.unblock():
        _as_owner(f"CREATE DATABASE {name}")
        for connection in (owner, served):
            connection.close()
            connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        for connection in (owner, served):
            connection.close()
            connection.settings_dict["NAME"] = real
        _drop(name)


def _drop(name: str) -> None:
    """Each role ends its own sessions: neither may end the other's, nor a worker that just tidies the tables up."""
    for attempt in range(ATTEMPTS):
        for connection in (connections["default"], connections["owner"]):
            with connection._nodb_cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
                    [name],
                )
        try:
            _as_owner(f"DROP DATABASE IF EXISTS {name}")
        except DatabaseError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.5)
        else:
            return


def _as_owner(statement: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(statement)


TransactionTestCase._fixture_teardown = lambda _test: empty_tables()


@pytest.fixture(scope="session", autouse=True)
def _quick_digests() -> Iterator[None]:
    """Argon2 as in the product, at the least cost that it takes: nobody attacks the passwords that are made here."""
    with pytest.MonkeyPatch.context() as quick:
        for name, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            quick.setattr(Argon2PasswordHasher, name, least)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """Every test client has its own middleware; that of static files looks through all folders for them."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, object] = {}

    def known(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", known)
        yield


@pytest.fixture(autouse=True)
def _standing_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the clock at noon, unless the test is marked ``real_clock``."""
    if request.node.get_closest_marker("real_clock"):
        yield
        return
    with clock.standing_at(NOON):
        yield


@pytest.fixture(autouse=True)
def _language_left_as_it_was() -> Iterator[None]:
    """Whoever signs in reads in a language of her own; what follows does not go on in it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def system(db: None) -> User:
    """The user that background work acts as."""
    return people.ensure_system(at=clock.now())
