"""``make bench``: small in little more than a minute, FULL=1 for the larger sizes. Servers are throw-away ones on sockets.

Each row stands beside its peers, whose results are compared before anything is timed. Peers live in an environment and a
process of their own, ``.venv-bench``. The run fails where ours stays below half of a goal, or an arm gives another result.
``python -m bench xirr books`` runs some groups alone; ``JSON=file`` keeps the lines. The last line says where the time went.
"""

import atexit
import json
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bench import harness
from bench.harness import Line, Verdict
from bench.peering import Peers
from bench.phases import Phases
from bench.rows import timing

if TYPE_CHECKING:
    from bench.harness import Operation
    from bench.rows.fund import Ground

FULL = bool(os.environ.get("FULL"))
ROUNDS = 5 if FULL else 3
ONCE_FROM_SECONDS = 10.0 if FULL else 1.0
"""The asking that compares is the only one of an arm that is as slow; its time stands beside the middle of ours."""
SERIES = 100_000 if FULL else 1_000
PEERS = "peers"
GROUPS = ("xirr", "books", "fund", "valuations", "reminders", "webhooks", "uploads", "interface", "pages", "lists")


def main(only: list[str]) -> int:
    """Run the groups that were asked for, all of them by default; 1 where one is far below its goal."""
    groups = only or list(GROUPS)
    if unknown := set(groups) - set(GROUPS):
        sys.stderr.write(f"there is no {', '.join(sorted(unknown))}: {', '.join(GROUPS)}\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    phases = Phases()
    peers = Peers()
    atexit.register(peers.stop)
    with phases.phase("servers and migrations"):
        _start_servers()
        _begin(groups, peers)
        _migrate()
        _serve(groups)
        peers.wait()
    lines: list[Line] = []
    for operation in _prepared(_operations(groups, peers), phases):
        sys.stderr.write(f"  row {operation.row}: {operation.name}\n")
        with phases.phase("rows"):
            lines += harness.measure(operation, rounds=ROUNDS, judge=FULL, once_from=ONCE_FROM_SECONDS)
    for line in harness.table(lines):
        sys.stdout.write(f"{line}\n")
    is_well = True
    timing.settle()
    with phases.phase("pages"):
        for said, is_within in _pages(groups):
            sys.stdout.write(f"{said}\n")
            is_well = is_well and is_within
    sys.stdout.write(f"{phases.told()}\n")
    if kept := os.environ.get("JSON"):
        Path(kept).write_text(json.dumps([line.as_json() for line in lines], indent=1) + "\n", encoding="utf-8")
    return int(not is_well or any(line.verdict is Verdict.FAR_BELOW for line in lines))


def _prepared(operations: "Iterator[Operation]", phases: Phases) -> "Iterator[Operation]":
    """Each operation, whose ground is laid when it is asked for."""
    while True:
        with phases.phase("preparing rows"):
            operation = next(operations, None)
        if operation is None:
            return
        yield operation


def _serve(groups: list[str]) -> None:
    """The web servers come up while other rows are prepared; in full nothing is timed beside them."""
    from bench.rows import interface  # noqa: PLC0415 -- it reads the settings

    if "interface" in groups:
        started = interface.servers()
        if FULL:
            for one in started:
                one.there()


def _begin(groups: list[str], peers: Peers) -> None:
    """Peers prepare theirs while our tables are made."""
    from bench.rows import books, xirr  # noqa: PLC0415 -- they read the settings

    if peers.are_there and "xirr" in groups:
        xirr.prepare(SERIES, peers)
    if peers.are_there and "books" in groups:
        books.prepare(peers, database=_database_of_peers())


def _operations(groups: list[str], peers: Peers) -> "Iterator[Operation]":
    from bench.rows import (  # noqa: PLC0415 -- they read the settings
        books,
        fund,
        interface,
        reminders,
        uploads,
        valuations,
        webhooks,
        xirr,
    )

    if "xirr" in groups:
        yield from xirr.operations(SERIES, peers)
    if "books" in groups:
        yield from books.operations(peers, full=FULL)
    if "fund" in groups:
        yield from fund.operations(_ground())
    if "valuations" in groups:
        yield from valuations.operations(full=FULL)
    if "reminders" in groups:
        yield from reminders.operations(full=FULL)
    if "webhooks" in groups:
        yield from webhooks.operations(peers, full=FULL)
    if "uploads" in groups:
        yield from uploads.operations(full=FULL)
    if "interface" in groups:
        yield from interface.operations(full=FULL)


def _pages(groups: list[str]) -> Iterator[tuple[str, bool]]:
    from bench.rows import fund, lists, pages  # noqa: PLC0415 -- they read the settings

    if "fund" in groups:
        yield fund.pool_page(_ground(), full=FULL)
    if "pages" in groups:
        yield from pages.lines(full=FULL)
    if "lists" in groups:
        yield from lists.lines(full=FULL)


@cache
def _ground() -> "Ground":
    """The fund that is measured, built once."""
    from bench.rows import fund  # noqa: PLC0415 -- it reads the settings

    return fund.ground(full=FULL)


def _database_of_peers() -> str:
    """An empty database beside ours."""
    from django.db import connections  # noqa: PLC0415 -- after the addresses are set

    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {PEERS}")
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    return urlunsplit(address._replace(path=f"/{PEERS}"))


def _start_servers() -> None:
    """A database of our own, before the settings are read."""
    from config import embedded  # noqa: PLC0415 -- started before the settings are read

    os.environ["ENVIRONMENT"] = "demo"
    folder = tempfile.TemporaryDirectory(prefix="fund-bench-")
    servers = embedded.start(Path(folder.name), durable=True)
    atexit.register(folder.cleanup)
    atexit.register(servers.stop)
    os.environ.update(servers.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 -- after the addresses are set

    django.setup()
    logging.disable(logging.CRITICAL)  # a line a request would be timed with it


def _migrate() -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: PLC0415 -- after the addresses are set
    from django.core.management import call_command  # noqa: PLC0415 -- after the addresses are set

    call_command("migrate", verbosity=0, interactive=False)
    # Nobody signs in by password here, so the demo's people need none that is dear to guess.
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
