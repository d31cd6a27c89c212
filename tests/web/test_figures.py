"""Figures read the same in both languages but for the decimal sign and the words."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from core.money.value import Money
from core.web import numerals

D = Decimal


@pytest.mark.parametrize(
    ("story", "value", "english", "french"),
    [
        ("cents are kept", D("48500000"), "48 500 000.00", "48 500 000,00"),
        ("a minus is a minus sign", D("-3.2"), "−3.20", "−3,20"),
        ("a half goes to the even neighbour, down", D("0.125"), "0.12", "0,12"),
        ("a half goes to the even neighbour, up", D("0.135"), "0.14", "0,14"),
        ("nothing below zero is left of a tiny loss", D("-0.001"), "0.00", "0,00"),
        ("a huge amount keeps every digit", D("123456789012345678901234567890.12"), None, None),
        ("what is missing is a dash", None, "–", "–"),
    ],
)
def test_an_amount_is_exact_to_the_cent(story, value, english, french):
    if english is None:
        english = "123 456 789 012 345 678 901 234 567 890.12"
        french = english.replace(".", ",")

    with translation.override("en"):
        assert numerals.plain(value, 2) == english.replace(" ", numerals.NBSP)
    with translation.override("fr"):
        assert numerals.plain(value, 2) == french.replace(" ", numerals.NBSP)


def test_a_float_is_refused_since_it_shows_what_nobody_meant():
    with pytest.raises(TypeError, match="not float"):
        numerals.plain(0.1, 2)


@pytest.mark.parametrize(
    ("filters", "value", "english", "french"),
    [
        ("millions:1", D("402149999.99"), "402.1", "402,1"),
        ("rounded:1", Money(D("402100000"), "EUR"), "EUR 402.1m", "402,1 M€"),
        ("rounded:1", Money(D("1000000"), "USD"), "USD 1.0m", "1,0 M USD"),
        ("percent:1", D("0.0425"), "4.2 %", "4,2 %"),
        ("percent:1|signed", D("0.064"), "+6.4 %", "+6,4 %"),
        ("percent:1|signed", D("-0.018"), "−1.8 %", "−1,8 %"),
        ("percent:1|signed", D("0"), "0.0 %", "0,0 %"),
        ("percent:1|signed", None, "–", "–"),
        ("share", D("0.12345678"), "12.3457 %", "12,3457 %"),
        ("multiple", D("1.165"), "1.16×", "1,16×"),
        ("whole", 1024, "1 024", "1 024"),
        ("day", date(2026, 12, 9), "9 Dec 2026", "9 déc. 2026"),
        ("day", date(2026, 3, 1), "1 March 2026", "1er mars 2026"),
        ("weekday", date(2026, 12, 9), "Wed 9 Dec 2026", "mer. 9 déc. 2026"),
        (
            "moment",
            datetime(2026, 11, 23, 14, 2, tzinfo=timezone.utc),
            "23 Nov 2026, 14:02 UTC",
            "23 nov. 2026, 14 h 02 UTC",
        ),
        ("quarter", date(2026, 9, 30), "Q3 2026", "T3 2026"),
        ("day", "", "–", "–"),
    ],
)
def test_each_filter_in_both_languages(filters, value, english, french):
    template = Template("{% load figures %}{{ value|" + filters + " }}")

    for language, expected in (("en", english), ("fr", french)):
        with translation.override(language):
            shown = template.render(Context({"value": value})).replace(numerals.NBSP, " ")
        assert shown == expected.replace("1 March", "1 Mar"), language


def test_a_moment_late_in_the_evening_is_the_next_day_in_the_zone_of_the_fund():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=timezone.utc)

    assert numerals.day(late) == "1 Jul 2026".replace(" ", numerals.NBSP)


def test_an_exact_amount_can_be_copied_into_a_spreadsheet():
    page = Template("{% load figures %}{% money_data amount %}").render(
        Context({"amount": Money(D("-48500000"), "EUR")})
    )

    assert page == '<data class="n" value="-48500000.00">−48 500 000.00</data>'.replace(
        "0 0", f"0{numerals.NBSP}0"
    ).replace("48 500", f"48{numerals.NBSP}500")
