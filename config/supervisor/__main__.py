"""`python -m config.supervisor demo|shell|reset|test-servers`, as the Makefile calls it."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config import embedded
from config.supervisor import demo, reset, shell, told
from config.supervisor.terminal import Wish, complain, say


def main(arguments: Sequence[str]) -> int:
    command = COMMANDS.get(arguments[0] if arguments else "demo")
    if command is None:
        complain(f"There is no command {arguments[0]!r}: it can be {', '.join(COMMANDS)}.")
        return 2
    wish = Wish()
    wish.listen()
    try:
        return command(wish)
    except embedded.CannotStart as reason:
        complain(str(reason))
        return 1


def _demo(wish: Wish) -> int:
    return demo.run(told.read(os.environ), wish)


def _shell(_wish: Wish) -> int:
    return shell.run(told.read(os.environ))


def _reset(_wish: Wish) -> int:
    return reset.run(told.folder(os.environ))


def _test_servers(wish: Wish) -> int:
    """Throw-away servers to run several test commands against; prints what to export."""
    with (
        tempfile.TemporaryDirectory(prefix="fund-servers-") as folder,
        embedded.start(Path(folder), durable=False) as servers,
    ):
        for name, value in servers.environment().items():
            say(f"export {name}='{value}'")
        while not wish.to_stop:
            time.sleep(0.1)
    return 0


COMMANDS: dict[str, Callable[[Wish], int]] = {
    "demo": _demo,
    "shell": _shell,
    "reset": _reset,
    "test-servers": _test_servers,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
