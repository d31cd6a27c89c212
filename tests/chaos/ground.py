"""Real workers, beats, a web server and a Redis of the test's own, on the database of the test; each can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from celery import current_app
from django.db import connections

from config import embedded
from core.jobs.services import WORK
from tests.chaos.conftest import FULL

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600 if FULL else 120
WORKER = ("worker", "--pool=prefork", "--without-gossip", "--without-mingle", "-I", "tests.chaos.working")


class Ground:
    """``folder`` has a short path: sockets lie in it. ``given`` are variables that ``tests.chaos.working`` reads."""

    def __init__(self, folder, **given):
        self.folder, self.started = Path(folder), []
        self.redis = self._redis()
        self.clock = self.folder / "clock"
        self.environment = {
            **os.environ,
            **self.redis.environment(),
            "DATABASE_URL": of_the_test("DATABASE_URL"),
            "DATABASE_OWNER_URL": of_the_test("DATABASE_OWNER_URL"),
            "ENVIRONMENT": "test",
            "CHAOS_FOLDER": str(self.folder),
            **given,
        }

    def _redis(self):
        return embedded.start(self.folder, durable=False, postgres=False)

    def owner(self, query):
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def stand_at(self, moment):
        """From here on the workers' clock runs from a moment."""
        draft = self.clock.with_suffix(".draft")
        draft.write_text(str((moment - datetime.now(timezone.utc)).total_seconds()))
        draft.replace(self.clock)

    def hold(self):
        """Who works on an item stays at it until ``let_go``."""
        (self.folder / "held").touch()

    def let_go(self):
        (self.folder / "held").unlink()

    def worker(self, *, children=1, **given):
        return self._celery(*WORKER, f"--concurrency={children}", f"--hostname=w{len(self.started)}@here", **given)

    def beat(self):
        return self._celery("beat", f"--schedule={self.folder / f'beat-{len(self.started)}'}", "--pidfile=")

    def web(self, port):
        return self._run("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1")

    def web_as_served(self, port):
        """With as many processes and threads as the product's own supervisor starts."""
        threads = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket")
        return self._run("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", *threads)

    def _celery(self, *arguments, **given):
        app = "config" if self.environment.get("CHAOS_PACE") == "product" else "tests.chaos.hurried"
        return self._run("celery", "-A", app, "--quiet", *arguments, **given)

    def _run(self, module, *arguments, **given):
        with (self.folder / "words").open("ab") as words:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment | given,
                start_new_session=True,
                stdout=words,
                stderr=words,
            )
        self.started.append(process)
        return process

    def ring(self, task):
        """What the product's own bell does, for these workers."""
        with current_app.connection_for_write(self.environment["CELERY_BROKER_URL"]) as way:
            current_app.send_task(task, connection=way, ignore_result=True)

    def wait_for(self, worker):
        """Until a worker listens."""
        self.wait((self.folder / f"ready-{worker.pid}").exists, "the worker does not start")

    def bells(self, task=WORK):
        """How often workers were given a bell, that for jobs or another."""
        return sum(json.loads(line).get("task") == task for line in self._told("task_started"))

    def _told(self, event):
        lines = (self.folder / "words").read_text(errors="replace").splitlines()
        return [line for line in lines if line.startswith("{") and f'"{event}"' in line]

    def empty_redis(self):
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushall()

    def kill_redis(self):
        """It begins anew with nothing, where it was."""
        server = self.redis.processes[0].child
        server.kill()
        server.wait()
        self.redis.stop()
        self.redis = self._redis()

    def wait(self, holds, what, seconds=PATIENCE_SECONDS):
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"{what}\n{self.words()}"
            time.sleep(0.02)

    def words(self):
        return (self.folder / "words").read_text(errors="replace")[-4000:]

    def end(self):
        for process in self.started:
            kill(process)
        self.redis.stop()


def of_the_test(variable):
    """The address of the database that the suite made for itself, which the servers' own addresses do not name."""
    name = connections["default"].settings_dict["NAME"]
    return urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()


def kill(process):
    """The process and its children at once: they are a session of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(process):
    try:
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def kill_child(process, chance):
    """One of its children, which the worker replaces."""
    pids = children(process)
    if pids:
        os.kill(chance.choice(pids), signal.SIGKILL)
    return bool(pids)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False
