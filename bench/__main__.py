"""``make bench``: small in about a minute, FULL=1 for the larger sizes. Servers are throw-away ones on sockets."""

import atexit
import logging
import os
import sys
import tempfile
from pathlib import Path

FULL = bool(os.environ.get("FULL"))


def main(only: list[str]) -> int:
    """Run the rows that were asked for, all of them by default."""
    _start_servers()
    from bench.rows import books, pages, pool, xirr  # noqa: PLC0415 -- they read the settings

    rows = {
        "xirr": lambda: [xirr.measure(row) for row in xirr.rows(100_000 if FULL else 10_000)],
        "books": lambda: books.lines(full=FULL),
        "pages": lambda: pages.lines(full=FULL),
        "pool": lambda: pool.lines(full=FULL),
    }
    for name, lines in rows.items():
        if not only or name in only:
            for line in lines():
                sys.stdout.write(f"{name}: {line}\n")
                sys.stdout.flush()
    return 0


def _start_servers() -> None:
    """A database of our own, migrated, before the settings are read."""
    from config import embedded  # noqa: PLC0415 -- started before the settings are read

    os.environ["ENVIRONMENT"] = "demo"
    folder = tempfile.TemporaryDirectory(prefix="fund-bench-")
    servers = embedded.start(Path(folder.name), durable=True)
    atexit.register(folder.cleanup)
    atexit.register(servers.stop)
    os.environ.update(servers.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 -- after the addresses are set
    from django.core.management import call_command  # noqa: PLC0415 -- after the addresses are set

    django.setup()
    logging.disable(logging.CRITICAL)  # a line a request would be timed with it
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
