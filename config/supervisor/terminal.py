"""What the person at the terminal is told, and what they ask for with Ctrl-C."""

import contextlib
import signal
import sys


class Wish:
    """Whether somebody asked us to stop: Ctrl-C, a closed terminal, or a signal from another program."""

    def __init__(self) -> None:
        self.to_stop = False

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._heard)

    def _heard(self, *_: object) -> None:
        if not self.to_stop:
            self.to_stop = True
            say("Stopping")


def say(line: str) -> None:
    """One line. A terminal that has gone away must not keep us from stopping what runs."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"  {line}\n")
        sys.stdout.flush()


def complain(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"\n  {line}\n\n")
        sys.stderr.flush()
