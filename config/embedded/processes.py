"""Children of ours: started in a session of their own, asked to stop, ended when they do not; and what a killed run left."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

TAIL_LINES = 12


class CannotStart(Exception):
    """Something cannot start; the message says why and what to do, in a sentence for the terminal."""


@dataclass
class Process:
    """A child with its log. A session of its own keeps Ctrl-C from it until its parent stops it, in order."""

    name: str
    command: Sequence[str]
    log: Path | None
    """Where its words go; None for the terminal."""
    folder: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """As whom it runs and which descriptors it is handed, in the words of subprocess."""
    before: Callable[[], None] = lambda: None
    """What must be done before each start: clear away what an earlier life left."""
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.before()
        try:
            with self._words() as words:
                self.child = self._spawned(words)
        except OSError as reason:
            raise CannotStart(f"{self.name} cannot be started: {reason}") from None

    def _words(self) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        if self.log is None:
            return contextlib.nullcontext()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return self.log.open("ab")

    def _spawned(self, words: IO[bytes] | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own command
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
            **self.arguments,
        )

    def runs(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def ask_to_stop(self) -> None:
        if self.child is not None and self.runs():
            self.child.send_signal(self.stop_signal)

    def stop(self, *, seconds: float) -> None:
        """Stop it and all that it started; what still runs after ``seconds`` is killed."""
        if self.child is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(seconds)
        if self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def end_of_log(self) -> str:
        with contextlib.suppress(OSError):
            return (
                "" if self.log is None else "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
            )
        return ""

    def wait_until(self, answers: Callable[[], bool], *, seconds: float) -> None:
        """Return once it answers. Raises CannotStart with the end of its log where it ends or stays silent."""
        if not until(lambda: not self.runs() or answers(), seconds=seconds) or not self.runs():
            raise CannotStart(f"{self.name} did not start. The end of {self.log}:\n{self.end_of_log()}")


def until(true: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Whether it became true within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def started_at(pid: int) -> str | None:
    """When that process started, in the kernel's own words; None where it is gone or a zombie.

    Together with its number it names a process for good: a number alone is given again.
    """
    if not Path("/proc/self/stat").exists():
        return _ps(pid, "lstart") or None
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def standing_in(folder: Path, *, names: Iterable[str], pid_file: Path) -> list[int]:
    """The servers that stand in ``folder``: live processes of one of these names with their working folder there.

    Where the kernel does not show working folders (macOS) the server's own pid file is believed if the name fits.
    """
    names = tuple(names)
    try:
        place = folder.stat()
    except OSError:
        return []
    if not Path("/proc/self/cwd").exists():
        return _by_pid_file(pid_file, names)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text().strip() in names and os.path.samestat((entry / "cwd").stat(), place):
                found.append(int(entry.name))
    return sorted(found)


def _by_pid_file(pid_file: Path, names: Sequence[str]) -> list[int]:
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        return [pid] if Path(_ps(pid, "comm")).name in names else []
    return []


def _ps(pid: int, column: str) -> str:
    asked = ["ps", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 -- ps of the system


def end_all(find: Callable[[], list[int]], *, first: signal.Signals, seconds: float) -> None:
    """End processes that are no children of ours, gently at first, and return when none is left."""
    for number, patience in ((first, seconds), (signal.SIGKILL, 5.0)):
        for pid in find():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if until(lambda: not find(), seconds=patience, pause=0.05):
            return
    raise CannotStart(f"Processes of an earlier run do not end: {find()}. Stop them and start again.")
