"""What can be decided, told by the businesses, which keep it: who is entitled, and what takes effect on adoption."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.functional import Promise

from core.people.models import User
from core.people.roles import Permission

Terms = Mapping[str, str]
"""What the effect is made of, as plain words; part of the text, and of its digest."""


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What was adopted, as its effect gets it. ``source`` names it in the books, ``on`` is its day in the fund's zone; the
    system acts on its authority, at the moment ``at`` which is when that becomes known.
    """

    public_id: str
    scope: str
    terms: Terms
    effective_at: datetime
    on: date
    source: str
    is_illustrative: bool
    by: User
    at: datetime


def no_fields(_scope: str) -> dict[str, forms.Field]:
    """Of a kind whose text says everything."""
    return {}


def nothing_told(_scope: str, _terms: Terms) -> list[tuple[str, str]]:
    return []


def nothing_to_check(_scope: str, _terms: Terms, _on: date) -> None:
    """A text alone can always take effect."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    ``scopes`` are the funds or programmes of this kind by public id with their names, ``entitled`` the codes of the Allies
    that take part on the day of a moment, as known then. ``fields`` ask for the terms, ``told`` says them in words, and ``check`` refuses, with the error
    of the service behind it, what could not take effect. ``take_effect`` is called once for an adoption, in the transaction
    that books it, and answers with the public id of what it made; None where the text alone is decided.
    """

    code: str
    label: Promise
    circulate: Permission
    read: Permission
    zone: str
    calendar: str
    scopes: Callable[[], Iterable[tuple[str, str]]]
    entitled: Callable[[str, datetime], list[str]]
    fields: Callable[[str], dict[str, forms.Field]] = no_fields
    told: Callable[[str, Terms], list[tuple[str, str]]] = nothing_told
    check: Callable[[str, Terms, date], None] = nothing_to_check
    take_effect: Callable[[Decision], str] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Say who keeps the decisions of one kind."""
    _kinds[kind.code] = kind


def find(code: str) -> Kind | None:
    return _kinds.get(code)


def every() -> list[Kind]:
    return [_kinds[code] for code in sorted(_kinds)]


def label(code: str) -> str:
    return str(_kinds[code].label) if code in _kinds else code


def scope_name(code: str, scope: str) -> str:
    """The fund or programme by its name."""
    return dict(_kinds[code].scopes()).get(scope, scope) if code in _kinds else scope


def plain(given: Mapping[str, object]) -> dict[str, str]:
    """What a form gave, as terms: amounts and days as they stand."""
    return {name: _plain(value) for name, value in given.items()}


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
