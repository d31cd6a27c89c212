"""What the subject of an account or an entry is called, and where its page is: told by the parts above, which know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """``address`` is empty where the thing has no page of its own."""

    name: str
    address: str = ""


Resolve = Callable[[Iterable[str]], dict[str, Subject]]
_resolvers: dict[str, Resolve] = {}


def register(prefix: str, resolve: Resolve) -> None:
    """Say who knows the things whose public ids begin with ``prefix``."""
    _resolvers[prefix] = resolve


def names(public_ids: Iterable[str]) -> dict[str, Subject]:
    """Each id that somebody knows, in one query a kind of thing."""
    by_prefix: dict[str, set[str]] = {}
    for public_id in public_ids:
        by_prefix.setdefault(public_id.partition("_")[0], set()).add(public_id)
    found: dict[str, Subject] = {}
    for prefix, ids in by_prefix.items():
        if prefix in _resolvers:
            found |= _resolvers[prefix](ids)
    return found
