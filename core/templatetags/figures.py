"""Figures in templates: ``{% load figures %}``. Each filter takes a Decimal or Money; None reads as an en dash."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.money.value import Money
from core.web import numerals

register = template.Library()

Shown = Decimal | int | Money | None


@register.filter
def money(value: Shown, digits: int = 2) -> str:
    """Exact to the cent: ``48 500 000.00``."""
    return numerals.plain(_or_none(value), digits)


@register.filter
def whole(value: Shown) -> str:
    """A count: ``1 024``."""
    return numerals.plain(_or_none(value), 0)


@register.filter
def number(value: Shown, digits: int = 1) -> str:
    """A plain number with a given number of decimals."""
    return numerals.plain(_or_none(value), digits)


@register.filter
def millions(value: Shown, digits: int = 1) -> str:
    """In millions, for a column whose head carries the unit."""
    return numerals.in_millions(_or_none(value), digits)


@register.filter
def rounded(value: Money | None, digits: int = 1) -> str:
    """With its unit: ``EUR 402.1m``, ``402,1 M€``."""
    return numerals.rounded_amount(_or_none(value), digits)


@register.filter
def unit_of_millions(currency: str) -> str:
    """The unit in the head of a column of millions: ``EUR m``, ``M€``."""
    return numerals.unit_of_millions(currency)


@register.filter
def percent(value: Shown, digits: int = 1) -> str:
    """A fraction of one to one decimal of a per cent."""
    return numerals.percentage(_or_none(value), digits)


@register.filter
def share(value: Shown, digits: int = 4) -> str:
    """A share in a key, to four decimals of a per cent."""
    return numerals.percentage(_or_none(value), digits)


@register.filter
def multiple(value: Shown, digits: int = 2) -> str:
    return numerals.times(_or_none(value), digits)


@register.filter
def signed(text: str) -> str:
    """After another filter: ``{{ change|percent:1|signed }}``."""
    return numerals.with_sign(text)


@register.filter
def day(value: date | None) -> str:
    return numerals.day(_or_none(value))


@register.filter
def weekday(value: date | None) -> str:
    return numerals.weekday(_or_none(value))


@register.filter
def moment(value: datetime | None) -> str:
    return numerals.moment(_or_none(value))


@register.filter
def on_the_clock(value: datetime | None) -> str:
    return numerals.on_the_clock(value)


@register.filter
def quarter(value: date | None) -> str:
    return numerals.quarter(_or_none(value))


@register.simple_tag
def money_data(value: Shown, digits: int = 2) -> SafeString | str:
    """An exact amount that a spreadsheet reads when it is copied."""
    if value is None or value == "":
        return numerals.MISSING
    plain = f"{numerals.rounded(value, digits):f}"
    return format_html('<data class="n" value="{}">{}</data>', plain, numerals.plain(value, digits))


@register.simple_tag
def millions_data(value: Shown, digits: int = 2) -> SafeString | str:
    """An amount in millions to read, exact where it is copied."""
    if value is None or value == "":
        return numerals.MISSING
    plain = f"{numerals.rounded(value, 2):f}"
    return format_html('<data class="n" value="{}">{}</data>', plain, numerals.in_millions(value, digits))


def _or_none(value: Any) -> Any:
    """A template hands an empty string where a name is missing."""
    return None if value == "" else value
