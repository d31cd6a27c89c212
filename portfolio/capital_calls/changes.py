"""What differs between two versions of a call, in words: field by field, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.web import numerals
from portfolio.capital_calls import words

Content = Mapping[str, Any]
"""See ``queries.signed_content``."""
PARTS: tuple[Promise, ...] = (_("purpose"), _("text"), _("amount"), _("uses up commitment"))
"""What a purpose line says, in the order of ``signed_content``."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became."""

    label: str
    before: str
    after: str


def between(before: Content, after: Content) -> tuple[Change, ...]:
    """Every field that differs; an empty result where both say the same."""
    found = [_field(name, before[name], after[name]) for name in ("due_on", "memo") if before[name] != after[name]]
    old, new = before["lines"], after["lines"]
    for number in range(max(len(old), len(new))):
        found += _line(number + 1, old[number : number + 1], new[number : number + 1])
    return tuple(found)


def _field(name: str, before: str, after: str) -> Change:
    label = str(words.FIELDS[name])
    say = _day if name == "due_on" else _text
    return Change(label[:1].upper() + label[1:], say(before), say(after))


def _line(number: int, old: list[list[Any]], new: list[list[Any]]) -> list[Change]:
    label = _now("Line %(number)s") % {"number": number}
    if not old or not new:
        return [Change(label, _whole(old), _whole(new))]
    told = zip(PARTS, _said(old[0]), _said(new[0]), strict=True)
    return [Change(f"{label}, {part}", before, after) for part, before, after in told if before != after]


def _whole(line: list[list[Any]]) -> str:
    """A line that was added or taken out, as one text."""
    return ", ".join(_said(line[0])[:3]) if line else numerals.MISSING


def _said(line: list[Any]) -> list[str]:
    purpose, text, amount, inside = line
    return [
        str(words.PURPOSES[purpose]),
        _text(text),
        numerals.plain(Decimal(amount), 2),
        _now("yes") if inside else _now("no"),
    ]


def _text(text: str) -> str:
    return text or numerals.MISSING


def _day(text: str) -> str:
    return numerals.day(date.fromisoformat(text))
