"""Fields that several parts ask for: a day, a long text, and an amount as people type or paste it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.web import numerals

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
LONGEST_AMOUNT = 60
"""Letters of an amount that are read at all."""


class Day(forms.DateField):
    """A day between two others, both inclusive; anything else is a slip of the keyboard."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, *, first: date = FIRST_DAY, last: date = LAST_DAY, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not self.first <= day <= self.last:
            words = {"first": numerals.day(self.first), "last": numerals.day(self.last)}
            raise ValidationError(_("Choose a day from %(first)s to %(last)s.") % words, code="out_of_range")
        return day


class LongText(forms.CharField):
    r"""Text of several lines. Browsers send a line end as ``\r\n``; it is kept, counted and compared as ``\n``."""

    widget = forms.Textarea

    def __init__(self, *, lines: int = 6, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": lines}), **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Amount(forms.DecimalField):
    """
    An amount of money with the decimal sign of either language; spaces between groups of digits are taken out.

    A comma is a decimal sign in French alone: in English ``1,234`` could be meant either way and is refused. How large
    it may be, and in what steps, is each form's to say.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        return super().to_python(_cleaned(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return f"{value:f}".replace(".", ",") if numerals.is_french() else f"{value:f}"


def _cleaned(text: str) -> str:
    """Without spaces of any width, with a point; what is too long to be an amount stays no number."""
    closed = "".join(text.split())
    if len(closed) > LONGEST_AMOUNT:
        return "too long"
    plain = closed.replace(numerals.MINUS, "-")
    return plain.replace(",", ".") if numerals.is_french() and "." not in plain else plain
