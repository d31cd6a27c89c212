"""The demo under one supervisor: servers, web, worker and beat, started in order, watched, stopped in reverse.

`python -m config.supervisor demo|reset|shell`. It stops what it started and nothing else.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from config import embedded

CHECKOUT = Path(__file__).resolve().parent.parent
STANDS_ON = "2026-11-23T08:00:00+00:00"
"""Where the demo's clock stands when it first starts; demo/world.py ends its rehearsal there."""
RESTARTS_A_MINUTE = 3
READY_SECONDS = 90


@dataclass
class Child:
    """One process of the product, restarted when it dies, at most three times a minute."""

    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS_A_MINUTE))

    def start(self, environment: dict[str, str]) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 -- our own command
                self.command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def dies_too_often(self) -> bool:
        self.deaths.append(time.monotonic())
        return len(self.deaths) == RESTARTS_A_MINUTE and self.deaths[-1] - self.deaths[0] < 60  # noqa: PLR2004 -- a minute

    def end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


class Supervisor:
    """What runs for one demo."""

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self.folder, self.host, self.port = folder, host, port
        self.logs = folder / "logs"
        self.children: list[Child] = []
        self.stopping = False

    def run(self) -> int:
        _refuse_a_port_in_use(self.host, self.port)
        self.logs.mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        say("Starting PostgreSQL and Redis")
        with servers_that_are_needed(self.folder) as servers:
            environment = child_environment(self.folder, servers, self.port)
            try:
                return self._serve(environment)
            finally:
                self._stop_children()

    def _serve(self, environment: dict[str, str]) -> int:
        say("Preparing the demo")
        if not run_to_the_end(["prepare_demo"], environment, lambda: self.stopping):
            return 0 if self.stopping else 1
        self._start("web", gunicorn(self.host, self.port), environment)
        self._wait_until_it_serves()
        self._start("worker", celery("worker", "--concurrency=2", "--without-gossip", "--without-mingle"), environment)
        self._start("beat", celery("beat", f"--schedule={self.folder / 'beat-schedule'}"), environment)
        if not self.stopping:
            run_to_the_end(["demo_screen", "--port", str(self.port)], environment, lambda: self.stopping)
            say(f"Logs: {self.logs}")
        while not self.stopping:
            self._watch(environment)
            time.sleep(0.3)
        return 0

    def _start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        if self.stopping:
            return
        child = Child(name, command, self.logs / f"{name}.log")
        child.start(environment)
        self.children.append(child)
        self._remember()

    def _watch(self, environment: dict[str, str]) -> None:
        for child in self.children:
            if self.stopping or child.process is None or child.process.poll() is None:
                continue
            if child.dies_too_often():
                raise embedded.CannotStart(f"The {child.name} keeps ending. The end of {child.log}:\n{child.end_of_log()}")
            say(f"The {child.name} ended and is started again; see {child.log}")
            time.sleep(len(child.deaths) - 1)
            child.start(environment)
            self._remember()

    def _wait_until_it_serves(self) -> None:
        address = f"http://{self.host}:{self.port}/health/ready"
        deadline = time.monotonic() + READY_SECONDS
        web = self.children[0]
        while time.monotonic() < deadline and not self.stopping:
            if web.process is not None and web.process.poll() is not None:
                break
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- our own address
                return
            time.sleep(0.1)
        if not self.stopping:
            raise embedded.CannotStart(f"The web server does not answer. The end of {web.log}:\n{web.end_of_log()}")

    def _remember(self) -> None:
        pids = [child.process.pid for child in self.children if child.process]
        (self.folder / "children.json").write_text(json.dumps(pids))

    def _stop_children(self) -> None:
        for child in reversed(self.children):
            if child.process is not None:
                embedded.end(child.process)
        (self.folder / "children.json").unlink(missing_ok=True)

    def _ask_to_stop(self, *_: object) -> None:
        if not self.stopping:
            say("Stopping")
        self.stopping = True


def servers_that_are_needed(folder: Path) -> embedded.Servers:
    """Start what no address was given for. Raises CannotStart."""
    if os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_OWNER_URL"):
        raise embedded.CannotStart("DATABASE_URL is set but DATABASE_OWNER_URL is not; the demo migrates as the owner.")
    stop_what_a_killed_run_left(folder)
    return embedded.start(
        folder, postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL")
    )


def child_environment(folder: Path, servers: embedded.Servers, port: int) -> dict[str, str]:
    """What web, worker and beat are told: the servers' addresses, the mode, and how far the clock stands off."""
    return {
        **os.environ,
        "ENVIRONMENT": "demo",
        **servers.environment(),
        "DEMO_DIR": str(folder),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "CLOCK_OFFSET_SECONDS": str(clock_offset_seconds(folder)),
    }


def clock_offset_seconds(folder: Path) -> int:
    """The demo's clock stands on its day at the first start and runs on from there, restarts included."""
    kept = folder / "clock.json"
    if not kept.exists():
        draft = kept.with_suffix(".draft")
        draft.write_text(json.dumps({"stands_on": STANDS_ON, "started_at": datetime.now(timezone.utc).isoformat()}))
        draft.replace(kept)
    told = json.loads(kept.read_text())
    first, started = datetime.fromisoformat(told["stands_on"]), datetime.fromisoformat(told["started_at"])
    return round((first - started).total_seconds())


def stop_what_a_killed_run_left(folder: Path) -> None:
    """End web, worker and beat of a supervisor that was killed; they are known by their command line."""
    kept = folder / "children.json"
    with contextlib.suppress(FileNotFoundError), (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        with contextlib.suppress(FileNotFoundError, ValueError):
            for pid in json.loads(kept.read_text()):
                embedded.end_left(pid, str(CHECKOUT))
            kept.unlink()


def gunicorn(host: str, port: int) -> list[str]:
    return [
        *module("gunicorn"), "--bind", f"{host}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--graceful-timeout", "5", "--preload", "--chdir", str(CHECKOUT), "config.wsgi",
    ]  # fmt: skip


def celery(*arguments: str) -> list[str]:
    return [*module("celery"), "-A", "config.celery", *arguments, "--loglevel=WARNING"]


def module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def run_to_the_end(arguments: Sequence[str], environment: dict[str, str], stopping: object) -> bool:
    """Run one of our commands in the terminal; False where it failed or was stopped."""
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, start_new_session=True)  # noqa: S603 -- our own command
    while process.poll() is None:
        if callable(stopping) and stopping():
            embedded.end(process)
            return False
        time.sleep(0.05)
    return process.returncode == 0


def reset(folder: Path) -> int:
    """Remove the demo's data, if they are ours and nothing runs on them."""
    if not folder.exists():
        say("There is nothing to reset. Start with make demo.")
        return 0
    strangers = {path.name for path in folder.iterdir()} - OURS
    if strangers:
        raise embedded.CannotStart(f"{folder} holds files that the demo did not make ({', '.join(sorted(strangers))}).")
    stop_what_a_killed_run_left(folder)
    embedded.stop_left_servers(folder)
    shutil.rmtree(folder)
    say("The demo's data are gone. make demo begins again.")
    return 0


OURS = {"beat-schedule", "children.json", "clock.json", "fr", "lock", "logs", "postgres", "redis", "servers.json"}


def shell(folder: Path) -> int:
    """A shell on the demo's data: on the running servers, or on servers started for it."""
    try:
        servers = servers_that_are_needed(folder)
    except embedded.CannotStart:
        servers = embedded.attach(folder)
    with servers:
        environment = child_environment(folder, servers, 8000)
        return subprocess.call([sys.executable, str(CHECKOUT / "manage.py"), "shell"], cwd=CHECKOUT, env=environment)  # noqa: S603 -- our own command


def _refuse_a_port_in_use(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise embedded.CannotStart(
                f"Port {port} is in use. Stop what uses it, or choose another: make demo PORT={port + 1}"
            ) from None


def say(line: str) -> None:
    print(f"  {line}", flush=True)


def main(arguments: Sequence[str]) -> int:
    folder = Path(os.environ.get("DEMO_DIR") or CHECKOUT / ".demo").resolve()
    what = arguments[0] if arguments else "demo"
    try:
        if what == "reset":
            return reset(folder)
        if what == "shell":
            return shell(folder)
        return Supervisor(folder, os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT") or 8000)).run()
    except embedded.CannotStart as reason:
        print(f"\n  {reason}\n", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
