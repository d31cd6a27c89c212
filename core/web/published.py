"""Published facts, said no more exactly than they are known (pure)."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.web import numerals


def period(day: date | None, precision: str = "day") -> str:
    """``14 Mar 2024``, ``Mar 2024`` or ``2024``, by how exactly the day is known."""
    if day is None:
        return numerals.MISSING
    if precision == "year":
        return str(day.year)
    if precision == "month":
        months = numerals.MONTHS["fr" if numerals.is_french() else "en"]
        return f"{months[day.month - 1]}{numerals.NBSP}{day.year}"
    return numerals.day(day)


def count(value: int, *, is_at_least: bool = False) -> str:
    """``1 300``, or ``more than 1 300`` where that is all that the source says."""
    figure = numerals.plain(value, 0)
    return _("more than %(figure)s") % {"figure": figure} if is_at_least else figure


def share(value: Decimal, *, is_at_most: bool = False, is_at_least: bool = False) -> str:
    """A fraction of one as per cent; a bound says that it is one."""
    figure = numerals.percentage(value)
    if is_at_most:
        return _("at most %(figure)s") % {"figure": figure}
    return _("at least %(figure)s") % {"figure": figure} if is_at_least else figure
