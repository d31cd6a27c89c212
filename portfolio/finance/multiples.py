"""Multiples of money (pure).

Sources: GIPS 2020 (PIC, DPI, RVPI, TVPI since inception); ILPA glossary (MOIC). Every call and every distribution
counts gross: flows of one day are never netted, since that would hide both.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portfolio.finance import cashflows
from portfolio.finance.cashflows import Flow


class Status(StrEnum):
    """Whether there is anything to divide by."""

    OK = "ok"
    NO_PAID_IN = "no_paid_in"


@dataclass(frozen=True, slots=True)
class Multiples:
    """Sums in the currency of the flows, positive; ratios unrounded, None where they are undefined.

    ``dpi`` distributed / paid in, ``rvpi`` residual value / paid in, ``tvpi`` both; ``pic`` paid in / committed, which
    may exceed one.
    """

    status: Status
    paid_in: float
    distributed: float
    dpi: float | None
    rvpi: float | None
    tvpi: float | None
    pic: float | None


def fund_multiples(flows: Iterable[Flow], *, nav: float = 0.0, committed: float | None = None) -> Multiples:
    """The multiples of signed flows (negative is paid in) with the residual value ``nav``; times are only labels."""
    series = cashflows.checked(flows)
    paid_in = math.fsum(-amount for _, amount in series if amount < 0)
    distributed = math.fsum(amount for _, amount in series if amount > 0)
    return Multiples(
        status=Status.OK if paid_in else Status.NO_PAID_IN,
        paid_in=paid_in,
        distributed=distributed,
        dpi=ratio(distributed, paid_in),
        rvpi=ratio(nav, paid_in),
        tvpi=ratio(distributed + nav, paid_in),
        pic=ratio(paid_in, committed),
    )


def moic(*, invested: float, realised: float, unrealised: float) -> float | None:
    """(realised + unrealised) / invested of one holding, before fees and carry; None where nothing was invested."""
    return ratio(realised + unrealised, invested)


def ratio(part: float, whole: float | None) -> float | None:
    """``part`` over ``whole``; None, shown as n/a and never as zero, where there is no whole."""
    return part / whole if whole else None
