"""The pool's figures for whoever must show them before and after, told to the history, which stands below."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from portfolio.funds.models import Fund
from portfolio.history import figures as history
from portfolio.performance import pool, queries

AMOUNTS = {code: meaning for code, meaning in pool.MEANINGS.items() if meaning.is_amount}
"""A history moves amounts; ratios and rates follow from them."""


def register() -> None:
    history.register(_count, {code: meaning.name for code, meaning in AMOUNTS.items()})


def _count(fund: Fund, as_of: date, known_at: datetime) -> Mapping[str, Decimal]:
    shown = queries.figures(fund, as_of=as_of, known_at=known_at)
    return {code: getattr(shown, code) for code in AMOUNTS}
