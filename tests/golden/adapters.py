"""From the words of a case to one call of the product, and back: one adapter a kind, and no arithmetic here.

Each takes the inputs of a case and returns all keys that the kind may expect. A word that the product does not know
raises, and the case fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.finance import call_allocation, irr, multiples, present_value
from portfolio.finance.cashflows import Flow, Time
from portfolio.finance.day_count import DayCount, year_fraction

Inputs = Mapping[str, Any]
Answer = dict[str, Any]


def _only(inputs: Inputs, *names: str) -> dict[str, Any]:
    """The inputs that are given (null counts as absent). Raises for a word that the kind does not know."""
    given = {name: value for name, value in inputs.items() if value is not None}
    unknown = sorted(set(given).difference(names))
    if unknown:
        raise ValueError(f"unknown inputs: {unknown}")
    return given


def _time(value: Any) -> Time:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _flow(pair: list[Any]) -> Flow:
    at, amount = pair
    return Flow(_time(at), amount)


def _flows(given: Inputs) -> list[Flow]:
    return [_flow(pair) for pair in given["flows"]]


def _day_count(given: Inputs) -> DayCount:
    return DayCount(given.get("day_count", DayCount.ACT_365F))


def _terminal(given: Inputs) -> Flow | None:
    return _flow(given["terminal_value"]) if "terminal_value" in given else None


def xirr(inputs: Inputs) -> Answer:
    given = _only(inputs, "flows", "day_count", "terminal_value")
    return asdict(irr.xirr(_flows(given), day_count=_day_count(given), terminal=_terminal(given)))


def periodic_irr(inputs: Inputs) -> Answer:
    given = _only(inputs, "flows", "terminal_value")
    return asdict(irr.irr(_flows(given), terminal=_terminal(given)))


def mirr(inputs: Inputs) -> Answer:
    given = _only(inputs, "flows", "finance_rate", "reinvest_rate")
    rates = {"finance_rate": given["finance_rate"], "reinvest_rate": given["reinvest_rate"]}
    status, rate = irr.mirr(_flows(given), **rates)
    return {"status": status, "mirr": rate}


def values(inputs: Inputs) -> Answer:
    given = _only(inputs, "flows", "rate", "day_count")
    flows, rate, day_count = _flows(given), given["rate"], _day_count(given)
    return {
        "npv": present_value.present_value(flows, rate, day_count=day_count),
        "nfv": present_value.future_value(flows, rate, day_count=day_count),
    }


def curve_future_value(inputs: Inputs) -> Answer:
    given = _only(inputs, "start", "curve", "flows", "value_date", "day_count")
    value = present_value.curve_future_value(
        [(date.fromisoformat(day), amount) for day, amount in given["flows"]],
        start=date.fromisoformat(given["start"]),
        curve={date.fromisoformat(day): rate for day, rate in given["curve"]},
        value_on=date.fromisoformat(given["value_date"]),
        day_count=_day_count(given),
    )
    return {"fv": value}


def years(inputs: Inputs) -> Answer:
    given = _only(inputs, "start", "end", "day_count")
    start, end = date.fromisoformat(given["start"]), date.fromisoformat(given["end"])
    return {"year_fraction": year_fraction(start, end, _day_count(given))}


def fund_multiples(inputs: Inputs) -> Answer:
    given = _only(inputs, "flows", "nav", "committed")
    flows = _flows(given)
    return asdict(multiples.fund_multiples(flows, nav=given.get("nav", 0), committed=given.get("committed")))


def _money(value: Any) -> Decimal:
    """A decimal as written, be it a string or, against the format, a number."""
    return Decimal(str(value))


def _partner(lp: Inputs) -> call_allocation.Partner:
    given = _only(lp, "id", "commitment", "unfunded", "excused")
    return call_allocation.Partner(
        id=given["id"],
        commitment=_money(given["commitment"]),
        unfunded=_money(given["unfunded"]) if "unfunded" in given else None,
        excused=given.get("excused", False),
    )


def allocation(inputs: Inputs) -> Answer:
    given = _only(inputs, "call_amount", "lps", "rounding", "minor_unit", "cap_by_unfunded")
    result = call_allocation.allocate_call(
        _money(given["call_amount"]),
        [_partner(lp) for lp in given["lps"]],
        rounding=call_allocation.Rounding(given.get("rounding", call_allocation.Rounding.LARGEST_REMAINDER)),
        minor_unit=_money(given.get("minor_unit", call_allocation.CENT)),
        cap_by_unfunded=given.get("cap_by_unfunded", False),
    )
    return asdict(result)


ADAPTERS: dict[str, Callable[[Inputs], Answer]] = {
    "xirr": xirr,
    "irr": periodic_irr,
    "mirr": mirr,
    "present_value": values,
    "curve_future_value": curve_future_value,
    "year_fraction": years,
    "fund_multiples": fund_multiples,
    "call_allocation": allocation,
}
