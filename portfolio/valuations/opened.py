"""Tells investments when the last valuation of a fund was opened: what is stamped before it would be in no mark."""

from datetime import datetime

from django.db.models import Max

from portfolio.funds.models import Fund
from portfolio.investments.services import recording
from portfolio.valuations.models import ValuationRun


def register() -> None:
    recording.register(_last_opened)


def _last_opened(fund: Fund) -> datetime | None:
    found: datetime | None = ValuationRun.objects.filter(fund=fund).aggregate(last=Max("opened_at"))["last"]
    return found
