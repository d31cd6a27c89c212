"""Web, worker and beat: how they are run, when they are started again, and what a killed supervisor left of them."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from config.embedded import processes
from config.supervisor import told
from config.supervisor.terminal import say

DEATHS_TOO_MANY = 3
DEATHS_WITHIN_SECONDS = 60.0
LARGEST_LOG_BYTES = 2_000_000


@dataclass
class Watched:
    """A process that is started again when it ends, a little later each time, and given up at the third time in a minute."""

    process: processes.Process
    deaths: list[float] = field(default_factory=list)
    due: float | None = None

    def look(self, *, at: float) -> bool:
        """Start it again where that is due; True where it was. ``at`` in seconds of a steady clock. Raises CannotStart."""
        if self.due is None and not self.process.runs():
            self._mourn(at)
        if self.due is None or at < self.due:
            return False
        self.due = None
        self.process.start()
        return True

    def _mourn(self, at: float) -> None:
        self.deaths = [*(death for death in self.deaths if at - death < DEATHS_WITHIN_SECONDS), at]
        name, log = self.process.name, self.process.log
        if len(self.deaths) >= DEATHS_TOO_MANY:
            raise processes.CannotStart(
                f"{name} ended {DEATHS_TOO_MANY} times within a minute. The end of {log}:\n{self.process.end_of_log()}"
            )
        wait_seconds = len(self.deaths) - 1
        self.due = at + wait_seconds
        say(f"{name} ended and is started again{f' in {wait_seconds} s' if wait_seconds else ''}; see {log}")


def web(wanted: told.Wanted, environment: Mapping[str, str]) -> processes.Process:
    """The application is imported once, before the workers are forked."""
    place = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    arguments = [
        *("gunicorn", "config.wsgi", "--bind", f"{place}:{wanted.port}", "--worker-class", "gthread", "--workers", "2"),
        *("--threads", "4", "--preload", "--graceful-timeout", "3", "--no-control-socket"),
    ]
    return _child("Web", "web", arguments, wanted, environment)


def worker(wanted: told.Wanted, environment: Mapping[str, str]) -> processes.Process:
    arguments = ["worker", "--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle"]
    return _child("The worker", "worker", [*_celery(), *arguments], wanted, environment)


def beat(wanted: told.Wanted, environment: Mapping[str, str]) -> processes.Process:
    arguments = ["beat", f"--schedule={wanted.folder / 'beat-schedule'}", "--pidfile="]
    return _child("Beat", "beat", [*_celery(), *arguments], wanted, environment)


def command(environment: Mapping[str, str], *arguments: str) -> processes.Process:
    """One of the product's own commands; its words go to the terminal."""
    command = [sys.executable, str(told.CHECKOUT / "manage.py"), *arguments]
    return processes.Process(f"manage.py {arguments[0]}", command, None, told.CHECKOUT, environment)


def remember(folder: Path, running: Iterable[processes.Process]) -> None:
    """Write down what runs, so that the next start can end it if we are killed."""
    alive = [process.child.pid for process in running if process.child is not None and process.runs()]
    draft = folder / "children.draft"
    draft.write_text(json.dumps([[pid, processes.started_at(pid)] for pid in alive]))
    draft.replace(folder / "children.json")


def forget(folder: Path) -> None:
    (folder / "children.json").unlink(missing_ok=True)


def end_left(folder: Path) -> bool:
    """End what a killed supervisor left; True where there was something. Only for who holds the folder."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        left = [(int(pid), started) for pid, started in json.loads((folder / "children.json").read_text())]
        found = _alive(left)
        processes.end_all(partial(_alive, left), first=signal.SIGTERM, seconds=4)
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        forget(folder)
        return bool(found)
    return False


def turn_logs(folder: Path) -> None:
    """Keep one former log beside the present one where it has grown large."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def now() -> float:
    """Seconds of a clock that only runs forward."""
    return time.monotonic()


def _alive(left: Sequence[tuple[int, str | None]]) -> list[int]:
    return [pid for pid, started in left if started and processes.started_at(pid) == started]


def _child(
    name: str, log: str, arguments: Sequence[str], wanted: told.Wanted, environment: Mapping[str, str]
) -> processes.Process:
    command = [sys.executable, "-m", *arguments]
    served = {variable: value for variable, value in environment.items() if variable != "DATABASE_OWNER_URL"}
    return processes.Process(name, command, wanted.folder / "logs" / f"{log}.log", told.CHECKOUT, served)


def _celery() -> list[str]:
    return ["celery", "-A", "config.celery", "--quiet"]
