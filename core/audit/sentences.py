"""What happened, as a sentence in the reader's language. A key or a kind that nobody knows any more never fails."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.audit import kinds, labels
from core.audit.models import AuditEvent
from core.audit.services import BrokenLink

Names = Mapping[str, str]
"""Names by public id, as far as they are known."""

BLANK = re.compile(r"(?:\b(?P<before>de|que) )?\{(?P<name>[a-z_]+)\}")
"""With the French word before it that loses its vowel before another: d’Estonie, qu’Ana."""
VOWELS = tuple("aeiouàâäéèêëîïôöùûüAEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜ")
MISSING, MINUS = "–", "−"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DECIMAL = re.compile(r"-?\d{1,20}\.\d{2,20}")
REASONS: dict[str, Promise] = {
    "missing": _("The event is missing."),
    "not joined to the link before": _("The event is not joined to the one before it."),
    "changed after it was written": _("The event was changed after it was written."),
    "the chain has lost its head": _("The chain has lost its head."),
    "does not match the head of the chain": _("The last event does not match the head of the chain."),
}
_wordings: dict[str, Callable[[str], str]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an event: what it was and what it became. Without words of its own it is known by its code."""

    label: str
    before: str
    after: str
    is_in_words: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One event for people. ``digest`` stands in groups of eight."""

    event: AuditEvent
    sentence: str
    actor: str
    subject: str
    changes: list[Change]
    digest: str


def word(key: str, wording: Callable[[str], str]) -> None:
    """Tell how the values of one key read, such as the slug of a role; for the parts that know."""
    _wordings[key] = wording


def ids_in(events: list[AuditEvent]) -> set[str]:
    """Every id whose name a telling of these events could use."""
    found: set[str] = set()
    for event in events:
        found |= {event.actor, event.subject, event.chain}
        found |= {value for value in _values(event) if isinstance(value, str)}
    return found


def tell(event: AuditEvent, names: Names) -> Told:
    changes = [_change(key, event, names) for key in dict.fromkeys([*event.before, *event.after])]
    return Told(
        event,
        sentence(event, names),
        names.get(event.actor, event.actor),
        names.get(event.subject, event.subject),
        changes,
        in_groups(event.digest),
    )


def sentence(event: AuditEvent, names: Names) -> str:
    """The sentence of the event's kind with its words filled in; a blank that nothing fills becomes an ellipsis."""
    kind = kinds.known().get(event.kind)
    pattern = str(kind.sentence) if kind else _now("{actor} did “{kind}” to {subject}.")
    words = {"kind": event.kind}
    words |= {key: _in_words(key, value, names) for key, value in (event.before | event.after).items()}
    words |= {"actor": names.get(event.actor, event.actor), "subject": names.get(event.subject, event.subject)}
    return BLANK.sub(lambda blank: _filled(blank, words.get(blank["name"], "…")), pattern)


def kind_label(code: str) -> str:
    """A kind of event for a list of choices: its sentence with the blanks left open."""
    kind = kinds.known().get(code)
    return BLANK.sub(lambda blank: _filled(blank, "…"), str(kind.sentence)) if kind else code


def reason(broken: BrokenLink) -> str:
    return str(REASONS.get(broken.reason, broken.reason))


def in_groups(digest: str) -> str:
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _filled(blank: re.Match[str], word: str) -> str:
    if not (before := blank["before"]):
        return word
    return f"{before[:-1]}’{word}" if word.startswith(VOWELS) else f"{before} {word}"


def _change(key: str, event: AuditEvent, names: Names) -> Change:
    before = _in_words(key, event.before[key], names) if key in event.before else ""
    after = _in_words(key, event.after[key], names) if key in event.after else ""
    return Change(str(labels.LABELS.get(key, key)), before, after, key in labels.LABELS)


def _in_words(key: str, value: Any, names: Names) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if isinstance(value, list):
        return ", ".join(_in_words(key, one, names) for one in value)
    text = str(value)
    if key in _wordings:
        return _wordings[key](text)
    return names[text] if text in names else _in_form(text)


def _in_form(text: str) -> str:
    """An amount, a rate or a day as the language writes it; everything else as it is."""
    if DECIMAL.fullmatch(text):
        return formats.number_format(Decimal(text), force_grouping=True).replace("-", MINUS)
    return formats.date_format(date.fromisoformat(text)) if DAY.fullmatch(text) else text


def _values(event: AuditEvent) -> list[Any]:
    return [*event.before.values(), *event.after.values()]
