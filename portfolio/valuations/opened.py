"""Tells investments which valuations there are: what is stamped before the last is in none, and what one counts stays."""

from datetime import date, datetime

from django.db.models import Max

from portfolio.funds.models import Fund
from portfolio.investments.models import Transaction
from portfolio.investments.services import recording
from portfolio.valuations.models import ValuationRun


def register() -> None:
    recording.register(_last_opened, _counted_on)


def _last_opened(fund: Fund) -> datetime | None:
    found: datetime | None = ValuationRun.objects.filter(fund=fund).aggregate(last=Max("opened_at"))["last"]
    return found


def _counted_on(row: Transaction) -> date | None:
    """The latest quarter end whose valuation was opened once the transaction was known."""
    counting = ValuationRun.objects.filter(
        fund=row.holding.fund_id, quarter_end__gte=row.effective_on, opened_at__gte=row.recorded_at
    )
    found: date | None = counting.aggregate(last=Max("quarter_end"))["last"]
    return found
