"""Tells investments what holdings are worth by the approved marks."""

from collections.abc import Mapping
from datetime import date, datetime

from portfolio.funds.models import Fund
from portfolio.investments import worth
from portfolio.investments.models import Holding
from portfolio.investments.worth import Worth
from portfolio.valuations import fair_value


def register() -> None:
    worth.register(_worth)


def _worth(fund: Fund, as_of: date, known_at: datetime, holding: Holding | None) -> Mapping[int, Worth]:
    rows = fair_value.rows(fund, [as_of], known_at=known_at, holding=holding)
    return {row.holding_id: Worth(row.value, row.mark, row.marked_on, bool(row.is_illustrative)) for row in rows}
