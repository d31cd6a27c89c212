"""Rates of return by pyxirr: a loop over lists, and over the groups of a frame."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pyxirr

from bench.series import Series, funds

Rates = list[float | None]


def one_by_one(series: int, first: int) -> Callable[[], Rates]:
    """The first of some series, each as two lists."""
    drawn = _drawn(series)
    dates, amounts = drawn.dates()[:first], drawn.amounts.tolist()[:first]
    return lambda: list(map(pyxirr.xirr, dates, amounts))


def one_by_one_in_a_frame(series: int) -> Callable[[], Rates]:
    """A frame of all flows, grouped by series."""
    frame = _frame(series)
    return lambda: [_plain(pyxirr.xirr(one[["day", "amount"]])) for _, one in frame.groupby("series", sort=True)]


def prepare(series: int) -> Callable[[], int]:
    """The frame, kept for whoever asks of as many series."""
    return lambda: len(_frame(series))


@cache
def _frame(series: int) -> pd.DataFrame:
    drawn = _drawn(series)
    dates: list[Any] = [day for row in drawn.dates() for day in row]
    return pd.DataFrame(
        {
            "series": [number for number, row in enumerate(drawn.days) for _ in row],
            "day": pd.to_datetime(dates),
            "amount": drawn.amounts.ravel(),
        }
    )


@cache
def _drawn(series: int) -> Series:
    return funds(series)


def _plain(rate: float | None) -> float | None:
    return None if rate is None else float(rate)
