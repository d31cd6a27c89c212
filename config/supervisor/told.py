"""What the demo is told by its environment, and what its children are told: addresses, mode, and how far the clock stands off."""

import errno
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from config import embedded

CHECKOUT = Path(__file__).resolve().parents[2]
STANDS_ON = "2026-11-23T08:00:00+00:00"
"""The day on which the rehearsal ends; the demo's clock stands there when it first starts."""
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the demo keeps its files, where it serves, and which servers it must bring itself."""

    folder: Path
    host: str
    port: int
    postgres: bool
    redis: bool

    @property
    def address(self) -> tuple[str, int]:
        """Where to ask whether it serves; a server for all addresses is asked on this machine's own."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port  # noqa: S104 -- a question


def read(variables: Mapping[str, str]) -> Wanted:
    """Read DEMO_DIR, HOST, PORT and the servers' addresses. Raises CannotStart, which names what does not fit."""
    _refuse_other_modes(variables)
    _refuse_half_a_database(variables)
    return Wanted(
        folder=folder(variables),
        host=variables.get("HOST") or "127.0.0.1",
        port=_port(variables.get("PORT") or "8000"),
        postgres=not variables.get("DATABASE_URL"),
        redis=not variables.get("REDIS_URL"),
    )


def folder(variables: Mapping[str, str]) -> Path:
    return Path(variables.get("DEMO_DIR") or CHECKOUT / ".demo").resolve()


def for_children(wanted: Wanted, servers: Mapping[str, str]) -> dict[str, str]:
    """The environment of our commands; web, worker and beat have it without the owner of the database."""
    return {
        **os.environ,
        **servers,
        "ENVIRONMENT": "demo",
        "DEMO_DIR": str(wanted.folder),
        "PORT": str(wanted.port),
        "CLOCK_OFFSET_SECONDS": str(clock_offset_seconds(wanted.folder, at=datetime.now(timezone.utc))),
        "PYTHONUNBUFFERED": "1",
    }


def clock_offset_seconds(folder: Path, *, at: datetime) -> int:
    """By how much the demo's clock stands off: it stood on its day at the first start and runs on, restarts included."""
    kept = folder / "clock.json"
    if not kept.exists():
        draft = kept.with_suffix(".draft")
        draft.write_text(json.dumps({"stands_on": STANDS_ON, "started_at": at.isoformat()}))
        draft.replace(kept)
    try:
        told = json.loads(kept.read_text())
        first, started = (datetime.fromisoformat(told[name]) for name in ("stands_on", "started_at"))
        return round((first - started).total_seconds())
    except (ValueError, KeyError, TypeError):
        raise embedded.CannotStart(f"{kept} cannot be read. Begin again: make demo-reset") from None


def refuse_a_port_in_use(wanted: Wanted) -> None:
    """Try the port before anything starts. Raises CannotStart, which names it and another."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as reason:
        raise embedded.CannotStart(_why_not(wanted, reason)) from None


def _why_not(wanted: Wanted, reason: OSError) -> str:
    if reason.errno == errno.EADDRINUSE:
        other = wanted.port + 1 if wanted.port < LAST_PORT else 8001
        return f"Port {wanted.port} is in use. Stop the program that uses it, or take another: make demo PORT={other}"
    if reason.errno == errno.EACCES:
        return f"Port {wanted.port} may not be used by this user. Take another: make demo PORT=8001"
    return f"The demo cannot serve on HOST={wanted.host} PORT={wanted.port}: {reason.strerror}."


def _port(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and 0 < int(value) <= LAST_PORT):
        raise embedded.CannotStart(f"PORT is {value!r}; it must be a number from 1 to {LAST_PORT}: make demo PORT=8001")
    return int(value)


def _refuse_other_modes(variables: Mapping[str, str]) -> None:
    """Whoever works with production's variables in the shell must not load the rehearsed world there."""
    mode = variables.get("ENVIRONMENT") or "demo"
    if mode != "demo":
        raise embedded.CannotStart(f"ENVIRONMENT is {mode!r}; the demo runs only where it is unset or demo.")


def _refuse_half_a_database(variables: Mapping[str, str]) -> None:
    for given, missing in (("DATABASE_URL", "DATABASE_OWNER_URL"), ("DATABASE_OWNER_URL", "DATABASE_URL")):
        if variables.get(given) and not variables.get(missing):
            raise embedded.CannotStart(
                f"{given} is set and {missing} is not. Set both (the owner migrates, the other serves), or neither."
            )
