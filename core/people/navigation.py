"""The navigation: parts under five heads; a person sees only what she may open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.people import policy
from core.people.models import User


@dataclass(frozen=True, slots=True)
class Item:
    """
    A part of the product. ``also`` names routes at which it counts as the current one.

    ``waiting`` counts what waits for a person there, never what is merely unread.
    """

    head: str
    label: Promise
    route: str
    order: int = 50
    also: tuple[str, ...] = ()
    waiting: Callable[[User], int] | None = None


KNOWN = "_counts_known"


class Link:
    """An item as one person sees it. What waits is counted only where a page shows it, and once."""

    def __init__(self, item: Item, *, current: bool, person: User | None) -> None:
        self.label, self.url, self.current = item.label, reverse(item.route), current
        self._item, self._person = item, person

    @cached_property
    def count(self) -> int:
        counts = self._item.waiting
        if self._person is not None and self._item.route in (known := getattr(self._person, KNOWN, {})):
            return int(known[self._item.route])
        return counts(self._person) if counts and self._person else 0


@dataclass(slots=True)
class Group:
    label: Promise
    items: list[Link] = field(default_factory=list)


HEADS: dict[str, Promise] = {
    "fund": _("Fund"),
    "portfolio": _("Portfolio"),
    "accelerator": _("Accelerator"),
    "assurance": _("Assurance"),
    "records": _("Records"),
}
_items: list[Item] = []


def know(person: User, route: str, count: int) -> None:
    """What waits for a person at a route, from a page that has just read it: it is not counted again."""
    setattr(person, KNOWN, getattr(person, KNOWN, {}) | {route: count})


def add(*items: Item) -> None:
    """Called by each package's policy module, beside its rows."""
    _items.extend(items)


def groups(held: frozenset[str], current: str, person: User | None = None) -> list[Group]:
    """What somebody with these roles may open, by head, with the current part marked and what waits for ``person``."""
    table = policy.table()
    result = {head: Group(label) for head, label in HEADS.items()}
    for item in sorted(_items, key=lambda one: one.order):
        if table.opens(item.route, held):
            is_current = current == item.route or current in item.also
            result[item.head].items.append(Link(item, current=is_current, person=person))
    return [group for group in result.values() if group.items]


def first_url(held: frozenset[str]) -> str | None:
    """Where somebody with these roles begins: the first part that she may open. Without a role, nowhere."""
    if not held:
        return None
    for group in groups(held, ""):
        return group.items[0].url
    return None
