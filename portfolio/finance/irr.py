"""Internal rates of return, with the reason where there is none (pure).

The rate r makes the sum of a (1 + r)^-t zero. It is searched on -1 + 2e-9 <= r <= 10,000 in x = ln(1 + r), where the
logarithm of the present value of what is received over that of what is paid in is nearly a straight line and does not
depend on the scale of the amounts.

Sources: GIPS 2020, money-weighted returns; Descartes' rule of signs for sums of exponentials (Laguerre 1883); the rate
is unique where the balance of the investment, carried at that rate, never changes its sign (Soper 1959).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from portfolio.finance import cashflows, root_search
from portfolio.finance.cashflows import Flow
from portfolio.finance.day_count import DayCount

LOWEST = -1 + 2e-9
HIGHEST = 10_000.0
LOW, HIGH = math.log(2e-9), math.log1p(HIGHEST)
"""The same limits for x = ln(1 + r)."""
EDGE = 1e-12
"""How far beyond the limits a root may be computed and still count as one on the limit."""
STEPS = 40
CONVERGED = 1e-10
"""Size of Newton's last step in x: the error after it is of the order of its square."""
DOUBT = 1e-12
"""A balance this small beside all flows has no sure sign."""


class Status(StrEnum):
    """What became of the search for a rate."""

    OK = "ok"
    MULTIPLE_ROOTS = "multiple_roots"
    OUT_OF_RANGE = "out_of_range"
    NO_ROOT = "no_root"
    TOTAL_LOSS = "total_loss"
    SINGLE_DATE = "single_date"
    NO_SIGN_CHANGE = "no_sign_change"


@dataclass(frozen=True, slots=True)
class Irr:
    """A rate per year (per period for numbered times) as a fraction of one, and why there is none.

    ``rate`` is None unless the status is ok, or total_loss (-1, which is no root). ``roots`` has every rate in range,
    ascending.
    """

    status: Status
    rate: float | None = None
    roots: tuple[float, ...] = ()


def xirr(flows: Iterable[Flow], *, day_count: DayCount = DayCount.ACT_365F, terminal: Flow | None = None) -> Irr:
    """The internal rate of return of flows in any order.

    ``terminal`` is the net asset value at the end, an extra received flow; its zero is information: worthless. Time
    runs from the earliest flow. All signs reversed give the same rate. Raises ValueError for days among numbers.
    """
    series = cashflows.checked([*flows, terminal] if terminal else flows)
    nets = cashflows.net(series)
    refusal = _refusal(series, nets, has_terminal=terminal is not None)
    if refusal:
        return refusal
    return solve(cashflows.since_first(nets, day_count), [amount for _, amount in nets])


def irr(flows: Iterable[Flow], *, terminal: Flow | None = None) -> Irr:
    """The internal rate of return per period of flows on whole periods."""
    return xirr(flows, terminal=terminal)


def solve(times: list[float], amounts: list[float]) -> Irr:
    """The rates of flows of both signs, none of them zero, at ``times`` in years from the first, ascending."""
    x = _only_root(times, amounts)
    if x is None:
        found = root_search.roots(times, amounts, low=LOW - EDGE, high=HIGH + EDGE)
    else:
        found = [x] if LOW - EDGE <= x <= HIGH + EDGE else []
    roots = tuple(min(max(math.expm1(root), LOWEST), HIGHEST) for root in found)
    if len(roots) == 1:
        return Irr(Status.OK, roots[0], roots)
    if roots:
        return Irr(Status.MULTIPLE_ROOTS, None, roots)
    return Irr(Status.OUT_OF_RANGE if _lies_above(times, amounts) else Status.NO_ROOT)


def mirr(flows: Iterable[Flow], *, finance_rate: float, reinvest_rate: float) -> tuple[Status, float | None]:
    """The modified rate of return per period of flows on whole periods 0 to n.

    (future value of receipts at the reinvestment rate / present value of payments at the finance rate)^(1/n) - 1; n is
    the last period named, be its flow zero. Receipts and payments of one period are not netted.
    """
    series = cashflows.checked(flows)
    if min(finance_rate, reinvest_rate) <= -1:
        raise ValueError("a rate is above -1")
    last = max((_number(at) for at, _ in series), default=0.0)
    received = math.fsum(a * (1 + reinvest_rate) ** (last - _number(at)) for at, a in series if a > 0)
    paid = -math.fsum(a * (1 + finance_rate) ** -_number(at) for at, a in series if a < 0)
    if not (received and paid and last > 0):
        return Status.NO_SIGN_CHANGE, None
    return Status.OK, math.expm1(math.log(received / paid) / last)


def _refusal(series: list[Flow], nets: list[Flow], *, has_terminal: bool) -> Irr | None:
    """Why no rate is searched at all, decided in this order."""
    is_paid, is_received = any(a < 0 for _, a in nets), any(a > 0 for _, a in nets)
    if has_terminal and is_paid and not is_received:
        return Irr(Status.TOTAL_LOSS, -1.0)
    signs = {(at, amount > 0) for at, amount in series if amount}
    if len(signs) > 1 and len({at for at, _ in signs}) == 1:
        return Irr(Status.SINGLE_DATE)
    return None if is_paid and is_received else Irr(Status.NO_SIGN_CHANGE)


def _only_root(times: list[float], amounts: list[float]) -> float | None:
    """ln(1 + r) of the one rate, where it is sure that there is no other at all; else None."""
    changes = sum((a > 0) != (b > 0) for a, b in pairwise(amounts))
    x = _newton(times, amounts)
    if x is None or (changes > 1 and not _keeps_its_sign(times, amounts, x)):
        return None
    return x


def _newton(times: list[float], amounts: list[float]) -> float | None:
    """A root of ln(value received) - ln(value paid in), from x = 0; None if the steps do not settle."""
    received = [(t, a) for t, a in zip(times, amounts, strict=True) if a > 0]
    paid = [(t, -a) for t, a in zip(times, amounts, strict=True) if a < 0]
    x = 0.0
    for _ in range(STEPS):
        value_in, time_in = _log_value(received, x)
        value_out, time_out = _log_value(paid, x)
        gap = time_in - time_out
        if not gap:
            return None
        step = (value_in - value_out) / gap
        x += step
        if abs(step) <= CONVERGED:
            return x
        if not LOW - 1 <= x <= HIGH + 1:
            return None
    return None


def _log_value(flows: list[tuple[float, float]], x: float) -> tuple[float, float]:
    """The logarithm of the present value at x of flows of one sign, and their mean time weighted by value."""
    reference = flows[0][0] if x >= 0 else flows[-1][0]
    value = moment = 0.0
    for t, a in flows:
        term = a * math.exp((reference - t) * x)
        value += term
        moment += term * t
    return math.log(value) - reference * x, moment / value


def _keeps_its_sign(times: list[float], amounts: list[float], x: float) -> bool:
    """Whether the balance of all flows so far, carried at the rate, has one sign until the last flow settles it."""
    reference = times[0] if x >= 0 else times[-1]
    terms = [a * math.exp((reference - t) * x) for t, a in zip(times, amounts, strict=True)]
    doubt = DOUBT * sum(map(abs, terms))
    balance, is_positive = 0.0, amounts[0] > 0
    for term in terms[:-1]:
        balance += term
        if (balance if is_positive else -balance) <= doubt:
            return False
    return True


def _lies_above(times: list[float], amounts: list[float]) -> bool:
    """Whether the net present value at the highest rate and the earliest flow have opposite signs."""
    value = math.fsum(a * math.exp(-t * HIGH) for t, a in zip(times, amounts, strict=True))
    return value != 0 and (value > 0) != (amounts[0] > 0)


def _number(at: cashflows.Time) -> float:
    if isinstance(at, (int, float)):
        return float(at)
    raise ValueError("periods are numbers")
