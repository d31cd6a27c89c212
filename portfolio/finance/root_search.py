"""Every real root of a sum of exponentials, in an interval (pure).

f(x) = sum of a_i exp(-t_i x) is the net present value at the rate r with x = ln(1 + r). The interval is cut into cells
until each holds no root, at most one, or more than float arithmetic can tell apart. On a cell with centre c and half
width h, and with F(x) = exp(T x) f(x) for a time T, which has the roots of f, Taylor's theorem gives

    |F(c + u) - F(c)|  <= |F'(c)| h + E2        E2 = sum |w_i| (s_i h)^2 / 2 exp(|s_i| h)
    |F'(c + u) - F'(c)| <= E1                   E1 = sum |w_i| s_i^2 h exp(|s_i| h)

where w_i = a_i exp(-t_i c) and s_i = t_i - T. So no root is ever missed for want of a finer grid.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

FIRST_CELLS = 64
NOISE = 2.0**-46
"""Relative error of a sum of exponentials as computed: 64 units in the last place."""
NARROW = 2.0**-44
"""The width of a cell, relative to its place, below which cutting it further says nothing new."""
CLOSE = 2.0**-51
"""The width, relative to its place, to which a root is known in the end."""
BLOCK = 200_000
"""Exponentials worked out at once; bounds the memory (1.6 MB an array)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An interval from ``low`` to ``high``."""

    low: float
    high: float

    @property
    def centre(self) -> float:
        return (self.low + self.high) / 2

    @property
    def is_narrow(self) -> bool:
        return self.high - self.low <= NARROW * max(1.0, abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Bounds:
    """F and its slope at the centre of a cell, how far each may stray in the cell, and the error of computing them."""

    value: float
    slope: float
    straying: float
    slope_straying: float
    noise: float
    slope_noise: float

    @property
    def has_no_root(self) -> bool:
        return abs(self.value) > self.straying + self.noise

    @property
    def is_monotonic(self) -> bool:
        return abs(self.slope) > self.slope_straying + self.slope_noise

    @property
    def is_flat(self) -> bool:
        """Nothing changes in this cell that could be computed."""
        return self.straying <= self.noise


@dataclass(frozen=True, slots=True)
class Place:
    """A cell with at most one root if it is single; else the arithmetic cannot say."""

    cell: Cell
    is_single: bool


class Sum:
    """f, with its times as years and in ascending order; amounts scaled to at most 1, which moves no root."""

    def __init__(self, times: Sequence[float], amounts: Sequence[float]) -> None:
        merged: dict[float, float] = {}
        for time, amount in zip(times, amounts, strict=True):
            merged[time] = merged.get(time, 0.0) + amount
        largest = max(map(abs, amounts), default=1.0)
        kept = [(time, amount / largest) for time, amount in sorted(merged.items()) if amount]
        self.times = [time for time, _ in kept]
        self.amounts = [amount for _, amount in kept]

    def terms(self, x: float) -> list[float]:
        """a_i exp(-(t_i - T) x) for the T, first or last time, with which none overflows."""
        reference = self.times[0] if x >= 0 else self.times[-1]
        return [a * math.exp((reference - t) * x) for t, a in zip(self.times, self.amounts, strict=True)]

    def is_positive(self, x: float) -> bool:
        return math.fsum(self.terms(x)) > 0

    def is_zero(self, x: float) -> bool:
        """Whether f cannot be told from zero, with something to spare."""
        terms = self.terms(x)
        return abs(math.fsum(terms)) <= 4 * NOISE * sum(map(abs, terms))

    def slope(self, x: float) -> float:
        """f'(x), times a positive number."""
        return -math.fsum(term * t for t, term in zip(self.times, self.terms(x), strict=True))

    def newton(self, x: float) -> float:
        """The step from x to where F would be zero if it were straight; infinite where it is level.

        T is the mean time of the terms at x by size, which keeps F nearly straight.
        """
        terms = self.terms(x)
        mean = sum(abs(term) * t for t, term in zip(self.times, terms, strict=True)) / sum(map(abs, terms))
        slope = math.fsum(term * (t - mean) for t, term in zip(self.times, terms, strict=True))
        return math.fsum(terms) / slope if slope else math.inf


def roots(times: Sequence[float], amounts: Sequence[float], *, low: float, high: float) -> list[float]:
    """All roots x of f with low <= x <= high, ascending. Roots too close to tell apart are one."""
    series = Sum(times, amounts)
    if not series.times:
        return []
    found: list[float] = []
    for place in _joined(series, sorted(_isolated(series, low, high), key=lambda place: place.cell.low)):
        if series.is_positive(place.cell.low) != series.is_positive(place.cell.high):
            found.append(_crossing(series, place.cell))
        elif not place.is_single:
            found.append(_touching(series, place.cell))
    return found


def _isolated(series: Sum, low: float, high: float) -> Iterator[Place]:
    """Where roots may be."""
    width = (high - low) / FIRST_CELLS
    edges = [low + i * width for i in range(FIRST_CELLS)] + [high]
    cells = [Cell(a, b) for a, b in pairwise(edges)]
    while cells:
        halves: list[Cell] = []
        for cell, bounds in zip(cells, _bounds(series, cells), strict=True):
            if bounds.has_no_root:
                continue
            if bounds.is_monotonic or bounds.is_flat or cell.is_narrow:
                yield Place(cell, is_single=bounds.is_monotonic)
            else:
                halves += [Cell(cell.low, cell.centre), Cell(cell.centre, cell.high)]
        cells = halves


def _bounds(series: Sum, cells: list[Cell]) -> list[Bounds]:
    """The bounds of every cell, in blocks."""
    step = max(1, BLOCK // len(series.times))
    return [each for i in range(0, len(cells), step) for each in _block(series, cells[i : i + step])]


def _block(series: Sum, cells: list[Cell]) -> list[Bounds]:
    """The bounds of some cells at once; a term that overflows makes its bound infinite, which is true."""
    import numpy as np  # noqa: PLC0415 -- slow import

    times, amounts = np.array(series.times), np.array(series.amounts)
    centre = np.array([[cell.centre] for cell in cells])
    half = np.array([[(cell.high - cell.low) / 2] for cell in cells])
    reference = np.where(centre >= 0, times[0], times[-1])
    logs = np.log(np.abs(amounts)) + (reference - times) * centre
    logs -= logs.max(axis=1, keepdims=True)
    size = np.exp(logs)
    terms = np.sign(amounts) * size
    total = size.sum(axis=1, keepdims=True)
    lead = times - (size * times).sum(axis=1, keepdims=True) / total
    reach = np.abs(lead) * half
    with np.errstate(over="ignore"):
        most = np.exp(logs + reach) * reach
    value, slope = terms.sum(axis=1), -(terms * lead).sum(axis=1)
    straying = np.abs(slope) * half[:, 0] + (most * reach).sum(axis=1) / 2
    slope_straying = (most * np.abs(lead)).sum(axis=1)
    noise, slope_noise = NOISE * total[:, 0], NOISE * (size * np.abs(lead)).sum(axis=1)
    columns = (value, slope, straying, slope_straying, noise, slope_noise)
    return [Bounds(*row) for row in np.stack(columns, axis=1).tolist()]


def _crossing(series: Sum, cell: Cell) -> float:
    """The root in a cell at whose ends f has different signs.

    Newton's steps; halving where they would leave the cell or do not at least halve from one to the next.
    """
    low, high = cell.low, cell.high
    rising = series.is_positive(high)
    x, last = cell.centre, high - low
    while high - low > CLOSE * max(1.0, abs(x)):
        low, high = (low, x) if series.is_positive(x) == rising else (x, high)
        step = series.newton(x)
        if not (low <= x + step <= high and abs(step) <= last / 2):
            step = (low + high) / 2 - x
        x, last = x + step, abs(step)
        if last <= CLOSE * max(1.0, abs(x)):
            break
    return x


def _joined(series: Sum, places: list[Place]) -> list[Place]:
    """A doubtful place and its neighbour become one where f is zero, as far as can be computed, between them too."""
    joined: list[Place] = []
    for place in places:
        last = joined[-1] if joined else place
        is_sure = last is place or (last.is_single and place.is_single)
        if is_sure or not series.is_zero((last.cell.high + place.cell.low) / 2):
            joined.append(place)
        else:
            joined[-1] = Place(Cell(last.cell.low, place.cell.high), is_single=False)
    return joined


def _touching(series: Sum, cell: Cell) -> float:
    """Where f comes closest to zero in a cell in which it is zero as far as can be computed."""
    low, high = cell.low, cell.high
    falling = series.slope(low) < 0
    while not Cell(low, high).is_narrow:
        x = (low + high) / 2
        if (series.slope(x) < 0) == falling:
            low = x
        else:
            high = x
    return (low + high) / 2
