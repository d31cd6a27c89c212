"""What can be done in the background: names of jobs, what each does, and what it is called for people."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from core.jobs.running import Running

Handler = Callable[[Running], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """``run`` is given the running job and may be called any number of times for the same one.

    Where something ``is_awaited`` that nothing but this work brings about, it is never discarded.
    """

    name: str
    label: Promise
    run: Handler
    is_awaited: bool = False


_kinds: dict[str, Kind] = {}


def handles(name: str, label: Promise, *, is_awaited: bool = False) -> Callable[[Handler], Handler]:
    """Say what a job of this name does; stands above a few lines in a part's ``tasks.py``."""

    def remember(run: Handler) -> Handler:
        if name in _kinds:
            raise ValueError(f"the job {name} is declared twice")
        _kinds[name] = Kind(name, label, run, is_awaited)
        return run

    return remember


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def is_awaited(name: str) -> bool:
    kind = _kinds.get(name)
    return kind is not None and kind.is_awaited


def label(name: str) -> str:
    """What the work is called; its name where this release does not know it."""
    kind = _kinds.get(name)
    return str(kind.label) if kind else name
