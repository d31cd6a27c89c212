"""A second method for each kind of worked example, written from the format's words alone: slow, exact where it can be.

Nothing of the product is used. Numbers are fractions or decimals of sixty digits; rates are found by looking for changes
of sign on a dense grid and halving; days are counted one by one.
"""

import calendar
from bisect import bisect_left
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

DIGITS = 60
GRID = 1_500
LOWEST, HIGHEST = Decimal("-0.999999998"), Decimal(10_000)
HAIR = Decimal("1e-14")
"""So that a root on the limit itself lies between two marks of the grid."""
ONE_DAY = timedelta(days=1)


def answer(kind, inputs):
    """All expected keys of a case."""
    given = {name: value for name, value in inputs.items() if value is not None}
    with localcontext(prec=DIGITS):
        return SOLVERS[kind](given)


def _day(text):
    return date.fromisoformat(text)


def _years(start, end, day_count):
    """Between two days by convention; between numbers their difference."""
    if not isinstance(start, str):
        return Decimal(str(end)) - Decimal(str(start))
    first, last = _day(start), _day(end)
    if day_count.startswith("act/36"):
        return Decimal((last - first).days) / int(day_count[4:7])
    if day_count == "act/act ISDA":
        days = [first + n * ONE_DAY for n in range((last - first).days)]
        leap = sum(calendar.isleap(day.year) for day in days)
        return Decimal(leap) / 366 + Decimal(len(days) - leap) / 365
    d1, d2 = first.day, last.day
    if day_count == "30/360 SIA" and (first + ONE_DAY).month == 3 and first.month == 2:
        d2 = 30 if last.month == 2 and (last + ONE_DAY).month == 3 else d2
        d1 = 30
    d1 = 30 if d1 == 31 else d1
    if d2 == 31 and (day_count == "30E/360" or d1 == 30):
        d2 = 30
    return Decimal(360 * (last.year - first.year) + 30 * (last.month - first.month) + d2 - d1) / 360


def _sorted(flows):
    return sorted([[t, Decimal(str(amount))] for t, amount in flows], key=lambda flow: flow[0])


def xirr(given):
    gross = _sorted([*given["flows"], *([given["terminal_value"]] if "terminal_value" in given else [])])
    sums = {}
    for t, amount in gross:
        sums[t] = sums.get(t, Decimal(0)) + amount
    net = [(t, amount) for t, amount in sums.items() if amount]
    paid, received = any(a < 0 for _, a in net), any(a > 0 for _, a in net)
    if "terminal_value" in given and paid and not received:
        return {"status": "total_loss", "rate": -1, "roots": []}
    moved = [(t, a) for t, a in gross if a]
    if len({t for t, _ in moved}) == 1 and len({a > 0 for _, a in moved}) == 2:
        return {"status": "single_date", "rate": None, "roots": []}
    if not (paid and received):
        return {"status": "no_sign_change", "rate": None, "roots": []}
    day_count = given.get("day_count", "act/365F")
    flows = [(_years(net[0][0], t, day_count), amount) for t, amount in net]
    roots = [float(root) for root in _roots(flows)]
    if len(roots) == 1:
        return {"status": "ok", "rate": roots[0], "roots": roots}
    if roots:
        return {"status": "multiple_roots", "rate": None, "roots": roots}
    above = _value(flows, (1 + HIGHEST).ln()) * flows[0][1] < 0
    return {"status": "out_of_range" if above else "no_root", "rate": None, "roots": []}


def _value(flows, x):
    return sum(amount * (-years * x).exp() for years, amount in flows)


def _roots(flows):
    low, high = (1 + LOWEST).ln() - HAIR, (1 + HIGHEST).ln() + HAIR
    marks = [low + (high - low) * n / GRID for n in range(GRID + 1)]
    values = [_value(flows, x) for x in marks]
    for n, value in enumerate(values):
        if value == 0:
            yield marks[n].exp() - 1
        elif n < GRID and value * values[n + 1] < 0:
            yield _between(flows, marks[n], marks[n + 1], value).exp() - 1


def _between(flows, low, high, at_low):
    for _half in range(110):
        middle = (low + high) / 2
        if _value(flows, middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return low


def mirr(given):
    flows = [(t, Fraction(str(amount))) for t, amount in given["flows"]]
    last = max(t for t, _ in flows)
    earn, borrow = 1 + Fraction(str(given["reinvest_rate"])), 1 + Fraction(str(given["finance_rate"]))
    received = sum((a * earn ** (last - t) for t, a in flows if a > 0), Fraction(0))
    paid = sum((-a / borrow**t for t, a in flows if a < 0), Fraction(0))
    if not received or not paid:
        return {"status": "no_sign_change", "mirr": None}
    whole = received / paid
    return {"status": "ok", "mirr": float((Decimal(whole.numerator) / whole.denominator) ** (1 / Decimal(last)) - 1)}


def present_value(given):
    flows, rate = _sorted(given["flows"]), 1 + Decimal(str(given["rate"]))
    day_count, first, last = given.get("day_count", "act/365F"), flows[0][0], flows[-1][0]
    return {
        "npv": float(sum(a * rate ** -_years(first, t, day_count) for t, a in flows)),
        "nfv": float(sum(a * rate ** _years(t, last, day_count) for t, a in flows)),
    }


def curve_future_value(given):
    curve = {day: Decimal(str(rate)) for day, rate in given["curve"]}
    start, day_count = given["start"], given.get("day_count", "act/365F")

    def growth(day):
        return Decimal(1) if day == start else (1 + curve[day]) ** _years(start, day, day_count)

    final = growth(given["value_date"])
    return {"fv": float(sum(Decimal(str(amount)) * final / growth(day) for day, amount in given["flows"]))}


def year_fraction(given):
    return {"year_fraction": float(_years(given["start"], given["end"], given["day_count"]))}


def fund_multiples(given):
    amounts = [Fraction(str(amount)) for _, amount in given["flows"]]
    paid, back = -sum(a for a in amounts if a < 0), sum(a for a in amounts if a > 0)
    nav, committed = Fraction(str(given.get("nav", 0))), given.get("committed")
    ratios = {"dpi": back, "rvpi": nav, "tvpi": back + nav}
    told = {name: float(part / paid) if paid else None for name, part in ratios.items()}
    told |= {"pic": float(paid / Fraction(str(committed))) if committed else None}
    return {"status": "ok" if paid else "no_paid_in", "paid_in": float(paid), "distributed": float(back), **told}


def call_allocation(given):
    """Each bears the same multiple of its commitment, or all its room: the multiple is found where the sum fits."""
    amount, unit = Fraction(given["call_amount"]), Fraction(given.get("minor_unit") or "0.01")
    lps = [{name: value for name, value in lp.items() if value is not None} for lp in given["lps"]]
    room = {lp["id"]: Fraction(lp.get("unfunded", lp["commitment"])) for lp in lps}
    bearing = {
        lp["id"]: Fraction(lp["commitment"]) for lp in lps if not lp.get("excused") and Fraction(lp["commitment"])
    }
    if given.get("cap_by_unfunded"):
        exact = _water_level(amount, bearing, room)
    else:
        whole = sum(bearing.values())
        exact = {key: amount * part / whole for key, part in bearing.items()} if bearing or not amount else None
    if exact is None:
        paid, status = {key: room[key] for key in bearing}, "insufficient_unfunded"
    else:
        paid, status = _rounded(amount, exact, bearing, unit, given.get("rounding") or "largest_remainder"), "ok"
    allocations = {lp["id"]: paid.get(lp["id"], Fraction(0)) for lp in lps}
    after = {key: room[key] - part for key, part in allocations.items()}
    total = sum(allocations.values())
    return {
        "status": status,
        "allocations": {key: _money(part) for key, part in allocations.items()},
        "total": _money(total),
        "unallocated": _money(amount - total),
        "unfunded_after": {key: _money(part) for key, part in after.items()},
        "unfunded_total": _money(sum(after.values())),
    }


def _water_level(amount, bearing, room):
    if sum(room[key] for key in bearing) < amount:
        return None
    marks = sorted({room[key] / part for key, part in bearing.items()})

    def filled(level):
        return sum(min(room[key], level * part) for key, part in bearing.items())

    place = bisect_left([filled(mark) for mark in marks], amount)
    below = marks[place - 1] if place else Fraction(0)
    rising = sum(part for key, part in bearing.items() if room[key] / part > below)
    level = below + (amount - filled(below)) / rising if rising else below
    return {key: min(room[key], level * part) for key, part in bearing.items()}


def _rounded(amount, exact, bearing, unit, rounding):
    order = list(bearing)
    if rounding == "residue_to_largest":
        whole = {k: Fraction((Decimal(v.numerator) / v.denominator / _decimal(unit)).to_integral_value(ROUND_HALF_UP)) * unit for k, v in exact.items()}  # fmt: skip
    else:
        whole = {key: share // unit * unit for key, share in exact.items()}
        left = int((amount - sum(whole.values())) // unit)
        ranked = sorted(order, key=lambda key: (-(exact[key] - whole[key]), -bearing[key], order.index(key)))
        for key in ranked[:left]:
            whole[key] += unit
    if order:
        largest = max(order, key=lambda key: (bearing[key], -order.index(key)))
        whole[largest] += amount - sum(whole.values())
    return whole


def _decimal(fraction):
    return Decimal(fraction.numerator) / fraction.denominator


def _money(fraction):
    return str(_decimal(Fraction(fraction)).quantize(Decimal("0.01")))


SOLVERS = {
    "xirr": xirr,
    "irr": xirr,
    "mirr": mirr,
    "present_value": present_value,
    "curve_future_value": curve_future_value,
    "year_fraction": year_fraction,
    "fund_multiples": fund_multiples,
    "call_allocation": call_allocation,
}
