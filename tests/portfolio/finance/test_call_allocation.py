"""A capital call is borne to the cent, and by nobody beyond what is unfunded."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import allocation
from portfolio.finance.call_allocation import Partner, Rounding, Status, allocate_call
from tests.portfolio.finance import counts

CENT = Decimal("0.01")


def money(cents):
    return Decimal(cents) * CENT


def partner(name, commitment, unfunded=None, *, excused=False):
    return Partner(name, Decimal(commitment), None if unfunded is None else Decimal(unfunded), excused)


def test_excused_partners_pay_nothing_and_the_others_bear_it():
    result = allocate_call(Decimal("90.00"), [partner("A", 100), partner("B", 100, excused=True), partner("C", 50)])

    assert result.allocations == {"A": Decimal("60.00"), "B": 0, "C": Decimal("30.00")}
    assert result.unfunded_after == {"A": Decimal("40.00"), "B": 100, "C": Decimal("20.00")}
    assert result.unfunded_total == Decimal("160.00")


def test_a_call_beyond_what_is_unfunded_takes_all_of_it_and_says_so():
    partners = [partner("A", 100, "10.00"), partner("B", 100, "20.00"), partner("C", 100, "70.00", excused=True)]

    result = allocate_call(Decimal("50.00"), partners, cap_by_unfunded=True)

    assert result.status is Status.INSUFFICIENT_UNFUNDED
    assert result.allocations == {"A": Decimal("10.00"), "B": Decimal("20.00"), "C": 0}
    assert (result.total, result.unallocated) == (Decimal("30.00"), Decimal("20.00"))


def test_a_call_that_takes_exactly_all_is_in_order():
    result = allocate_call(
        Decimal("30.00"), [partner("A", 100, "10.00"), partner("B", 1, "20.00")], cap_by_unfunded=True
    )

    assert (result.status, result.unallocated) == (Status.OK, 0)


def test_where_all_are_excused_nothing_is_allocated():
    result = allocate_call(Decimal("1.00"), [partner("A", 100, excused=True)])

    assert (result.status, result.total, result.unallocated) == (Status.INSUFFICIENT_UNFUNDED, 0, Decimal("1.00"))


def test_sharing_again_may_fill_further_partners():
    partners = [partner("A", 50, "1.00"), partner("B", 30, "3.50"), partner("C", 20, "20.00")]

    result = allocate_call(Decimal("10.00"), partners, cap_by_unfunded=True)

    assert result.allocations == {"A": Decimal("1.00"), "B": Decimal("3.50"), "C": Decimal("5.50")}


def test_an_exact_tie_goes_to_the_larger_commitment_then_to_the_first():
    partners = [partner("A", 100), partner("B", 700), partner("C", 100)]

    result = allocate_call(Decimal("16.68"), partners)

    assert result.allocations == {"A": Decimal("1.85"), "B": Decimal("12.98"), "C": Decimal("1.85")}


def test_half_units_round_up_and_the_residue_may_be_negative():
    partners = [partner("A", 1), partner("B", 1), partner("C", 2)]

    result = allocate_call(Decimal("0.02"), partners, rounding=Rounding.RESIDUE_TO_LARGEST)

    assert result.allocations == {"A": Decimal("0.01"), "B": Decimal("0.01"), "C": Decimal("0.00")}


def test_whole_units_may_be_asked_for():
    result = allocate_call(Decimal(100), [partner("A", 1), partner("B", 2)], minor_unit=Decimal(1))

    assert result.allocations == {"A": Decimal(33), "B": Decimal(67)}


@pytest.mark.parametrize(
    ("amount", "partners"),
    [
        ("-1.00", [partner("A", 1)]),
        ("1.00", [partner("A", -1)]),
        ("1.00", [partner("A", 1, "-0.01")]),
        ("1.00", [partner("A", 1), partner("A", 2)]),
    ],
    ids=["negative call", "negative commitment", "negative unfunded", "named twice"],
)
def test_what_makes_no_sense_is_refused(amount, partners):
    with pytest.raises(ValueError, match=r"below zero|named twice"):
        allocate_call(Decimal(amount), partners)


cents = st.integers(0, 10**11)
lps = st.lists(st.tuples(cents, cents, st.booleans()), min_size=1, max_size=40).map(
    lambda rows: [Partner(str(i), money(c), money(min(u, c)), e) for i, (c, u, e) in enumerate(rows)]
)


@counts
@given(cents, lps, st.sampled_from(Rounding), st.booleans())
def test_cents_are_conserved(amount, partners, rounding, cap):
    result = allocate_call(money(amount), partners, rounding=rounding, cap_by_unfunded=cap)

    assert sum(result.allocations.values()) == result.total
    assert result.total + result.unallocated == money(amount)
    assert (result.status is Status.OK) == (result.unallocated == 0) or not amount
    assert result.unfunded_total == sum(one.room for one in partners) - result.total
    assert all(result.allocations[one.id] == 0 for one in partners if one.excused)


@counts
@given(cents, lps)
def test_nobody_pays_beyond_what_is_unfunded(amount, partners):
    result = allocate_call(money(amount), partners, cap_by_unfunded=True)

    assert all(0 <= result.allocations[one.id] <= one.room for one in partners)


@counts
@given(cents, st.lists(cents, min_size=1, max_size=40).filter(any))
def test_without_a_cap_a_call_splits_as_money_does(amount, commitments):
    partners = [Partner(str(i), money(commitment)) for i, commitment in enumerate(commitments)]

    result = allocate_call(money(amount), partners)

    split = allocation.split(money(amount), [one.commitment for one in partners])
    assert list(result.allocations.values()) == split
    whole = sum(commitments)
    assert all(
        abs(Fraction(part) * 100 - Fraction(amount * c, whole)) < 1 for part, c in zip(split, commitments, strict=True)
    )
