"""Kinds of work that exist in tests alone, and jobs of them."""

from datetime import date

import pytest

from core.errors import Conflict
from core.jobs import registry, services
from core.people.models import User

ON = date(2026, 6, 1)
COUNTED = "tests.count"
REFUSED = "tests.refuse"
BROKEN = "tests.break"
AWAITED = "tests.awaited"
done: list[str] = []
"""What the work of a test did, in order."""


class NotToday(Conflict):
    sentence = "Not today."


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    """Three kinds of work: one that counts to three in chunks, one that is refused, one that breaks."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    done.clear()

    @registry.handles(COUNTED, "Count")
    def count(job):
        for number in range(job.done + 1, 4):
            with job.chunk() as chunk:
                done.append(f"{job.key} {number}")
                chunk.done(number, 3)

    @registry.handles(REFUSED, "Refuse")
    def refuse(job):
        raise NotToday

    registry.handles(AWAITED, "Awaited", is_awaited=True)(lambda job: done.append(job.key))

    @registry.handles(BROKEN, "Break")
    def fall(job):
        done.append(job.key)
        raise ValueError("confidential")


@pytest.fixture
def start(system: User):
    def started(name=COUNTED, key="one", **given):
        return services.start(name, key=key, by=given.pop("by", system), on=ON, **given)

    return started
