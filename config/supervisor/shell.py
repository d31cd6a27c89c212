"""`make shell`: a Python shell on the demo's data, on the servers that run or on servers started for it."""

import signal
import subprocess
import sys

from config import embedded
from config.supervisor import children, told


def run(wanted: told.Wanted) -> int:
    """Attach to a running demo where there is one. Raises CannotStart."""
    if running := embedded.holder(wanted.folder):
        return _shell(told.for_children(wanted, running["environment"]))
    with embedded.start(wanted.folder, postgres=wanted.postgres, redis=wanted.redis) as servers:
        environment = told.for_children(wanted, servers.environment())
        _prepare(environment)
        return _shell(environment)


def _prepare(environment: dict[str, str]) -> None:
    prepare = children.command(environment, "prepare_demo")
    prepare.start()
    if prepare.child is not None and prepare.child.wait():
        raise embedded.CannotStart("The demo's data could not be prepared; the reason stands above.")


def _shell(environment: dict[str, str]) -> int:
    """Ctrl-C belongs to the shell: we hear it and go on, and the child starts with the usual handling."""
    signal.signal(signal.SIGINT, lambda *_: None)
    command = [sys.executable, str(told.CHECKOUT / "manage.py"), "shell"]
    return subprocess.call(command, cwd=told.CHECKOUT, env=environment)  # noqa: S603 -- our own command
