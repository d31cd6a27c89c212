"""Rates of return: ours against a compiled solver, one series and many, results equal before anything is timed.

``python -m bench.rows.xirr`` prints the row by itself; FULL=1 takes 100,000 series in place of 10,000.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np
import pyxirr
from numpy.typing import NDArray

from portfolio.finance import irr, irr_rows
from portfolio.finance.cashflows import Flow

SEED = 7
FLOWS = 20
FIRST_DAY = date(2015, 1, 1)
ALONE = 1_000
"""Series solved one by one in the row of single rates."""
ROUNDS = 5
TOLERANCE = 1e-7
"""Relative: the peer stops at 1e-9 of the value, not of the rate."""

Rates = NDArray[np.float64]
Arm = Callable[[], Rates]


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: the peer, ours, and the least that the arithmetic takes."""

    name: str
    peer: Arm
    ours: Arm
    limit: Arm


def rows(series: int) -> list[Row]:
    """Funds of twenty flows over ten years, eight of them calls, on seeded days."""
    chance = np.random.default_rng(SEED)
    days = np.sort(chance.integers(0, 3_650, (series, FLOWS)), axis=1)
    amounts = np.round(chance.random((series, FLOWS)) * np.where(np.arange(FLOWS) < 8, -100, 100), 2)  # noqa: PLR2004 -- calls
    years = days / 365
    dates = [[FIRST_DAY + timedelta(day) for day in row] for row in days.tolist()]
    lists = amounts.tolist()
    flows = [list(map(Flow, *pair)) for pair in zip(dates[:ALONE], lists[:ALONE], strict=True)]
    return [
        Row(
            f"{series} rates of {FLOWS} flows at once",
            peer=lambda: _array(map(pyxirr.xirr, dates, lists)),
            ours=lambda: irr_rows.solve_rows(years, amounts).rates,
            limit=lambda: _exponentials(years),
        ),
        Row(
            f"{ALONE} rates of {FLOWS} flows one by one",
            peer=lambda: _array(map(pyxirr.xirr, dates[:ALONE], lists[:ALONE])),
            ours=lambda: _array(irr.xirr(one).rate for one in flows),
            limit=lambda: _exponentials(years[:ALONE]),
        ),
    ]


def measure(row: Row) -> str:
    """Refuse unequal results, then interleave the arms and compare round by round."""
    peer, ours = row.peer(), row.ours()
    is_equal = np.isclose(peer, ours, rtol=TOLERANCE, atol=TOLERANCE) | np.isnan(peer)
    if not is_equal.all():
        raise AssertionError(f"{row.name}: {int((~is_equal).sum())} rates differ from the peer's")
    times = [(_seconds(row.peer), _seconds(row.ours), _seconds(row.limit)) for _ in range(ROUNDS)]
    to_peer = median(peer / ours for peer, ours, _ in times)
    to_limit = median(ours / limit for _, ours, limit in times)
    ms = [median(column) * 1000 for column in zip(*times, strict=True)]
    none = int(np.isnan(peer).sum())
    return (
        f"{row.name}: peer {ms[0]:.1f} ms, ours {ms[1]:.1f} ms, limit {ms[2]:.1f} ms; "
        f"{to_peer:.2f} x the peer, {to_limit:.1f} x the limit; the peer found {none} fewer"
    )


def _exponentials(years: Rates) -> Rates:
    """Four steps of any solver need at least these."""
    discount = np.empty_like(years)
    for rate in (0.0, 0.1, 0.2, 0.3):
        np.exp(years * -rate, out=discount)
    return discount[:, 0]


def _seconds(arm: Arm) -> float:
    begun = time.perf_counter()
    arm()
    return time.perf_counter() - begun


def _array(rates: Iterable[float | None]) -> Rates:
    return np.array([np.nan if rate is None else rate for rate in rates])


if __name__ == "__main__":
    for each in rows(100_000 if os.environ.get("FULL") else 10_000):
        sys.stdout.write(measure(each) + "\n")
