"""Real workers and beats are killed and Redis is emptied: each item is written once, and a poisoned one holds up nobody."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded
from tests.chaos.conftest import FULL
from tests.chaos.working import COUNTED, ITEMS, POISONED, TABLE, UNHELD

JOBS = 500 if FULL else 24
KILLS = 20 if FULL else 2
SEED = 4
PATIENCE_SECONDS = 600 if FULL else 60
ROOT = Path(__file__).resolve().parents[2]
START = """
from core import clock
from core.jobs import services
from core.people import services as people
system = people.ensure_system(at=clock.now())
for name, key in {jobs!r}:
    services.start(name, key=key, by=system, on=clock.today())
"""
CELERY = (sys.executable, "-m", "celery", "-A", "config", "--quiet")
WORKER = (
    "worker",
    "--pool=prefork",
    "--concurrency=2",
    "--without-gossip",
    "--without-mingle",
    "-I",
    "tests.chaos.working",
)


pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not FULL, reason="minutes of real workers, with FULL=1"),
    pytest.mark.real_clock,
]


class Ground:
    """Servers of the test's own, and every process that works on them."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        self.servers = embedded.start(folder, durable=False)
        self.environment = {**os.environ, **self.servers.environment(), "ENVIRONMENT": "test"}

    def prepare(self):
        self.manage("migrate", "-v0")
        self.owner(f"CREATE TABLE {TABLE} (key text, number int)")
        self.owner(f"GRANT INSERT ON {TABLE} TO PUBLIC")

    def manage(self, *arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)

    def start(self, *jobs):
        self.manage("shell", "-v0", "-c", START.format(jobs=jobs))

    def owner(self, query):
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def empty_redis(self):
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushall()

    def run(self, *arguments):
        process = subprocess.Popen([*CELERY, *arguments], cwd=ROOT, env=self.environment, start_new_session=True)
        self.started.append(process)
        return process

    def worker(self):
        return self.run(*WORKER)

    def beat(self):
        return self.run("beat", f"--schedule={self.folder / f'beat-{len(self.started)}'}", "--pidfile=")

    def rows(self):
        return Counter(self.owner(f"SELECT key, number FROM {TABLE}"))

    def states(self, name):
        return Counter(state for (state,) in self.owner(f"SELECT state FROM core_job WHERE name = '{name}'"))

    def wait(self, holds, what):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, what
            time.sleep(0.1)

    def end(self):
        for process in self.started:
            kill(process)
        self.servers.stop()


def kill(process):
    """The worker and its children at once: they are a session of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


@pytest.fixture
def ground():
    with tempfile.TemporaryDirectory(prefix="work-") as folder:
        made = Ground(Path(folder))
        try:
            made.prepare()
            yield made
        finally:
            made.end()


def test_nothing_is_lost_or_done_twice_by_workers_that_are_killed(ground):
    chance = random.Random(SEED)
    jobs = [(COUNTED, f"job-{number}") for number in range(JOBS)]
    ground.start((POISONED, "poisoned"), *jobs, *jobs)
    ground.empty_redis()
    worker = ground.worker()
    time.sleep(6)
    assert ground.rows().total() == 0, "without a sweep the emptied Redis has lost every job"

    for _beat in range(2):
        ground.beat()
    for turn in range(KILLS):
        before = ground.rows().total()
        ground.wait(lambda before=before: ground.rows().total() > before, "nothing is worked on")
        time.sleep(chance.uniform(0.0, 0.3))
        if turn % 2:
            kill(worker)
            worker = ground.worker()
        else:
            os.kill(chance.choice(children(worker)), signal.SIGKILL)
    ground.wait(lambda: ground.states(COUNTED) == {"done": JOBS}, "not every job is done")

    assert ground.rows() == Counter((key, number) for _name, key in jobs for number in range(1, ITEMS + 1))
    assert ground.states(POISONED).keys() <= {"failed", "dead"}


def test_without_a_chunk_a_killed_worker_writes_twice(ground):
    ground.start((UNHELD, "unheld"))
    worker = ground.worker()
    ground.beat()
    ground.wait(lambda: ground.rows().total() == ITEMS, "nothing is worked on")
    kill(worker)
    ground.worker()
    ground.wait(lambda: ground.states(UNHELD) == {"done": 1}, "the job is not done")

    assert max(ground.rows().values()) > 1
