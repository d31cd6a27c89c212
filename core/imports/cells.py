"""What one cell says: text as people paste it, days, amounts, numbers, choices. Refusals say what to write instead."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid

FORMULA_STARTS = ("=", "+", "-", "@")
MINUS = "\u2212"
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_DIGITS = 60
MOST_WHOLE_DIGITS = 9
PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
WITH_COMMA = re.compile(r"-?(?<!\d)\d+,\d+", re.ASCII)
AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
GROUPED = {
    "point": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII),
    "comma": re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII),
}
YES_OR_NO: dict[str, Promise] = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}


class Unfit(Invalid):
    """A cell cannot be read as what its column holds."""

    code = "unfit_cell"


def clean(text: str) -> str:
    """Text without what a word processor or a protective export adds; nothing that is meant is lost.

    Unicode in composed form, every space plain, no invisible or control letters. The apostrophe that an export puts
    before text that would calculate is taken off again.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(_letter(one) for one in composed)
    closed = " ".join(visible.split())
    return closed[1:] if closed.startswith("'") and closed[1:].startswith(FORMULA_STARTS) else closed


def day(text: str) -> date:
    """A day like 2024-05-16, or a real date of a spreadsheet. Raises Unfit."""
    try:
        found = date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Unfit(_("“%(text)s” is no day. Write it like 2024-05-16.") % {"text": shortened(text)})
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Unfit(_("“%(text)s” lies outside the years 2000 to 2099.") % {"text": shortened(text)})
    return found


def number(text: str) -> Decimal:
    """A number with a decimal point or a decimal comma, its digits grouped or not. Raises Unfit.

    ``1,234`` and ``1.234`` can be read in two ways and are refused; a number cell of a spreadsheet never reads so.
    """
    closed = text.replace(" ", "").replace("'", "").replace("’", "").replace(MINUS, "-")
    if len(closed) > MOST_DIGITS:
        raise Unfit(_("“%(text)s” is too long for a number.") % {"text": shortened(text)})
    if _is_ambiguous(closed):
        plain = closed.replace(",", "").replace(".", "")
        words = {"text": shortened(text), "whole": plain, "parts": closed.replace(",", ".") + "0"}
        raise Unfit(_("“%(text)s” can be read in two ways. Write %(whole)s or %(parts)s.") % words)
    found = _plain(closed)
    if found is None:
        raise Unfit(_("“%(text)s” is no number. Write it like 1234.56.") % {"text": shortened(text)})
    return Decimal(found)


def whole(text: str) -> int:
    """A count from 1 on. Raises Unfit."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_WHOLE_DIGITS and int(text) > 0):
        raise Unfit(_("“%(text)s” is no whole number from 1 on.") % {"text": shortened(text)})
    return int(text)


def choice(text: str, choices: Mapping[str, str | Promise]) -> str:
    """One of some codes, written as the code or as its name in either language. Raises Unfit."""
    asked = text.casefold()
    for code, name in choices.items():
        if asked in {one.casefold() for one in (code, *in_every_language(name).values())}:
            return code
    offered = ", ".join(str(name) for name in choices.values())
    raise Unfit(_("“%(text)s” is none of: %(offered)s.") % {"text": shortened(text), "offered": offered})


def in_every_language(sentence: str | Promise) -> dict[str, str]:
    """A text by the code of each language of the product."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(sentence)
    return said


def shortened(text: str, letters: int = 40) -> str:
    return text if len(text) <= letters else f"{text[:letters]}…"


def _letter(one: str) -> str:
    category = unicodedata.category(one)
    if category.startswith("Z") or one in "\t\n\r":
        return " "
    return "" if category in {"Cc", "Cf", "Cs", "Co", "Cn"} else one


def _is_ambiguous(closed: str) -> bool:
    """Whether the one sign in it may separate thousands as well as decimals: three digits follow one to three."""
    return AMBIGUOUS.fullmatch(closed) is not None


def _plain(closed: str) -> str | None:
    """The number with a decimal point and nothing else; None where it is none."""
    if PLAIN.fullmatch(closed):
        return closed
    if WITH_COMMA.fullmatch(closed):
        return closed.replace(",", ".")
    if GROUPED["point"].fullmatch(closed):
        return closed.replace(",", "")
    if GROUPED["comma"].fullmatch(closed):
        return closed.replace(".", "").replace(",", ".")
    return None
