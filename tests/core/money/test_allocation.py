"""Splits add up to the cent, whatever the weights; sixty partners are nothing special."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import allocation

cents = st.integers(min_value=-(10**15), max_value=10**15).map(lambda n: Decimal(n) / 100)
weight = st.decimals(min_value=0, max_value=10**9, places=4)
weights = st.lists(weight, min_size=1, max_size=60).filter(any)


@given(cents, weights)
def test_the_parts_sum_to_the_whole(amount, shares):
    assert sum(allocation.split(amount, shares)) == amount


@given(cents, weights)
def test_no_part_is_a_cent_away_from_its_exact_share(amount, shares):
    total = sum(shares)

    for part, share in zip(allocation.split(amount, shares), shares, strict=True):
        assert abs(part * total - amount * share) < Decimal("0.01") * total


@given(cents, weights)
def test_a_negative_amount_is_split_like_its_positive_counterpart(amount, shares):
    assert allocation.split(-amount, shares) == [-part for part in allocation.split(amount, shares)]


@given(st.integers(min_value=0, max_value=10**12).map(lambda n: Decimal(n) / 100), weights)
def test_more_weight_never_gets_less(amount, shares):
    parts = allocation.split(amount, shares)

    for one, first in zip(shares, parts, strict=True):
        for other, second in zip(shares, parts, strict=True):
            assert not (one > other and first < second)


@given(cents, weights)
def test_a_part_without_weight_gets_nothing(amount, shares):
    parts = allocation.split(amount, shares)

    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)


@given(cents, weights, st.randoms(use_true_random=False))
def test_the_order_given_decides_nothing_but_ties(amount, shares, random):
    order = list(range(len(shares)))
    random.shuffle(order)

    before = sorted(zip(shares, allocation.split(amount, shares), strict=True))
    after = sorted(zip((shares[i] for i in order), allocation.split(amount, [shares[i] for i in order]), strict=True))

    assert before == after


@pytest.mark.parametrize(
    ("story", "amount", "shares", "parts"),
    [
        ("a cent left over goes to the first of equals", "0.01", [1, 1], ["0.01", "0.00"]),
        ("two cents among three equals", "100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("the largest remainder first", "0.01", [1, 3, 4], ["0.00", "0.00", "0.01"]),
        ("of equal remainders the larger weight, wherever it stands", "0.02", [1, 3], ["0.00", "0.02"]),
        ("nobody with a share", "0.00", [5, 5], ["0.00", "0.00"]),
        ("a refund", "-100.00", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]),
    ],
)
def test_the_units_left_over(story, amount, shares, parts):
    assert allocation.split(Decimal(amount), [Decimal(s) for s in shares]) == [Decimal(p) for p in parts]


def test_sixty_partners_share_a_call_to_the_cent():
    shares = [Decimal(10_000_000) + Decimal(n) / 3 for n in range(60)]

    parts = allocation.split(Decimal("48500000.01"), shares)

    assert len(parts) == 60
    assert sum(parts) == Decimal("48500000.01")
    assert max(parts) - min(parts) <= Decimal("2.00")


@pytest.mark.parametrize(
    ("amount", "shares", "unit"),
    [
        ("1.00", [], "0.01"),
        ("1.00", [0, 0], "0.01"),
        ("1.00", [1, -1], "0.01"),
        ("1.005", [1], "0.01"),
        ("1.00", [1], "0"),
    ],
)
def test_what_cannot_be_split_is_refused(amount, shares, unit):
    with pytest.raises(ValueError):  # noqa: PT011 -- the message differs by cause, the refusal does not
        allocation.split(Decimal(amount), [Decimal(s) for s in shares], unit=Decimal(unit))
