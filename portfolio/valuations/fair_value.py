"""What every holding is worth at the end of a day: its latest locked mark, carried forward by ``rolling``."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from portfolio.funds.models import Fund
from portfolio.investments.models import Holding
from portfolio.investments.queries import ADDING


class Valued(NamedTuple):
    """A holding at cost and at fair value in the fund's currency, at the end of ``day``.

    ``mark`` is the public id of the latest mark that was locked, None where no locked run holds one: then ``value`` is cost.
    """

    day: date
    holding_id: int
    holding: str
    mark: str | None
    marked_on: date | None
    is_illustrative: bool | None
    cost: Decimal
    value: Decimal

    @property
    def gain(self) -> Decimal:
        return self.value - self.cost


VALUED = """
SELECT asked.day, h.id AS holding_id, h.public_id AS holding, m.public_id AS mark, m.quarter_end AS marked_on,
       m.is_illustrative, t.cost,
       CASE WHEN m.public_id IS NULL THEN t.cost WHEN t.is_moved THEN t.carried ELSE m.value END AS value
  FROM unnest(%(days)s::date[]) AS asked (day)
 CROSS JOIN portfolio_holding h
  LEFT JOIN LATERAL (
      SELECT k.public_id, k.value, k.known_at, r.quarter_end, r.is_illustrative
        FROM portfolio_valuationrun r
       CROSS JOIN LATERAL (
            SELECT public_id, value, known_at FROM portfolio_mark
             WHERE run_id = r.id AND holding_id = h.id ORDER BY edition DESC LIMIT 1
       ) k
       WHERE r.fund_id = h.fund_id AND r.quarter_end <= asked.day AND r.locked_at <= %(known_at)s
       ORDER BY r.quarter_end DESC, r.version DESC LIMIT 1
  ) m ON true
 CROSS JOIN LATERAL (
      SELECT sum(CASE WHEN kind = ANY(%(adding)s) THEN fund_cost ELSE -fund_cost END) AS cost, bool_or(since) AS is_moved,
             portfolio_carried(coalesce(m.value, 0), since, kind, quantity, fund_amount, fund_cost
                               ORDER BY since, effective_on, id) FILTER (WHERE is_moved) AS carried
        FROM (
            SELECT x.id, kind, quantity, fund_amount, fund_cost, x.effective_on, since, bool_or(since) OVER () AS is_moved
              FROM portfolio_transaction x LEFT JOIN portfolio_takenback b ON b.transaction_id = x.id,
                   LATERAL (VALUES (x.effective_on > m.quarter_end OR x.recorded_at > m.known_at
                                    OR COALESCE(b.recorded_at <= m.known_at, false))) AS moved (since)
             WHERE holding_id = h.id AND x.effective_on <= asked.day AND x.recorded_at <= %(known_at)s
               AND (b.effective_on <= asked.day AND b.recorded_at <= %(known_at)s) IS NOT TRUE
        ) known
  ) t
 WHERE h.fund_id = %(fund)s AND t.cost IS NOT NULL
"""
"""Runs are gone through from the latest until one has a mark of the holding, as a rule the first.

Every transaction is gone through only where something moved since.
"""
_IN_ORDER = f"{VALUED} ORDER BY asked.day, h.id"
_OF_ONE = f"{VALUED} AND h.id = %(holding)s ORDER BY asked.day"


def parameters(fund: Fund, days: Sequence[date], *, known_at: datetime) -> dict[str, Any]:
    """What ``VALUED`` asks for."""
    return {"fund": fund.pk, "days": list(days), "known_at": known_at, "adding": sorted(ADDING)}


def rows(fund: Fund, days: Sequence[date], *, known_at: datetime, holding: Holding | None = None) -> list[Valued]:
    """Every holding that had begun, or one of them, on each of the days, in one query."""
    asked = parameters(fund, days, known_at=known_at)
    with connection.cursor() as cursor:
        if holding is None:
            cursor.execute(_IN_ORDER, asked)
        else:
            cursor.execute(_OF_ONE, asked | {"holding": holding.pk})
        return [Valued(*row) for row in cursor.fetchall()]
