"""What holdings are worth, as told by the part above this one that values them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portfolio.funds.models import Fund
from portfolio.investments.models import Holding


class Worth(NamedTuple):
    """The fair value of a holding in the fund's currency.

    ``mark`` is the public id of the approved mark that it is carried forward from and ``marked_on`` the quarter end of that
    mark; both are None where there is none: then ``value`` is cost.
    """

    value: Decimal
    mark: str | None = None
    marked_on: date | None = None
    is_illustrative: bool = False

    @property
    def is_at_cost(self) -> bool:
        return self.mark is None


NOTHING = Worth(Decimal(0))
"""Of a holding that had not begun."""
Valuer = Callable[[Fund, date, datetime, Holding | None], Mapping[int, Worth]]
_valuers: list[Valuer] = []


def register(valuer: Valuer) -> None:
    """Say who knows what the holdings of a fund, or one of them, are worth on a day as known on a moment."""
    _valuers[:] = [valuer]


def of_fund(fund: Fund, *, as_of: date, known_at: datetime) -> Mapping[int, Worth]:
    """Every holding that had begun, by its key, in one query."""
    (tell,) = _valuers
    return tell(fund, as_of, known_at, None)


def of(holding: Holding, *, as_of: date, known_at: datetime) -> Worth:
    """One holding, in one query."""
    (tell,) = _valuers
    return tell(holding.fund, as_of, known_at, holding).get(holding.pk, NOTHING)
