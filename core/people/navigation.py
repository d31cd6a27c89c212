"""The navigation: parts under five heads; a person sees only what she may open."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.people import policy


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the product. ``also`` names routes at which it counts as the current one."""

    head: str
    label: Promise
    route: str
    order: int = 50
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    label: Promise
    items: list[dict[str, object]] = field(default_factory=list)


HEADS: dict[str, Promise] = {
    "fund": _("Fund"),
    "portfolio": _("Portfolio"),
    "accelerator": _("Accelerator"),
    "assurance": _("Assurance"),
    "records": _("Records"),
}
_items: list[Item] = []


def add(*items: Item) -> None:
    """Called by each package's policy module, beside its rows."""
    _items.extend(items)


def groups(held: frozenset[str], current: str) -> list[Group]:
    """What somebody with these roles may open, by head, with the current part marked."""
    table = policy.table()
    result = {head: Group(label) for head, label in HEADS.items()}
    for item in sorted(_items, key=lambda one: one.order):
        if table.opens(item.route, held):
            result[item.head].items.append(
                {
                    "label": item.label,
                    "url": reverse(item.route),
                    "current": current == item.route or current in item.also,
                    "count": 0,
                }
            )
    return [group for group in result.values() if group.items]


def first_url(held: frozenset[str]) -> str | None:
    """Where somebody with these roles begins: the first part that she may open. Without a role, nowhere."""
    if not held:
        return None
    for group in groups(held, ""):
        return str(group.items[0]["url"])
    return None
