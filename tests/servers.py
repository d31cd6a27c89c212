"""Starts the throw-away servers before the settings are read. Given addresses are used as they are.

Where the suite is shared out among processes, each has servers of its own: a queue that one empties is nobody else's.
"""

import atexit
import os
import tempfile
from pathlib import Path

os.environ["ENVIRONMENT"] = "test"


def _start() -> None:
    from config import embedded

    folder = tempfile.TemporaryDirectory(prefix="fund-test-")
    servers = embedded.start(Path(folder.name), durable=False)
    os.environ.update(servers.environment())
    atexit.register(folder.cleanup)
    atexit.register(servers.stop)


if not os.environ.get("DATABASE_URL") or os.environ.get("THROW_AWAY_SERVERS"):
    os.environ["THROW_AWAY_SERVERS"] = "yes"
    _start()
