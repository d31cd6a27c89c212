"""What an answer is: cleaned as it was typed, counted, read and shown, and what is still to correct in it."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accelerator.challenges.models import CallQuestion
from core.web import fields, numerals

Kind = CallQuestion.Kind
IN_WORDS = frozenset({Kind.SHORT, Kind.LONG})
LONGEST: dict[str, int] = {Kind.SHORT: 4_000, Kind.LONG: 40_000}
"""Letters of an answer that are kept at all, far beyond what its limit of words needs."""
LONGEST_OTHER = 200
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
ROUND_BULLET = "\u2022"
BULLETS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf076\uf0d8\uf0fc", ROUND_BULLET))
"""What word processors paste for bullets stands in a range for private use, which no other machine shows."""
BREAKS = str.maketrans(dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"))
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
UNREAD: dict[str, Promise] = {
    Kind.CHOICE: _("Choose one of the values offered."),
    Kind.NATION: _("Choose a nation of the list."),
    Kind.DAY: _("Write the day like 2026-09-30."),
    Kind.MONEY: _("Write an amount, such as 1234.56."),
    Kind.NUMBER: _("Write a number, such as 1234.56."),
}
_NUMBER = fields.Amount(max_digits=24, decimal_places=6)
_MONEY = fields.Amount(max_digits=20, decimal_places=2, min_value=Decimal(0))


def cleaned(text: str) -> str:
    r"""
    As it was typed or pasted, without what nobody sees.

    Line ends are ``\n``, letters are composed (NFC), bullets of word processors are bullets, marks that turn the direction
    of writing and signs without a width are gone. Markup stays text.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = _UNSEEN.sub("", plain.translate(BULLETS | BREAKS))
    return "".join(one for one in seen if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})


def words(text: str) -> int:
    """How many words a text has: runs without a space that hold a letter or a digit. The page counts by the same rule."""
    return sum(any(unicodedata.category(sign)[0] in "LN" for sign in run) for run in text.split())


def canonical(kind: str, text: str) -> str:
    """What is kept of an answer: a number or an amount with a point, where it is one in the language that is active; all else as it is."""
    plain = cleaned(text)
    if kind in IN_WORDS:
        return plain.strip("\n") if plain.strip() else ""
    plain = " ".join(plain.split())
    if kind not in (Kind.NUMBER, Kind.MONEY) or not plain:
        return plain
    try:
        found = (_MONEY if kind == Kind.MONEY else _NUMBER).clean(plain)
    except ValidationError:
        return plain
    return f"{found:f}"


def fits(kind: str, text: str) -> bool:
    """Whether it can be kept at all; what is longer was not typed by a person."""
    return len(text) <= LONGEST.get(kind, LONGEST_OTHER)


def problem(question: CallQuestion, text: str, nations: Mapping[str, str]) -> str:
    """What to correct in an answer that is there, as a remedy; empty where nothing is. ``nations`` may be named, by code."""
    if not text or question.kind == Kind.FILE:
        return ""
    if question.kind in IN_WORDS:
        return _too_long(words(text), question.words_at_most or 0)
    if not _is_read(question, text, nations):
        return str(UNREAD[question.kind])
    return "" if _is_within(question, text) else _now("Keep to the bounds: %(bounds)s.") % {"bounds": question.bounds}


def missing(question: CallQuestion) -> str:
    """The remedy for an answer that is not there."""
    named = {"question": str(question)}
    if question.kind in (Kind.CHOICE, Kind.NATION):
        return _now("Choose an answer: %(question)s") % named
    if question.kind == Kind.FILE:
        return _now("Add a file: %(question)s") % named
    return _now("Write an answer: %(question)s") % named


def shown(question: CallQuestion, text: str, nations: Mapping[str, str], currency: str) -> str:
    """An answer in the reader's language; what cannot be read stands as it was typed. ``currency`` is the programme's."""
    if question.kind == Kind.CHOICE and text in _places(question):
        return question.options[int(text)]
    if question.kind == Kind.NATION:
        return nations.get(text, text)
    if question.kind == Kind.DAY and (day := _day(text)):
        return numerals.day(day)
    amount = _decimal(text, question.kind) if question.kind in (Kind.NUMBER, Kind.MONEY) else None
    if amount is None:
        return text
    if question.kind == Kind.MONEY:
        return f"{question.currency_id or currency}{numerals.NBSP}{numerals.plain(amount, 2)}"
    return numerals.as_it_stands(amount)


def _is_read(question: CallQuestion, text: str, nations: Mapping[str, str]) -> bool:
    if question.kind == Kind.CHOICE:
        return text in _places(question)
    if question.kind == Kind.NATION:
        return text in nations
    return (_day(text) if question.kind == Kind.DAY else _decimal(text, question.kind)) is not None


def _is_within(question: CallQuestion, text: str) -> bool:
    """Whether a number lies within its bounds, both inclusive; nothing else has any."""
    number = _decimal(text, question.kind) if question.kind == Kind.NUMBER else None
    if number is None:
        return True
    least, most = question.minimum, question.maximum
    return (least is None or number >= least) and (most is None or number <= most)


def _too_long(count: int, limit: int) -> str:
    if count <= limit:
        return ""
    over = count - limit
    said = ngettext(
        "Shorten the answer by %(over)s word. It has %(count)s, the limit is %(limit)s.",
        "Shorten the answer by %(over)s words. It has %(count)s, the limit is %(limit)s.",
        over,
    )
    return said % {"over": over, "count": count, "limit": limit}


def _places(question: CallQuestion) -> list[str]:
    return [str(place) for place in range(len(question.options_en))]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _decimal(text: str, kind: str) -> Decimal | None:
    """A number, or an amount not below zero to the cent, as it is kept."""
    fit = r"[0-9]{1,18}(\.[0-9]{1,2})?" if kind == Kind.MONEY else r"-?[0-9]{1,18}(\.[0-9]{1,6})?"
    return Decimal(text) if re.fullmatch(fit, text) else None
