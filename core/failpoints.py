"""Named points at which a test may raise or pause; inert otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_installed: dict[str, Callable[[], None]] = {}


def reach(name: str) -> None:
    """Do what a test installed at ``name``; nothing when none did."""
    if action := _installed.get(name):
        action()


@contextmanager
def installed(name: str, action: Callable[[], None]) -> Iterator[None]:
    """Install ``action`` at ``name`` for the length of a test."""
    _installed[name] = action
    try:
        yield
    finally:
        del _installed[name]
