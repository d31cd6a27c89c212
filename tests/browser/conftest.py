"""One live product for all browser tests: the demo's world, committed once, served on a port, seen by one Chromium."""

import logging
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import override_settings
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.people.models import User
from tests.browser import chromium as chromiums
from tests.browser import people
from tests.browser.visiting import Visits
from tests.emptying import empty_tables
from tests.factories import people as factories
from tests.sweeps import world as worlds
from tests.sweeps.world import Actor

HERE = Path(__file__).parent
PATIENCE_MS = 20_000
"""How long something may take to appear on a machine that is busy with other things."""
ABSENT = "no Chromium on this machine (Debian: apt-get install chromium; or name one in CHROMIUM)"


def pytest_collection_modifyitems(items):
    """Without a Chromium these tests are skipped, which CI forbids: there they fail."""
    is_skipped = not chromiums.found() and not os.environ.get("CI")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            if is_skipped:
                item.add_marker(pytest.mark.skip(reason=ABSENT))


def pytest_terminal_summary(terminalreporter):
    if not chromiums.found():
        terminalreporter.section("browser tests")
        word = "failed" if os.environ.get("CI") else "were skipped"
        terminalreporter.write_line(f"The browser tests {word}: {ABSENT}.")


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """The world of the sweeps, where others see it, as a demo whose clock runs on from the day on which it first stands."""
    if not chromiums.found():
        pytest.fail(f"Browser tests cannot run: {ABSENT}.", pytrace=False)
    offset = timedelta(seconds=worlds.NOW.timestamp() - time.time())
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the tests
    with django_db_blocker.unblock():
        try:
            with clock.standing_at(worlds.NOW):
                built = worlds.build()
                people.equip(built)
            with override_settings(CLOCK_OFFSET=offset, DEMO=True):
                yield built
        finally:
            empty_tables()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def site(world):
    """The product's address, without a slash at the end."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()
    for thread in threading.enumerate():  # each holds a connection to the database until it has ended
        if "process_request_thread" in thread.name:
            thread.join()


@pytest.fixture(scope="package")
def chromium(site):
    expect.set_options(timeout=PATIENCE_MS)
    with chromiums.running() as browser:
        yield browser
        connections.close_all()  # those that were opened inside Playwright's loop


@pytest.fixture(scope="package")
def visits(chromium, site, world):
    kept = Visits(chromium, site, world)
    yield kept
    kept.close()


@pytest.fixture
def sit(visits):
    """A page of somebody of a start-up, in a browser of her own."""
    seats = []

    def seated(role, startup, language="en", **options):
        person = factories.person(
            role=role,
            scope_kind="organisation",
            scope_ref=startup.public_id,
            language=language,
            system=visits.world.system,
        )
        client = factories.signed_in(Client(), person)
        actor = Actor(person.email, person, client.session.session_key)
        visits.world.actors.append(actor)
        page = visits.sit_down(person.email, locale=language, **options)
        User.objects.filter(pk=person.pk).update(language=language)
        seats.append((actor, page))
        return page

    yield seated
    for actor, page in seats:
        visits.world.actors.remove(actor)
        page.context.close()


@pytest.fixture(autouse=True)
def _standing_clock(world):
    """The clock runs here, as it does in the product; the database is open and keeps what is written."""
    logging.disable(logging.CRITICAL)  # a line a request is nobody's reading
    yield
    logging.disable(logging.NOTSET)
    cache.clear()
