"""What a holding is worth, computed from named inputs alone, so that it can be computed again (pure).

Source: IPEV Valuation Guidelines (December 2022), 3.10 price of a recent investment and calibration, 4 valuing fund
interests by reported net asset value. Values are in the holding's currency, rounded half to even to the cent, once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from core.money.value import round_half_even, to_the_cent

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
TENTH = Decimal("0.1")
NOTHING, ALL = Fraction(0), Fraction(1)
DIGITS = 40
Amounts = Mapping[str, Fraction]

CODE_VERSION = "4"
"""Raised with every change of this arithmetic: a mark is computed again by the code that it names."""
MAIN = {"last_round": "round_amount", "reported_nav": "nav", "cost": "cost", "write_down": "written_down_to"}
"""The input that each technique stands on."""
CARRIED = "mark_before"
"""The input that a mark carried from the quarter before is computed from; what that one stood on is told beside it."""
BOOKS, OF_A_RUN = "books of the fund", "valuation "
"""The sources that the product writes itself; the second with the run behind it."""


def value(technique: str, given: Amounts) -> Decimal:
    """The value by a technique; never below zero. Raises KeyError where an input is missing.

    - last-round: shares held x price a share in the last round x (1 + adjustment in per cent) x the fraction that was not
      written off since that round; marks of arithmetic 2 and before know no such fraction.
    - cost: cost of what is still held.
    - reported-nav and write-down: the net asset value as reported, or the amount written down to, x the share still held +
      paid in since and still held - received since. Carried from the quarter before, the mark of that quarter stands in
      their place; marks of arithmetic 3 and before know no such mark, and of fund stakes no share.
    """
    return max(_VALUES[technique](given), ZERO)


def sensitivity(technique: str, given: Amounts) -> list[dict[str, str]]:
    """The value with the input that it is computed from a tenth lower and a tenth higher."""
    name = CARRIED if CARRIED in given else MAIN[technique]
    moved = ((change, {**given, name: given[name] * Fraction(ONE + change)}) for change in (-TENTH, TENTH))
    return [{"change": str(change), "value": str(value(technique, amounts))} for change, amounts in moved]


def converted(amount: Decimal, *, from_units: Decimal, to_units: Decimal) -> Decimal:
    """An amount in the fund's currency through the euro: units per euro of both; rounded half to even to the cent."""
    with localcontext(prec=40):
        return round_half_even(amount / from_units * to_units, 2)


def quarter_end_before(day: date) -> date:
    """The last day of the last quarter that ended before ``day``."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def written(exact: Decimal | Fraction) -> str:
    """An exact value as text: a decimal where it ends, else a fraction."""
    value = Fraction(exact)
    with localcontext(prec=DIGITS):
        decimal = _decimal(value)
        return f"{decimal.normalize():f}" if Fraction(decimal) == value else str(value)


def _last_round(given: Amounts) -> Decimal:
    """In decimals and in this order, so that every mark that was locked comes to the same cent."""
    with localcontext(prec=DIGITS):
        quantity, amount, bought, adjustment = (
            _decimal(given[name]) for name in ("quantity", "round_amount", "round_quantity", "adjustment")
        )
        left = _decimal(given.get("not_written_off", ALL))
        return round_half_even(quantity * amount / bought * (ONE + adjustment / HUNDRED) * left, 2)


def _rolled(given: Amounts, start: str) -> Decimal:
    stands, kept = given.get(CARRIED, given[start]), given.get("kept", ALL)
    return to_the_cent(stands * kept + given["paid_since"] - given.get("received_since", NOTHING))


def _decimal(exact: Fraction) -> Decimal:
    return Decimal(exact.numerator) / exact.denominator


_VALUES = {
    "last_round": _last_round,
    "reported_nav": lambda given: _rolled(given, "nav"),
    "cost": lambda given: to_the_cent(given["cost"]),
    "write_down": lambda given: _rolled(given, "written_down_to"),
}
