"""One demo, from the check of the port to the last server stopped."""

import contextlib
import hashlib
import http.client
import time
from dataclasses import dataclass, field

from config import embedded
from config.supervisor import children, told
from config.supervisor.children import Watched
from config.supervisor.terminal import Wish, say

READY_SECONDS = 120
STOP_SECONDS = 5.0
"""For web, worker and beat together; the servers then take at most five more."""
LOOK_SECONDS = 0.1


@dataclass
class Demo:
    """What runs for one demo, in the order in which it was started."""

    wanted: told.Wanted
    wish: Wish
    servers: embedded.Servers
    watched: list[Watched] = field(default_factory=list)

    def run(self) -> int:
        """Serve until somebody asks to stop. Raises CannotStart."""
        self.watched = [Watched(process) for process in self.servers.processes]
        environment = told.for_children(self.wanted, self.servers.environment())
        try:
            return self._serve(environment)
        finally:
            self._stop()

    def _serve(self, environment: dict[str, str]) -> int:
        prepare = children.command(environment, "prepare_demo")
        prepare.start()
        try:
            return self._prepare_and_open(prepare, environment)
        finally:
            prepare.stop(seconds=2)

    def _prepare_and_open(self, prepare: embedded.Process, environment: dict[str, str]) -> int:
        """On data that were prepared before, the web starts beside the check of it; else it waits for the world."""
        mark = self.wanted.folder / "prepared"
        known = _known(self.wanted, environment)
        if not (mark.exists() and mark.read_text() == known):
            say("Preparing the demo (the first time takes about half a minute)")
            if not self._finished(prepare):
                return 0
        self._start(children.web(self.wanted, environment))
        if not self._finished(prepare):
            return 0
        mark.write_text(known)
        if self._until_it_serves():
            self._show(environment)
        while not self.wish.to_stop:
            self._look()
        return 0

    def _finished(self, command: embedded.Process) -> bool:
        """Wait for one of our commands; False where somebody asked to stop. Raises CannotStart where it failed."""
        while command.runs():
            if self.wish.to_stop:
                return False
            self._look()
        if self.wish.to_stop:
            return False
        if command.child is not None and command.child.returncode:
            raise embedded.CannotStart(f"{command.name} failed; what it says stands above.")
        return True

    def _until_it_serves(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self.wish.to_stop:
            if _serves(*self.wanted.address):
                return True
            if time.monotonic() > deadline:
                log = self.watched[-1].process
                raise embedded.CannotStart(f"The web does not answer. The end of {log.log}:\n{log.end_of_log()}")
            self._look()
        return False

    def _show(self, environment: dict[str, str]) -> None:
        """The screen, while worker and beat import what they need."""
        screen = children.command(environment, "demo_screen", "--port", str(self.wanted.port))
        screen.start()
        self._start(children.worker(self.wanted, environment))
        self._start(children.beat(self.wanted, environment))
        if self._finished(screen):
            say(f"Logs of web, worker, beat and servers: {self.wanted.folder / 'logs'}")

    def _start(self, process: embedded.Process) -> None:
        process.start()
        self.watched.append(Watched(process))
        self._remember()

    def _look(self) -> None:
        started = [one.look(at=children.now()) for one in self.watched]
        if any(started):
            self._remember()
        time.sleep(LOOK_SECONDS)

    def _remember(self) -> None:
        children.remember(self.wanted.folder, (one.process for one in self._ours()))

    def _ours(self) -> list[Watched]:
        """Web, worker and beat; the servers are stopped by who started them."""
        return [one for one in self.watched if one.process not in self.servers.processes]

    def _stop(self) -> None:
        ours = [one.process for one in reversed(self._ours())]
        for process in ours:
            process.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in ours:
            process.stop(seconds=max(0.0, deadline - time.monotonic()))
        children.forget(self.wanted.folder)


def run(wanted: told.Wanted, wish: Wish) -> int:
    """Hold the folder, end what a killed run left, try the port, start the servers, serve. Raises CannotStart."""
    held = embedded.hold(wanted.folder, what=f"make demo on port {wanted.port}")
    try:
        if children.end_left(wanted.folder):
            say("Ended what an earlier run had left")
        told.refuse_a_port_in_use(wanted)
        children.turn_logs(held.logs())
        say(_starting(wanted))
        servers = embedded.start(wanted.folder, postgres=wanted.postgres, redis=wanted.redis, held=held)
    except BaseException:
        held.release()
        raise
    with servers:
        return Demo(wanted, wish, servers).run()


def _starting(wanted: told.Wanted) -> str:
    own = [name for name, asked in (("PostgreSQL", wanted.postgres), ("Redis", wanted.redis)) if asked]
    return f"Starting {' and '.join(own)}" if own else "Using the given PostgreSQL and Redis"


def _serves(host: str, port: int) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection(host, port, timeout=2)
        with contextlib.closing(connection):
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
    return False


def _known(wanted: told.Wanted, environment: dict[str, str]) -> str:
    """What the prepared data depend on: whose database it is, and which migrations there are."""
    database = "our own" if wanted.postgres else environment["DATABASE_URL"]
    migrations = sorted(str(path.relative_to(told.CHECKOUT)) for path in told.CHECKOUT.glob("*/migrations/*.py"))
    return hashlib.sha256("\n".join([database, *migrations]).encode()).hexdigest()
