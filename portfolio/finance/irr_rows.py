"""Internal rates of return of many series at once (pure).

The same search and the same answers as ``irr.solve``: rows on which the steps settle and whose balance keeps its
sign are answered together in vectors, the few others one by one. A rate does not depend on the scale of its flows: where
partners bear everything pro rata, one row stands for all of them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from portfolio.finance import irr
from portfolio.finance.cashflows import Flow
from portfolio.finance.irr import Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STATUSES = tuple(Status)
ROWS = 2048
"""Rows worked on together: their exponentials stay in the processor's second cache."""
STEPS = 8
SETTLED = 1e-6
"""Size of the last step in x: the error after it is of the order of its cube."""
DOUBT = 1e-11
"""A balance this small beside all flows has no sure sign."""


@dataclass(frozen=True, slots=True)
class Rates:
    """A rate a row, not a number where there is none, and the place of its status in ``STATUSES``."""

    rates: "Floats"
    codes: "NDArray[np.int8]"

    def status(self, row: int) -> Status:
        return STATUSES[int(self.codes[row])]


def solve_rows(times: "Floats", amounts: "Floats") -> Rates:
    """The rate of each row of flows: years from any day, ascending in each row, and signed amounts.

    Shorter rows are filled with amounts of zero at any later time. Roots of rows with several are found by
    ``irr.solve``.
    """
    import numpy as np  # noqa: PLC0415 -- slow import

    times, amounts = np.asarray(times, float), np.asarray(amounts, float)
    if times.shape != amounts.shape or times.ndim != 2:  # noqa: PLR2004 -- rows and columns
        raise ValueError("times and amounts have the same rows and columns")
    if not times.size:
        return Rates(np.full(len(times), np.nan), np.full(len(times), STATUSES.index(Status.NO_SIGN_CHANGE), np.int8))
    blocks = [_block(times[i : i + ROWS], amounts[i : i + ROWS]) for i in range(0, len(times), ROWS)]
    return Rates(np.concatenate([one.rates for one in blocks]), np.concatenate([one.codes for one in blocks]))


def _block(times: "Floats", amounts: "Floats") -> Rates:
    """Some rows, in columns, which add up faster: together where the answer is sure, one by one where it is not."""
    import numpy as np  # noqa: PLC0415 -- slow import

    t, a = np.ascontiguousarray((times - times[:, :1]).T), np.ascontiguousarray(amounts.T)
    if not (np.isfinite(t).all() and np.isfinite(a).all()) or (t[1:] < t[:-1]).any():
        raise ValueError("times and amounts are finite, and times ascend in each row")
    with np.errstate(all="ignore"):
        x, is_sure = _solved(t, a)
        is_sure &= (x >= irr.LOW) & (x <= irr.HIGH)
        rates = np.where(is_sure, np.expm1(x), np.nan)
    codes = np.full(len(times), STATUSES.index(Status.OK), np.int8)
    for row in np.flatnonzero(~is_sure):
        one = irr.irr(map(Flow, t[:, row].tolist(), a[:, row].tolist()))
        rates[row] = np.nan if one.rate is None else one.rate
        codes[row] = STATUSES.index(one.status)
    return Rates(rates, codes)


def _solved(t: "Floats", a: "Floats") -> "tuple[Floats, Bools]":
    """Give x = ln(1 + r) of each column, and whether it is sure: the steps settled and there is no other root.

    Halley's steps (Newton's bent by the curvature, so that each cubes the error) on ln(received) - ln(paid in), whose
    slope is the difference of the mean times, and its curvature that of their variances.
    """
    import numpy as np  # noqa: PLC0415 -- slow import

    parts = np.empty((6, *a.shape))
    np.maximum(a, 0, out=parts[0])
    np.subtract(parts[0], a, out=parts[1])
    np.multiply(parts[:2], t, out=parts[2:4])
    np.multiply(parts[2:4], t, out=parts[4:])
    sums, discount = parts.sum(axis=1), np.empty_like(t)
    x, step = np.zeros(t.shape[1]), np.full(t.shape[1], np.inf)
    for turn in range(STEPS):
        if turn:
            np.exp(np.multiply(t, -x, out=discount), out=discount)
            sums = np.einsum("kfp,fp->kp", parts, discount)
        gap = np.log(sums[0] / sums[1])
        time, square = sums[2:4] / sums[:2], sums[4:] / sums[:2]
        lead = time[0] - time[1]
        bend = square[0] - square[1] - (time[0] + time[1]) * lead
        step = 2 * gap * lead / (2 * lead * lead - gap * bend)
        x += step
        if not (np.abs(step) > SETTLED).any():
            break
    terms = np.exp(np.multiply(t, -x, out=discount), out=discount)
    terms *= a
    return x, (np.abs(step) <= SETTLED) & _keeps_its_sign(terms, DOUBT * (sums[0] + sums[1]))


def _keeps_its_sign(terms: "Floats", doubt: "Floats") -> "Bools":
    """Whether each column's balance has one sign, without doubt, before each flow but the first.

    A column that begins with zero is in doubt.
    """
    import numpy as np  # noqa: PLC0415 -- slow import

    balance = terms[:-1] * np.sign(terms[0])
    for before, after in pairwise(balance):  # ten times faster here than numpy's cumulative sum down columns
        np.add(before, after, out=after)
    balance[terms[1:] == 0] = np.inf
    keeps: Bools = (terms[0] != 0) & (balance.min(axis=0, initial=np.inf) > doubt)
    return keeps
