"""Rates of return: ours against a compiled solver and against it over a frame, and the least that the arithmetic takes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import series
from bench.harness import Beside, Operation
from bench.peering import Peers
from bench.rows import timing
from portfolio.finance import irr, irr_rows
from portfolio.finance.cashflows import Flow

ALONE = 1_000
"""Series solved one by one in the row of single rates."""
TOLERANCE = 1e-7
"""Relative: the peer stops at 1e-9 of the value, not of the rate."""

Rates = NDArray[np.float64]


def prepare(number: int, peers: Peers) -> None:
    peers.begin("rates prepare", series=number)


def operations(number: int, peers: Peers) -> Iterator[Operation]:
    drawn = series.funds(number)
    years = drawn.days / 365
    flows = [
        list(map(Flow, dates, amounts))
        for dates, amounts in zip(drawn.dates()[:ALONE], drawn.amounts[:ALONE].tolist(), strict=True)
    ]
    yield Operation(
        1,
        f"{number:,} rates of {series.FLOWS} flows at once",
        timing.arm(lambda: irr_rows.solve_rows(years, drawn.amounts).rates),
        [
            Beside("pandas and pyxirr", peers.arm("pandas", series=number)),
            Beside("pyxirr in a loop", peers.arm("pyxirr", series=number, first=number), at_least=4),
            Beside("limit: four exponentials", timing.arm(_exponentials(years)), has_result=False),
        ],
        _same,
        "the goal is that of numpy alone, without a compiler",
    )
    yield Operation(
        1,
        f"{ALONE:,} rates of {series.FLOWS} flows one by one",
        timing.arm(lambda: _array(irr.xirr(one).rate for one in flows)),
        [Beside("pyxirr in a loop", peers.arm("pyxirr", series=number, first=ALONE))],
        _same,
    )


def _same(peer: Any, ours: Rates) -> bool:
    """Where the peer finds a rate, ours is the same; where it finds none, ours may."""
    found = _array(peer)
    return bool((np.isclose(found, ours, rtol=TOLERANCE, atol=TOLERANCE) | np.isnan(found)).all())


def _exponentials(years: Rates) -> Callable[[], Rates]:
    """Four steps of any solver need at least these."""
    discount = np.empty_like(years)

    def work() -> Rates:
        for rate in (0.0, 0.1, 0.2, 0.3):
            np.exp(years * -rate, out=discount)
        return discount

    return work


def _array(rates: Iterable[float | None]) -> Rates:
    return np.array([np.nan if rate is None else rate for rate in rates])
