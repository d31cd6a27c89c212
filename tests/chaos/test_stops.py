"""PostgreSQL is stopped at once under load: every acknowledged command is there, none twice, the books still balance."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from config import embedded
from tests.chaos.conftest import FULL

STOPS = 20 if FULL else 2
SECONDS_BETWEEN = 1.0
LEAST_A_SECOND = 10
ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
from core import clock
from core.money.models import Currency
from core.people import services as people
from portfolio.ledger import services as ledger
people.ensure_system(at=clock.now())
Currency.objects.create(code="EUR", name_en="Euro", name_fr="Euro")
ledger.open_book(name="Stopped", currency="EUR", at=clock.now())
"""
CHECK = """
from portfolio.ledger import invariants
from portfolio.ledger.models import Book
print("BROKEN", invariants.broken(Book.objects.get()))
"""


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.real_clock
def test_what_was_acknowledged_survives_every_stop(tmp_path):
    servers = embedded.start(tmp_path / "servers", durable=True, redis=False)
    environment = {**os.environ, **servers.environment(), "ENVIRONMENT": "test", "REDIS_URL": ""}
    journal, stop = tmp_path / "journal", tmp_path / "stop"
    client = None
    try:
        manage(environment, "migrate", "-v0")
        manage(environment, "shell", "-v0", "-c", PREPARE)
        client = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/chaos/posting_client.py"), str(journal), str(stop)],
            cwd=ROOT,
            env=environment,
        )
        wait_for_more(journal, 0)
        for _stop in range(STOPS):
            seen = count(journal)
            time.sleep(SECONDS_BETWEEN)
            assert count(journal) - seen >= LEAST_A_SECOND * SECONDS_BETWEEN / 2, (
                "the load was too light to prove anything"
            )
            servers.processes[0].child.send_signal(signal.SIGQUIT)
            servers.processes[0].child.wait(20)
            servers.stop()
            servers = embedded.start(tmp_path / "servers", durable=True, redis=False)
            wait_for_more(journal, count(journal))
        stop.touch()
        assert client.wait(30) == 0
        posted = keys(servers)
        acknowledged = [f"client-{line}" for line in journal.read_text().split()]
        assert [key for key in acknowledged if key not in posted] == []
        assert len(posted) == len(set(posted))
        assert len(posted) - len(acknowledged) <= 1
        assert "BROKEN []" in manage(environment, "shell", "-v0", "-c", CHECK)
    finally:
        if client is not None:
            client.kill()
            client.wait()
        servers.stop()


def keys(servers):
    with psycopg.connect(servers.environment()["DATABASE_OWNER_URL"]) as connection:
        return [key for (key,) in connection.execute("SELECT key FROM portfolio_entry").fetchall()]


def count(journal):
    return len(journal.read_text().split()) if journal.exists() else 0


def wait_for_more(journal, than):
    deadline = time.monotonic() + 40
    while count(journal) <= than:
        assert time.monotonic() < deadline, "the client posts nothing"
        time.sleep(0.1)
