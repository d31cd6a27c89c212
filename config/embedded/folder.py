"""The folder that servers keep their files in: held by one process at a time, private, with short ways to its sockets."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from config.embedded.processes import CannotStart

LONGEST_SOCKET = 100
"""Bytes of a socket's path: the kernel takes 104 on macOS and 108 on Linux, with the closing zero."""
PREFIX = "fund-"
"""Begins the name of every folder that we make under the temporary folder."""


@dataclass
class Hold:
    """A folder while it is ours. The kernel lets go of it when the process ends, however it ends."""

    folder: Path
    what: str
    lock: IO[str]
    temporary: list[Path] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)

    def tell(self, environment: Mapping[str, str]) -> None:
        """Leave word of who runs here and how the servers are reached, for those who come second."""
        self.lock.seek(0)
        self.lock.truncate()
        json.dump({"pid": os.getpid(), "what": self.what, "environment": dict(environment)}, self.lock)
        self.lock.flush()

    def logs(self) -> Path:
        return self.folder / "logs"

    def elsewhere(self, *, within: Path | None = None, mode: int = 0o700) -> Path:
        """A new folder of ours under the temporary folder, removed on release or by the next start."""
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=within))
        made.chmod(mode)
        self.temporary.append(made)
        (self.folder / "temporary.json").write_text(json.dumps([str(path) for path in self.temporary]))
        return made

    def short(self, folder: Path, socket: str) -> Path:
        """A way to ``folder`` by which ``socket`` in it can be connected to: itself, or a link in a short place."""
        if len(os.fsencode(folder / socket)) <= LONGEST_SOCKET:
            return folder
        usual = tempfile.gettempdir()
        within = usual if len(os.fsencode(usual)) < LONGEST_SOCKET // 2 else "/tmp"  # noqa: S108 -- mkdtemp makes it private
        way = self.elsewhere(within=Path(within)) / folder.name
        way.symlink_to(folder)
        return way

    def opened(self, folder: Path) -> int:
        """A descriptor of ``folder``, kept until release, for a child that may not walk there."""
        self.descriptors.append(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
        return self.descriptors[-1]

    def release(self) -> None:
        if self.lock.closed:
            return
        while self.descriptors:
            os.close(self.descriptors.pop())
        remove_temporary(self.folder)
        self.temporary.clear()
        self.lock.close()


def hold(folder: Path, *, what: str) -> Hold:
    """Take ``folder`` for this process. Raises CannotStart, which says in a sentence who has it and how to stop it."""
    folder = folder.resolve()
    _make_private(folder)
    lock = (folder / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart(_who_has(folder)) from None
    held = Hold(folder, what, lock)
    held.tell({})
    remove_temporary(folder)
    return held


def holder(folder: Path) -> dict[str, Any] | None:
    """Who holds ``folder`` now: pid, what it runs, and its servers' environment; None where nobody does."""
    try:
        with (folder / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                found: dict[str, Any] = json.load(lock)
                return found
    except (OSError, ValueError):
        return None
    return None


def is_ours(folder: Path) -> bool:
    """Whether this product made ``folder``: it left its word in the lock file."""
    try:
        return "what" in json.loads((folder / "lock").read_text())
    except (OSError, ValueError, TypeError):
        return False


def remove_temporary(folder: Path) -> None:
    """Remove what an earlier hold made under the temporary folder, where it is still ours."""
    record = folder / "temporary.json"
    with contextlib.suppress(OSError, ValueError):
        for path in map(Path, json.loads(record.read_text())):
            with contextlib.suppress(OSError):
                if path.name.startswith(PREFIX) and path.lstat().st_uid == os.geteuid():
                    shutil.rmtree(path)
        record.unlink()


def _who_has(folder: Path) -> str:
    found = holder(folder) or {}
    pid, what = found.get("pid", "unknown"), found.get("what", "another command")
    return f"{folder} is in use by {what}, process {pid}. Stop it with Ctrl-C in its terminal, or with: kill {pid}"


def _make_private(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if folder.stat().st_uid != os.geteuid():
        raise CannotStart(
            f"{folder} belongs to another user (number {folder.stat().st_uid}). "
            "Run as that user, or set DEMO_DIR to a folder of your own."
        )
