"""What falls due, told by the parts above, which know: reminders ask them and never keep a copy."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from core.people.roles import Permission


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something open that falls due on a day.

    ``title`` says in the language that is active what it is. ``since`` is the day on which it came to be. ``owners``
    are keys of the people who are reminded from the first step on, ``behind`` of those who are told when it stays
    late. ``scope`` is the fund or programme that it belongs to; whoever holds one of the permissions ``readers`` over
    it may read the plan of it.
    """

    kind: str
    subject: str
    due_on: date
    since: date
    title: Callable[[], str]
    address: str
    scope: str
    readers: frozenset[Permission]
    owners: tuple[int, ...]
    behind: tuple[int, ...] = ()


Ask = Callable[[date, date], Iterable[Obligation]]
"""Asked until which day things fall due, and on which day the people are looked up whom they concern."""


@dataclass(frozen=True, slots=True)
class Source:
    """``open_until`` gives every open obligation that is due on or before a day, in few queries."""

    kind: str
    label: Promise
    open_until: Ask


_sources: dict[str, Source] = {}


def register(kind: str, label: Promise, open_until: Ask) -> None:
    """Say who knows the obligations of one kind."""
    _sources[kind] = Source(kind, label, open_until)


def sources() -> list[Source]:
    return [_sources[kind] for kind in sorted(_sources)]


def label(kind: str) -> str:
    found = _sources.get(kind)
    return str(found.label) if found else kind


def open_until(day: date, *, on: date) -> list[Obligation]:
    """Every open obligation due on or before a day, the earliest first, for the people whom it concerns ``on`` a day."""
    found = [one for source in sources() for one in source.open_until(day, on)]
    return sorted(found, key=lambda one: (one.due_on, one.kind, one.subject))
