"""Money is exact until it is rounded, half to even, once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money.value import CurrencyMismatch, Money, round_half_even, total

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6)


@pytest.mark.parametrize(
    ("amount", "digits", "rounded"),
    [
        ("0.005", 2, "0.00"),
        ("0.015", 2, "0.02"),
        ("0.025", 2, "0.02"),
        ("-0.005", 2, "0.00"),
        ("-0.015", 2, "-0.02"),
        ("2.5", 0, "2"),
        ("3.5", 0, "4"),
        ("1.00499999", 2, "1.00"),
        ("123456789012345.675", 2, "123456789012345.68"),
    ],
)
def test_a_half_goes_to_the_even_neighbour(amount, digits, rounded):
    assert round_half_even(Decimal(amount), digits) == Decimal(rounded)


@given(amounts)
def test_rounding_twice_changes_nothing(amount):
    once = Money(amount, "EUR").rounded()

    assert once.rounded() == once
    assert abs(once.amount - amount) <= Decimal("0.005")


@given(st.lists(amounts, max_size=30))
def test_a_sum_is_exact_and_has_no_order(parts):
    money = [Money(part, "EUR") for part in parts]

    assert total(money, "EUR") == total(money[::-1], "EUR") == Money(sum(parts, Decimal(0)), "EUR")


def test_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize("amount", [1.5, 1, "1"])
def test_money_is_never_a_float(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"), [("NaN", "EUR"), ("Infinity", "EUR"), ("1", "eur"), ("1", "EURO"), ("1", "É€U")]
)
def test_what_is_no_money_is_refused(amount, currency):
    with pytest.raises(ValueError):  # noqa: PT011 -- the message differs by cause, the refusal does not
        Money(Decimal(amount), currency)


def test_json_carries_the_amount_as_text():
    assert Money(Decimal("1234.565"), "EUR").as_json() == {"amount": "1234.56", "currency": "EUR"}
