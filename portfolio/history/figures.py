"""The figures that an import moves: told by the part above, which counts them; a history knows only that there are some."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils.functional import Promise

from portfolio.funds.models import Fund

Count = Callable[[Fund, date, datetime], Mapping[str, Decimal]]
"""The figures of a fund as of a day and as known on a moment: amounts in its currency, by code."""
_counting: list[Count] = []
_names: dict[str, Promise] = {}


def register(count: Count, names: Mapping[str, Promise]) -> None:
    """Say who counts, and what the figures are called."""
    _counting[:] = [count]
    _names.update(names)


def of(fund: Fund, *, as_of: date, known_at: datetime) -> dict[str, Decimal]:
    """Every figure by its code."""
    return {code: amount for count in _counting for code, amount in count(fund, as_of, known_at).items()}


def name(code: str) -> Promise | str:
    return _names.get(code, code)
