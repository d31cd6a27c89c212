"""Who may answer a call: each of its rules, asked of a nation and a day, with the answer in words (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.web import alphabet, numerals


@dataclass(frozen=True, slots=True)
class Rules:
    """``nations`` are those whose start-ups may apply, by code with their names; days are inclusive, None where any day will do."""

    nations: dict[str, str]
    founded_from: date | None
    founded_until: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule, and whether what was said keeps it."""

    rule: str
    is_kept: bool


def stated(rules: Rules) -> list[str]:
    """The rules as the call states them, in the reader's language."""
    return [verdict.rule for verdict in verdicts(rules, nation="", founded_on=None)]


def verdicts(rules: Rules, *, nation: str, founded_on: date | None) -> list[Verdict]:
    """Every rule of a call with whether it is kept. A day that was not said keeps no rule about it."""
    found = [Verdict(_in_words(rules.nations), nation in rules.nations)]
    if rules.founded_from is not None:
        words = {"day": numerals.day(rules.founded_from)}
        kept = founded_on is not None and founded_on >= rules.founded_from
        found.append(Verdict(_("It was founded on %(day)s or later.") % words, kept))
    if rules.founded_until is not None:
        words = {"day": numerals.day(rules.founded_until)}
        kept = founded_on is not None and founded_on <= rules.founded_until
        found.append(Verdict(_("It was founded on %(day)s or earlier.") % words, kept))
    return found


def _in_words(nations: dict[str, str]) -> str:
    names: Sequence[str] = sorted(nations.values(), key=alphabet.key)
    return _("The head office is in one of these nations: %(nations)s.") % {"nations": ", ".join(names)}
