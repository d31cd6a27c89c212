"""Returns of holdings: gross, on what was invested, in the fund's currency, at cost."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from portfolio.finance import irr, multiples
from portfolio.finance.cashflows import Flow
from portfolio.investments import queries
from portfolio.investments.models import Transaction
from portfolio.investments.queries import Position


def rate(rows: Iterable[Transaction], *, residual: Decimal, as_of: date) -> irr.Irr:
    """The rate of return of transactions by then, with ``residual`` as what is still there (GIPS 2020)."""
    return irr.xirr(list(flows(rows)), terminal=Flow(as_of, float(residual)))


def moic(position: Position) -> float | None:
    """Received and still held at cost, over invested (ILPA glossary); None where nothing was invested."""
    return multiples.moic(
        invested=float(position.fund_invested),
        realised=float(position.fund_received),
        unrealised=float(position.fund_cost),
    )


def flows(rows: Iterable[Transaction]) -> Iterable[Flow]:
    """Money paid and received in the fund's currency, seen by the fund: paid is negative."""
    for row in rows:
        if row.kind in queries.ADDING:
            yield Flow(row.effective_on, -float(row.fund_amount))
        elif row.kind in queries.RECEIVING:
            yield Flow(row.effective_on, float(row.fund_amount))
