"""Starts the throw-away servers before the settings are read. Given addresses are used as they are."""

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


if not os.environ.get("DATABASE_URL"):
    _start()
