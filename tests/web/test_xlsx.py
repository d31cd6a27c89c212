"""Workbooks, read back by another library."""

import io
from datetime import date, datetime, timezone
from decimal import Decimal

import openpyxl
import pytest

from core.exports import xlsx
from core.exports.xlsx import Column, Kind, Sheet
from core.money.value import Money

DAY = datetime(2023, 8, 1)  # noqa: DTZ001 -- a day in a sheet has no zone
ABOUT = xlsx.About(
    title="The pool",
    as_of=date(2024, 4, 19),
    known_at=datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc),
    source="https://www.example.org",
    illustrative=True,
)


def read_back(*sheets):
    return openpyxl.load_workbook(io.BytesIO(xlsx.workbook(ABOUT, sheets)))


def test_amounts_shares_counts_and_days_are_numbers_and_dates():
    columns = [Column("Ally"), Column("EUR", Kind.MONEY), Column("Share", Kind.SHARE), Column("No.", Kind.WHOLE)]
    row = ["Estonia", Money(Decimal("30000000.01"), "EUR"), Decimal("0.0300"), 1, date(2023, 8, 1)]

    page = read_back(Sheet("Pool", [*columns, Column("Since", Kind.DAY)], [row]))["Pool"]

    assert [cell.value for cell in page[2]] == ["Estonia", 30000000.01, 0.03, 1, DAY]
    assert [cell.number_format for cell in page[2]] == ["@", "#,##0.00", "0.0000%", "#,##0", "yyyy-mm-dd"]
    assert page.freeze_panes == "A2"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("http://x")',
        "|calc",
        "%0A=1",
        "\n=1",
        "\x00=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
    ],
)
def test_text_that_would_calculate_is_text(text):
    cell = read_back(Sheet("S", [Column("Name")], [[text]]))["S"]["A2"]

    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_an_amount_below_zero_stays_a_number():
    row = [Money(Decimal("-12.50"), "EUR"), Decimal("-0.0300"), -3]

    page = read_back(Sheet("S", [Column("a", Kind.MONEY), Column("b", Kind.SHARE), Column("c", Kind.WHOLE)], [row]))[
        "S"
    ]

    assert [(cell.value, cell.data_type) for cell in page[2]] == [(-12.5, "n"), (-0.03, "n"), (-3, "n")]


def test_an_address_in_a_cell_is_no_link():
    page = read_back(Sheet("S", [Column("Name")], [["https://www.example.org"]]))["S"]

    assert page["A2"].hyperlink is None


def test_the_first_sheet_says_what_this_is():
    page = read_back()["About"]

    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        ["Title", "The pool"],
        ["As of", "2024-04-19"],
        ["Known on", "2026-06-01 12:00 UTC"],
        ["Source", "https://www.example.org"],
        ["Figures", "Holds illustrative figures; the column says which."],
    ]


def test_notes_stand_as_text_under_the_heads_of_any_column():
    page = read_back(Sheet("S", [Column("EUR", Kind.MONEY)], [[Decimal(1)]], notes=[["# In euro"]]))["S"]

    assert [row[0].value for row in page.iter_rows()] == ["EUR", "# In euro", 1]


def test_what_is_missing_is_an_empty_cell():
    assert read_back(Sheet("S", [Column("EUR", Kind.MONEY)], [[None]]))["S"]["A2"].value is None


def test_a_text_in_a_column_of_money_is_refused():
    with pytest.raises(ValueError, match="str does not belong"):
        read_back(Sheet("S", [Column("EUR", Kind.MONEY)], [["12"]]))


def test_a_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="zip"):
        read_back(Sheet("S", [Column("EUR", Kind.MONEY)], [[Decimal(1), Decimal(2)]]))
