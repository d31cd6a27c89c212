"""Returns of holdings: gross, on what was invested, in the fund's currency, with fair value as what is still there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.finance import irr, multiples
from portfolio.finance.cashflows import Flow
from portfolio.investments.queries import Position

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Returns:
    """``dpi`` is received over invested, ``rvpi`` fair value over invested; None where nothing was invested.

    ``tvpi`` is both over invested: before fees and carry that is the multiple of invested capital (ILPA glossary, MOIC).
    """

    irr: irr.Irr
    dpi: float | None
    rvpi: float | None
    tvpi: float | None


def of(positions: Sequence[Position], *, fair_value: Decimal, as_of: date) -> Returns:
    """What one holding, or several together, returned by then (GIPS 2020)."""
    invested = float(sum((one.fund_invested for one in positions), ZERO))
    received = float(sum((one.fund_received for one in positions), ZERO))
    dated = [Flow(day, float(amount)) for one in positions for day, amount in one.flows]
    return Returns(
        irr.xirr(dated, terminal=Flow(as_of, float(fair_value))),
        dpi=multiples.ratio(received, invested),
        rvpi=multiples.ratio(float(fair_value), invested),
        tvpi=multiples.moic(invested=invested, realised=received, unrealised=float(fair_value)),
    )
