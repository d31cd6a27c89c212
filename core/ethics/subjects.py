"""What can be reviewed, told by the businesses, which keep it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from core.people.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """``technologies`` decide which principles bear on it. ``address`` is its page, empty where it has none."""

    kind: str
    public_id: str
    organisation_id: int
    name: str
    scope: str
    technologies: tuple[str, ...]
    address: str = ""
    is_illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Keeper:
    """``find`` tells the subjects of some ids, ``all_for`` those that a person may have reviewed."""

    label: Promise
    find: Callable[[Iterable[str]], dict[str, Subject]]
    all_for: Callable[[User], list[Subject]]


_keepers: dict[str, Keeper] = {}


def register(kind: str, keeper: Keeper) -> None:
    """Say who keeps the things of one kind."""
    _keepers[kind] = keeper


def keepers() -> dict[str, Keeper]:
    return dict(_keepers)


def label(kind: str) -> str:
    return str(_keepers[kind].label) if kind in _keepers else kind


def find(ids: Iterable[tuple[str, str]]) -> dict[str, Subject]:
    """Subjects by public id, of (kind, public id), in one query a kind."""
    by_kind: dict[str, set[str]] = {}
    for kind, public_id in ids:
        by_kind.setdefault(kind, set()).add(public_id)
    found: dict[str, Subject] = {}
    for kind, wanted in by_kind.items():
        if kind in _keepers:
            found |= _keepers[kind].find(wanted)
    return found


def all_for(person: User) -> list[Subject]:
    """Everything that the person may open a review of, by name."""
    found = [one for keeper in _keepers.values() for one in keeper.all_for(person)]
    return sorted(found, key=lambda one: (one.name, one.public_id))
