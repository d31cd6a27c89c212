"""What a cell says: numbers with either decimal sign, days, choices; and what to write where it cannot be read."""

from datetime import date
from decimal import Decimal

import pytest

from core.imports import cells, sheets
from core.imports.cells import Unfit
from tests.core.imports.conftest import SHEET

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("1'234'567.89", "1234567.89"),
        ("0.125", "0.125"),
        ("10.1250", "10.125"),
        ("600000.125", "600000.125"),
        ("−5.00", "-5.00"),
        ("7", "7"),
    ],
)
def test_a_number_is_read_with_either_decimal_sign(text, number):
    assert cells.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "12.345", "-1.000"])
def test_a_number_that_reads_in_two_ways_is_refused_with_both(text):
    with pytest.raises(Unfit, match="can be read in two ways"):
        cells.number(text)


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "1e400", "1e5", "abc", "", "1,2,3", "1.2.3", "0x10", "٣", "1_000", "9" * 61]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Unfit):
        cells.number(text)


@pytest.mark.parametrize(
    "text",
    [
        "16.05.2024",
        "05/16/2024",
        "2024-02-30",
        "2024-5-6",
        "20240516",
        "2024-05-16 13:00:00",
        "1800-01-01",
        "9999-12-31",
    ],
)
def test_a_day_is_written_as_iso_within_the_century(text):
    with pytest.raises(Unfit):
        cells.day(text)


def test_a_day_is_a_day():
    assert cells.day("2024-05-16") == date(2024, 5, 16)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "²", "1" * 10])
def test_a_count_begins_at_one(text):
    with pytest.raises(Unfit):
        cells.whole(text)


def test_a_choice_is_made_by_code_or_by_name():
    assert [cells.choice(text, cells.YES_OR_NO) for text in ("yes", "NO")] == ["yes", "no"]
    with pytest.raises(Unfit, match="“maybe” is none of: yes, no"):
        cells.choice("maybe", cells.YES_OR_NO)


class TestARow:
    def test_every_cell_has_the_type_of_its_column(self):
        texts = {"reference": "A", "amount": "1,5", "received_on": "2024-05-16"}

        assert sheets.read_row(SHEET, texts, today=TODAY) == {
            "remark": None,
            "reference": "A",
            "amount": Decimal("1.5"),
            "received_on": date(2024, 5, 16),
        }

    @pytest.mark.parametrize(
        ("changed", "column", "sentence"),
        [
            ({"amount": ""}, "amount", "The cell is empty"),
            ({"amount": "lots"}, "amount", "is no number"),
            ({"received_on": "2026-06-02"}, "received_on", "The day lies ahead"),
            ({"reference": "x" * 201}, "reference", "Shorten the text to 200 letters. It has 201"),
        ],
    )
    def test_a_refusal_names_the_column(self, changed, column, sentence):
        texts = {"reference": "A", "amount": "1.50", "received_on": "2024-05-16"} | changed

        with pytest.raises(Unfit, match=sentence) as refusal:
            sheets.read_row(SHEET, texts, today=TODAY)

        assert refusal.value.field == column
