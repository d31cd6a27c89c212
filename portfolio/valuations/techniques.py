"""What a holding is worth, computed from named inputs alone, so that it can be computed again (pure).

Source: IPEV Valuation Guidelines (December 2022), 3.10 price of a recent investment and calibration, 4 valuing fund
interests by reported net asset value. Values are in the holding's currency, rounded half to even to the cent, once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext

from core.money.value import round_half_even

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
TENTH = Decimal("0.1")
Amounts = Mapping[str, Decimal]

CODE_VERSION = "3"
"""Raised with every change of this arithmetic: a mark is computed again by the code that it names."""
MAIN = {"last_round": "round_amount", "reported_nav": "nav", "cost": "cost", "write_down": "written_down_to"}
"""The input that each technique stands on, which its sensitivity moves."""


def value(technique: str, given: Amounts) -> Decimal:
    """The value by a technique; never below zero. Raises KeyError where an input is missing.

    - last-round: shares held x price a share in the last round x (1 + adjustment in per cent) x the fraction that was not
      written off since that round; marks of arithmetic 2 and before know no such fraction.
    - reported-nav: net asset value as reported + paid in since - received since.
    - cost: cost of what is still held.
    - write-down: the amount written down to x the share still held + paid in since and still held; of a fund stake, and
      in marks of arithmetic 1, + paid in since - received since.
    """
    with localcontext(prec=40):
        found = _VALUES[technique](given)
    return max(round_half_even(found, 2), ZERO)


def sensitivity(technique: str, given: Amounts) -> list[dict[str, str]]:
    """The value with the main input a tenth lower and a tenth higher."""
    name = MAIN[technique]
    moved = ((change, {**given, name: given[name] * (ONE + change)}) for change in (-TENTH, TENTH))
    return [{"change": str(change), "value": str(value(technique, amounts))} for change, amounts in moved]


def converted(amount: Decimal, *, from_units: Decimal, to_units: Decimal) -> Decimal:
    """An amount in the fund's currency through the euro: units per euro of both; rounded half to even to the cent."""
    with localcontext(prec=40):
        return round_half_even(amount / from_units * to_units, 2)


def quarter_end_before(day: date) -> date:
    """The last day of the last quarter that ended before ``day``."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def _last_round(given: Amounts) -> Decimal:
    adjusted = ONE + given["adjustment"] / HUNDRED
    left = given.get("not_written_off", ONE)
    return given["quantity"] * given["round_amount"] / given["round_quantity"] * adjusted * left


def _rolled(given: Amounts, start: str) -> Decimal:
    kept, received = given.get("kept", ONE), given.get("received_since", ZERO)
    return given[start] * kept + given["paid_since"] - received


_VALUES = {
    "last_round": _last_round,
    "reported_nav": lambda given: _rolled(given, "nav"),
    "cost": lambda given: given["cost"],
    "write_down": lambda given: _rolled(given, "written_down_to"),
}
