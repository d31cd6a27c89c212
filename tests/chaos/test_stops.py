"""PostgreSQL is stopped at once under load: every acknowledged command is there, none twice, the books still hold."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from config import embedded
from tests.chaos.conftest import FULL

STOPS = 20 if FULL else 2
SECONDS_BETWEEN = 1.0
LEAST_A_SECOND = 10 if FULL else 3
"""Commands acknowledged: the full run promises ten, a busy machine that only passes the tests may be slower."""
CLIENTS = ("first", "second")
ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
from datetime import datetime, timezone
from core import clock
from core.people import services as people
from tests.chaos.conftest import World
with clock.standing_at(datetime(2026, 6, 1, 12, tzinfo=timezone.utc)):
    world = World(people.ensure_system(at=clock.now()))
    world.funded("90000000.00")
    world.holding()
"""
DONE = """
SELECT key FROM portfolio_entry WHERE kind = 'opening'
UNION ALL SELECT reference FROM portfolio_receipt
UNION ALL SELECT substr(key, 5) FROM portfolio_entry WHERE key LIKE 'fee:%'
UNION ALL SELECT key FROM portfolio_transaction
"""
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


class Clients:
    """Processes that send commands, each with its journal of what was acknowledged."""

    def __init__(self, folder, environment):
        self.journals, self.stop = {name: folder / name for name in CLIENTS}, folder / "stop"
        script = str(ROOT / "tests/chaos/posting_client.py")
        self.processes = [
            subprocess.Popen([sys.executable, script, name, str(journal), str(self.stop)], cwd=ROOT, env=environment)
            for name, journal in self.journals.items()
        ]

    def acknowledged(self):
        return [line for path in self.journals.values() if path.exists() for line in path.read_text().split()]

    def wait_for_more(self):
        """Until each client had another command acknowledged."""
        deadline, seen = time.monotonic() + 60, Counter(line.split("-")[0] for line in self.acknowledged())
        while any(count <= seen[name] for name, count in self._counts().items()):
            assert time.monotonic() < deadline, "the clients send nothing"
            time.sleep(0.05)

    def _counts(self):
        counts = Counter(line.split("-")[0] for line in self.acknowledged())
        return {name: counts[name] for name in CLIENTS}

    def end(self):
        self.stop.touch()
        return [process.wait(30) for process in self.processes]

    def kill(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def short_folder():
    """Short enough for the name of a socket, so that the servers are found where they were after every stop."""
    with tempfile.TemporaryDirectory(prefix="stop-") as folder:
        yield Path(folder)


@pytest.mark.real_clock
def test_what_was_acknowledged_survives_every_stop(tmp_path, short_folder):
    servers = embedded.start(short_folder, durable=True, redis=False)
    environment = {**os.environ, **servers.environment(), "ENVIRONMENT": "test", "REDIS_URL": ""}
    clients, loads = None, []
    try:
        manage(environment, "migrate", "-v0")
        manage(environment, "shell", "-v0", "-c", PREPARE)
        assert asked(servers, *(f"SHOW {setting}" for setting in DURABLE)) == ["on"] * len(DURABLE)
        clients = Clients(tmp_path, environment)
        clients.wait_for_more()
        for _stop in range(STOPS):
            seen, begun = len(clients.acknowledged()), time.monotonic()
            time.sleep(SECONDS_BETWEEN)
            loads.append((len(clients.acknowledged()) - seen) / (time.monotonic() - begun))
            stop_at_once(servers)
            servers = embedded.start(short_folder, durable=True, redis=False)
            clients.wait_for_more()
        assert clients.end() == [0] * len(CLIENTS)

        done = Counter(key for key in asked(servers, DONE) if key.startswith(CLIENTS))
        assert [key for key in clients.acknowledged() if done[key] != 1] == []
        assert max(done.values()) == 1
        assert done.total() - len(clients.acknowledged()) <= len(CLIENTS)
        assert manage(environment, "check_books") == "1 of 1 books hold.\n"
        assert sum(loads) / len(loads) >= LEAST_A_SECOND, f"the load was too light to prove anything: {loads}"
    finally:
        if clients is not None:
            clients.kill()
        servers.stop()


def stop_at_once(servers):
    """SIGQUIT: an immediate shutdown, without a checkpoint, as if the power had gone."""
    postgres = servers.processes[0].child
    postgres.send_signal(signal.SIGQUIT)
    postgres.wait(20)
    servers.stop()


def asked(servers, *queries):
    with psycopg.connect(servers.environment()["DATABASE_OWNER_URL"]) as connection:
        return [value for query in queries for (value,) in connection.execute(query).fetchall()]
