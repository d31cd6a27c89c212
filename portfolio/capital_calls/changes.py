"""What differs between two versions of a call, in words: field by field, line by line, Ally by Ally."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.nations.models import Nation
from core.web import numerals
from portfolio.capital_calls import words
from portfolio.investments import queries as investments

Content = Mapping[str, Any]
"""See ``queries.signed_content``."""
Part = tuple[Decimal, Decimal]
ZERO = Decimal(0)
Split = Sequence[Sequence[str]]
"""See ``splitting.stated``."""
PARTS: tuple[Promise, ...] = (_("purpose"), _("text"), _("amount"), _("uses up commitment"), _("company"))
"""What a purpose line says, in the order of ``signed_content``."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShareChange(Change):
    """What one Ally bears; ``size`` is by how much it differs."""

    size: Decimal


def between(before: Content, after: Content) -> tuple[Change, ...]:
    """Every field that differs; an empty result where both say the same. One query where the split differs."""
    found = [_field(name, before[name], after[name]) for name in ("due_on", "memo") if before[name] != after[name]]
    old, new = _with_names(before["lines"], after["lines"])
    for number in range(max(len(old), len(new))):
        found += _line(number + 1, old[number : number + 1], new[number : number + 1])
    if "split" in after and before.get("split") != after["split"]:
        found += _shares(before.get("split", ()), after["split"])
    return tuple(found)


def _with_names(*versions: list[list[Any]]) -> list[list[list[Any]]]:
    """The lines of each version with what the company is called in the last place, which is empty where none is named."""
    ids = {line[4] for lines in versions for line in lines if len(line) > len(PARTS) - 1}
    names = investments.names(ids) if ids else {}
    return [[[*line[:4], *(names.get(one, one) for one in line[4:] or [""])] for line in lines] for lines in versions]


def told(before: Split, after: Split, *, at_most: int) -> str:
    """The Allies whose part differs, each from what to what: the largest differences, and how many there are besides."""
    found = sorted(_shares(before, after), key=lambda one: one.size, reverse=True)
    said = [
        _now("%(ally)s from %(before)s to %(after)s") % {"ally": one.label, "before": one.before, "after": one.after}
        for one in found[:at_most]
    ]
    if others := len(found) - len(said):
        said.append(ngettext("%(count)s other", "%(count)s others", others) % {"count": others})
    return "; ".join(said)


def _shares(before: Split, after: Split) -> list[ShareChange]:
    """Each Ally whose part differs, by name; who bears nothing has no amount."""
    old, new = ({code: (Decimal(amount), Decimal(inside)) for code, amount, inside in one} for one in (before, after))
    codes = [code for code in old | new if old.get(code) != new.get(code)]
    names = {code: nation.name for code, nation in Nation.objects.in_bulk(codes).items()}
    found = (_share(names[code], old.get(code), new.get(code)) for code in codes)
    return sorted(found, key=lambda one: one.label)


def _share(ally: str, old: Part | None, new: Part | None) -> ShareChange:
    """In all; inside commitment where that alone differs."""
    place = 1 if old and new and old[0] == new[0] else 0
    label = _now("%(ally)s, inside commitment") % {"ally": ally} if place else ally
    before, after = (one[place] if one else None for one in (old, new))
    size = abs((after or ZERO) - (before or ZERO))
    return ShareChange(label, _amount(before), _amount(after), size)


def _amount(amount: Decimal | None) -> str:
    return numerals.MISSING if amount is None else numerals.plain(amount, 2)


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
    purpose, text, amount, inside, company = line
    return [
        str(words.PURPOSES[purpose]),
        _text(text),
        numerals.plain(Decimal(amount), 2),
        _now("yes") if inside else _now("no"),
        _text(company),
    ]


def _text(text: str) -> str:
    return text or numerals.MISSING


def _day(text: str) -> str:
    return numerals.day(date.fromisoformat(text))
