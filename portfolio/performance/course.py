"""How a fund came to where it stands, quarter by quarter (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portfolio.performance.diary import Diary, What

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quarter:
    """``called`` and ``invested`` since the beginning, at the end of ``ends_on``.

    That is the last day of the quarter, or the day that was asked for where it comes first.
    """

    starts_on: date
    ends_on: date
    called: Decimal
    invested: Decimal


def quarters(told: Diary, *, as_of: date) -> Sequence[Quarter]:
    """Every quarter from the first call or purchase to that of ``as_of``; none where nothing has happened."""
    called = {line.day: line.amount for line in told.of(What.CALLED)}
    invested = {line.day: line.amount for line in told.of(What.INVESTED)}
    days = called.keys() | invested.keys()
    result: list[Quarter] = []
    first = min(days, default=None)
    so_far_called = so_far_invested = ZERO
    while first is not None and first <= as_of:
        so_far_called += called.get(first, ZERO)
        so_far_invested += invested.get(first, ZERO)
        following = _next(first)
        ends_on = min(following - timedelta(days=1), as_of)
        result.append(Quarter(first, ends_on, so_far_called, so_far_invested))
        first = following
    return result


def _next(first: date) -> date:
    """The first day of the next quarter."""
    return date(first.year + 1, 1, 1) if first.month > 9 else date(first.year, first.month + 3, 1)  # noqa: PLR2004 -- October
