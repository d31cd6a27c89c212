"""Series of flows, the same in every process: seeded."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

SEED = 7
FLOWS = 20
CALLS = 8
DAYS = 3_650
FIRST_DAY = date(2015, 1, 1)


@dataclass(frozen=True, slots=True)
class Series:
    """Days since the first one and signed amounts, a row each."""

    days: "np.ndarray[Any, np.dtype[np.int64]]"
    amounts: "np.ndarray[Any, np.dtype[np.float64]]"

    def dates(self) -> list[list[date]]:
        return [[FIRST_DAY + timedelta(day) for day in row] for row in self.days.tolist()]


def funds(number: int) -> Series:
    """Funds of twenty flows over ten years, eight of them calls, on seeded days."""
    chance = np.random.default_rng(SEED)
    days = np.sort(chance.integers(0, DAYS, (number, FLOWS)), axis=1)
    signs = np.where(np.arange(FLOWS) < CALLS, -100, 100)
    return Series(days, np.round(chance.random((number, FLOWS)) * signs, 2))
