"""Whether the process lives and whether it is ready."""

import pytest
from django.db import DatabaseError
from django.test import Client

from core.web import health


@pytest.fixture
def asked():
    return Client(headers={"host": "any.host.of.a.probe"})


def test_live_touches_nothing(asked, settings):
    settings.CACHES = {"default": {"BACKEND": "core.web.cache.RedisOrLocalCache", "LOCATION": "unix:///nowhere"}}

    answer = asked.get("/health/live")  # without the mark that opens the database to a test

    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


def test_ready_asks_the_database_and_redis(asked, db):
    answer = asked.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "database": "ok", "redis": "ok"})


def test_without_redis_it_is_degraded_and_pages_go_on(asked, db, settings):
    settings.CACHES = {
        "default": {"BACKEND": "core.web.cache.RedisOrLocalCache", "LOCATION": "unix:///nowhere/redis.sock?db=1"}
    }

    answer, page = asked.get("/health/ready"), Client().get("/programmes/")

    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "database": "ok", "redis": "away"})
    assert page.status_code == 200


def test_a_migration_that_waits_is_not_ready(asked, db, monkeypatch):
    monkeypatch.setattr(health, "_waiting_migrations", lambda: True)

    answer = asked.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "database": "migrations wait"})


def test_without_the_database_it_is_not_ready(asked, monkeypatch):
    class Away:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(health, "connection", Away())

    answer = asked.get("/health/ready")

    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "database": "away"})


def test_other_methods_are_refused(asked):
    assert asked.post("/health/live").status_code == 405
