"""
Numbers and moments as people read them, in the language that is active (pure).

Groups of three stand apart by a no-break space in both languages and the decimal sign alone differs. Numbers are
rounded half to even, for display only. A minus is U+2212, and what is missing is an en dash.
"""

from datetime import date, datetime, timezone
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.utils import translation

from core import clock
from core.money.value import Money

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"
MILLION = Decimal(1_000_000)
PRECISION = 80
"""Digits carried while a number is shifted and rounded: more than any amount has."""

MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "fr": ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
}
WEEKDAYS = {
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "fr": ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
}

Number = Decimal | int | Money


def is_french() -> bool:
    return (translation.get_language() or "").startswith("fr")


def _language() -> str:
    return "fr" if is_french() else "en"


def exact(value: Number) -> Decimal:
    """The decimal behind a number. Refuses floats: what they show is not what was meant."""
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"figures are Decimal or Money, not {type(value).__name__}")
    return Decimal(value)


def rounded(value: Number, digits: int) -> Decimal:
    """``value`` to ``digits`` decimal places, half to even; never a negative zero."""
    with localcontext(prec=PRECISION):
        result = exact(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return result.copy_abs() if result == 0 else result


def plain(value: Number | None, digits: int) -> str:
    """``1 234.50`` in English, ``1 234,50`` in French."""
    if value is None:
        return MISSING
    amount = rounded(value, digits)
    whole, _, fraction = f"{amount.copy_abs():f}".partition(".")
    text = _grouped(whole)
    if fraction:
        text += ("," if is_french() else ".") + fraction
    return MINUS + text if amount < 0 else text


def as_it_stands(value: Number) -> str:
    """A count or a rate with as many decimal places as it has: ``1 000``, ``0.5``; ``0,5`` in French."""
    exponent = exact(value).normalize().as_tuple().exponent
    return plain(value, max(0, -int(exponent)))


def in_millions(value: Number | None, digits: int = 1) -> str:
    """An amount in millions, without the unit: the unit stands in the head."""
    if value is None:
        return MISSING
    with localcontext(prec=PRECISION):
        return plain(exact(value) / MILLION, digits)


def rounded_amount(value: Money | None, digits: int = 1) -> str:
    """``EUR 402.1m`` in English, ``402,1 M€`` in French."""
    if value is None:
        return MISSING
    text = in_millions(value, digits)
    return f"{text}{NBSP}{unit_of_millions(value.currency)}" if is_french() else f"{value.currency}{NBSP}{text}m"


def unit_of_millions(currency: str) -> str:
    """The unit of a column of millions: ``EUR m`` in English, ``M€`` in French."""
    if is_french():
        return "M€" if currency == "EUR" else f"M{NBSP}{currency}"
    return f"{currency}{NBSP}m"


def percentage(value: Number | None, digits: int = 1) -> str:
    """A fraction of one as per cent: 0.0425 reads ``4.2 %``."""
    if value is None:
        return MISSING
    with localcontext(prec=PRECISION):
        return f"{plain(exact(value) * 100, digits)}{NBSP}%"


def times(value: Number | None, digits: int = 2) -> str:
    """A multiple of cost or of paid-in capital: ``1.17×``."""
    return MISSING if value is None else f"{plain(value, digits)}×"


def with_sign(text: str) -> str:
    """A formatted change with its sign: ``+6.4 %``, ``−1.8 %``, ``0.0 %``."""
    rises = not text.startswith(MINUS) and any(letter in "123456789" for letter in text)
    return f"+{text}" if rises else text


def day(value: date | None) -> str:
    """``9 Dec 2026``, ``9 déc. 2026``. A moment is shown as its day in the fund's zone."""
    if value is None:
        return MISSING
    value = _day_of(value)
    return f"{_day_number(value)}{NBSP}{MONTHS[_language()][value.month - 1]}{NBSP}{value.year}"


def weekday(value: date | None) -> str:
    """``Wed 9 Dec 2026``, ``mer. 9 déc. 2026``."""
    if value is None:
        return MISSING
    return f"{WEEKDAYS[_language()][_day_of(value).weekday()]}{NBSP}{day(value)}"


def hour(value: datetime) -> str:
    """``14:02 UTC``, ``14 h 02 UTC``."""
    return f"{_clock_face(value.astimezone(timezone.utc))}{NBSP}UTC"


def _clock_face(value: datetime) -> str:
    return f"{value.hour}{NBSP}h{NBSP}{value.minute:02}" if is_french() else f"{value:%H:%M}"


def moment(value: datetime | None) -> str:
    """``23 Nov 2026, 14:02 UTC``: day and hour both in UTC."""
    if value is None:
        return MISSING
    return f"{day(value.astimezone(timezone.utc).date())}, {hour(value)}"


def on_the_clock(value: datetime | None) -> str:
    """``23 Nov 2026, 14:02``: day and time on the clocks of the moment's own zone, which the words beside it name."""
    return MISSING if value is None else f"{day(value.date())}, {_clock_face(value)}"


def to_the_second(value: datetime) -> str:
    """``23 Nov 2026, 14:02:07 UTC``, ``23 nov. 2026, 14 h 02 min 07 s UTC``: where a deadline is judged."""
    there = value.astimezone(timezone.utc)
    seconds = f"{NBSP}min{NBSP}{there.second:02}{NBSP}s" if is_french() else f":{there.second:02}"
    return f"{on_the_clock(there)}{seconds}{NBSP}UTC"


def quarter(value: date | None) -> str:
    """``Q3 2026``, ``T3 2026``."""
    if value is None:
        return MISSING
    return f"{'T' if is_french() else 'Q'}{(value.month + 2) // 3}{NBSP}{value.year}"


def _grouped(digits: str) -> str:
    return f"{int(digits):,}".replace(",", NBSP)


def _day_of(value: date) -> date:
    return value.astimezone(clock.fund_zone()).date() if isinstance(value, datetime) else value


def _day_number(value: date) -> str:
    return "1er" if is_french() and value.day == 1 else str(value.day)
