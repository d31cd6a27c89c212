"""Starts the throw-away servers before the settings are read. Given addresses are used as they are.

Where the suite is shared out among processes, each has servers of its own: a queue that one empties is nobody else's.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["ENVIRONMENT"] = "test"
IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30


def _start() -> None:
    """The servers, and a folder for the documents that tests upload."""
    from config import embedded

    folder = tempfile.TemporaryDirectory(prefix="fund-test-", dir=_where())
    servers = embedded.start(Path(folder.name), durable=False)
    os.environ.update(servers.environment())
    os.environ["DOCUMENTS_FOLDER"] = str(Path(folder.name) / "documents")
    atexit.register(folder.cleanup)
    atexit.register(servers.stop)


def _where() -> Path | None:
    """In memory, if there is room: what is thrown away need not reach a disk. Emptying tables takes a sixth less there."""
    has_room = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ROOM
    return IN_MEMORY if has_room else None


if not os.environ.get("DATABASE_URL") or os.environ.get("THROW_AWAY_SERVERS"):
    os.environ["THROW_AWAY_SERVERS"] = "yes"
    _start()
