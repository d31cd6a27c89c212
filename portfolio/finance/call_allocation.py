"""How a capital call is borne by the partners of a fund (pure, exact).

Shares are exact fractions until they are rounded once, at the end. Amounts are Decimal, in one currency, positive.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from core.money import allocation

CENT = Decimal("0.01")
ZERO = Decimal(0)


class Rounding(StrEnum):
    """What becomes of the fractions of a minor unit."""

    LARGEST_REMAINDER = "largest_remainder"
    RESIDUE_TO_LARGEST = "residue_to_largest"


class Status(StrEnum):
    """Whether the call found its bearers."""

    OK = "ok"
    INSUFFICIENT_UNFUNDED = "insufficient_unfunded"


@dataclass(frozen=True, slots=True)
class Partner:
    """One bearer: its commitment, what of it is ``unfunded`` (by default all), and whether it is excused."""

    id: str
    commitment: Decimal
    unfunded: Decimal | None = None
    excused: bool = False

    @property
    def room(self) -> Decimal:
        return self.commitment if self.unfunded is None else self.unfunded


@dataclass(frozen=True, slots=True)
class CallAllocation:
    """What each partner pays, and what remains.

    ``total`` is the sum of ``allocations``; with ``unallocated`` it is the amount of the call. ``unfunded_total`` is
    the sum of ``unfunded_after`` over all partners, the excused as well.
    """

    status: Status
    allocations: dict[str, Decimal]
    total: Decimal
    unallocated: Decimal
    unfunded_after: dict[str, Decimal]
    unfunded_total: Decimal


def allocate_call(
    amount: Decimal,
    partners: Sequence[Partner],
    *,
    rounding: Rounding = Rounding.LARGEST_REMAINDER,
    minor_unit: Decimal = CENT,
    cap_by_unfunded: bool = False,
) -> CallAllocation:
    """Split a call by commitment over the partners that are not excused, in whole minor units that add up to it.

    Largest remainder: shares are rounded down, one unit each goes to the largest remainders (tie: larger commitment,
    then order). Residue to largest: shares are rounded half up, the residue, of either sign, goes to the largest
    commitment (tie: first); being rounding, it may pass the cap. With the cap, an exact share above what is unfunded is
    cut to it and the rest shared again by commitment among the others, until none exceeds. If the cap, or the excuse of
    all, leaves a rest, everyone pays all that is unfunded and the status says so. Raises ValueError for amounts below
    zero and an id given twice.
    """
    _check(amount, partners, minor_unit)
    bearing = [partner for partner in partners if partner.commitment and not partner.excused]
    exact = _exact_shares(amount, bearing, cap_by_unfunded=cap_by_unfunded)
    with localcontext(prec=allocation.PRECISION):
        if exact is None:
            status, parts = Status.INSUFFICIENT_UNFUNDED, [partner.room for partner in bearing]
        else:
            status, parts = Status.OK, _rounded(amount, exact, bearing, rounding, minor_unit)
        paid = {partner.id: part for partner, part in zip(bearing, parts, strict=True)}
        return _result(status, amount, partners, paid)


def _exact_shares(amount: Decimal, bearing: list[Partner], *, cap_by_unfunded: bool) -> list[Fraction] | None:
    """Each bearer's exact share, cut to what is unfunded and shared again where that is asked; None if a rest stays."""
    shares: dict[str, Fraction] = {}
    rest, sharing = Fraction(amount), bearing
    while sharing:
        whole = sum(Fraction(partner.commitment) for partner in sharing)
        offered = {partner.id: rest * Fraction(partner.commitment) / whole for partner in sharing}
        full = [partner for partner in sharing if cap_by_unfunded and offered[partner.id] > partner.room]
        if not full:
            shares |= offered
            return [shares[partner.id] for partner in bearing]
        shares |= {partner.id: Fraction(partner.room) for partner in full}
        rest -= sum(Fraction(partner.room) for partner in full)
        sharing = [partner for partner in sharing if partner.id not in shares]
    return None if rest else [shares[partner.id] for partner in bearing]


def _rounded(
    amount: Decimal, exact: list[Fraction], bearing: list[Partner], rounding: Rounding, unit: Decimal
) -> list[Decimal]:
    """Shares in whole minor units; what is less than a unit of the whole goes to the largest commitment."""
    commitments = [partner.commitment for partner in bearing]
    if rounding is Rounding.LARGEST_REMAINDER:
        parts = allocation.round_shares(exact, commitments, unit=unit)
    else:
        parts = [math.floor(share / Fraction(unit) + Fraction(1, 2)) * unit for share in exact]
    if parts:
        parts[commitments.index(max(commitments))] += amount - sum(parts, ZERO)
    return parts


def _result(status: Status, amount: Decimal, partners: Sequence[Partner], paid: dict[str, Decimal]) -> CallAllocation:
    allocations = {partner.id: paid.get(partner.id, ZERO) for partner in partners}
    after = {partner.id: partner.room - allocations[partner.id] for partner in partners}
    total = sum(allocations.values(), ZERO)
    return CallAllocation(status, allocations, total, amount - total, after, sum(after.values(), ZERO))


def _check(amount: Decimal, partners: Sequence[Partner], unit: Decimal) -> None:
    if len({partner.id for partner in partners}) < len(partners):
        raise ValueError("a partner is named twice")
    if unit <= ZERO:
        raise ValueError("the minor unit is above zero")
    if min([amount, *(partner.commitment for partner in partners), *(partner.room for partner in partners)]) < ZERO:
        raise ValueError("a call, commitments and what is unfunded are not below zero")
