"""A file becomes rows of text, or is refused as a whole in words. What it is, its content says."""

from datetime import date, datetime

import pytest

from core.imports import limits, reading
from core.imports.limits import Unreadable
from core.imports.reading import Row
from tests.core.imports.conftest import HEADS, OTHER, SHEET, workbook

GOOD = ["A", 1234.56, date(2024, 5, 16)]
VALUES = {"reference": "A", "amount": "1234.56", "received_on": "2024-05-16"}


def rows(contents):
    return [row for table in contents.tables for row in table.rows]


def csv(*lines, encoding="utf-8", newline="\n"):
    return newline.join(lines).encode(encoding)


class TestWorkbooks:
    def test_rows_have_the_numbers_that_people_see(self, read):
        contents = read(workbook(HEADS, GOOD, [], ["B", 1, date(2024, 5, 17)]))

        assert rows(contents) == [
            Row(2, VALUES),
            Row(4, {"reference": "B", "amount": "1", "received_on": "2024-05-17"}),
        ]

    @pytest.mark.parametrize(
        ("story", "cell", "text"),
        [
            ("a whole number", 1000, "1000"),
            ("an amount", 30000000.01, "30000000.01"),
            ("the noise of a binary fraction is not shown by a spreadsheet either", 0.1 + 0.2, "0.3"),
            ("three decimals are never taken for thousands", 10.125, "10.1250"),
            ("a large number has no exponent", 1e17, "100000000000000000"),
            ("thirty digits", 10**29, "1" + "0" * 29),
            ("a moment is no day", datetime(2024, 5, 16, 13, 0), "2024-05-16 13:00:00"),  # noqa: DTZ001 -- a spreadsheet has no zone
            ("a box", True, "yes"),
            ("text with spaces of every width", "  Société\u00a0Générale\u2009 ", "Société Générale"),
            ("text that is written apart", "Socie\u0301te\u0301", "Société"),
            ("text that turns round", "abc\u202egnp", "abcgnp"),
            ("text that an export protected", "'=1+1", "=1+1"),
            ("text over two lines", "one\ntwo", "one two"),
        ],
    )
    def test_a_cell_reads_as_it_is_meant(self, read, story, cell, text):
        (row,) = rows(read(workbook(HEADS, [cell, 1, "2024-05-16"])))

        assert row.values["reference"] == text

    def test_heads_are_found_in_any_order_whatever_their_case(self, read):
        (row,) = rows(read(workbook(["RECEIVED ON", " amount ", "reference"], [date(2024, 5, 16), 1234.56, "A"])))

        assert row.values == VALUES

    def test_a_row_that_begins_with_a_hash_is_a_remark(self, read):
        contents = read(workbook(["Remark", *HEADS], ["# Explanation", "what", "the", "columns hold"], [None, *GOOD]))

        assert [row.number for row in rows(contents)] == [3]

    def test_a_single_sheet_may_be_called_anything(self, read):
        assert rows(read(workbook(HEADS, GOOD, tab="Sheet1"))) == [Row(2, VALUES)]

    def test_sheets_of_no_kind_are_named_and_left_alone(self, read):
        def with_another(book):
            book.create_sheet("Notes").append(["=SUM(A1:A9)"])

        contents = read(workbook(HEADS, GOOD, changed=with_another), wanted=(SHEET, OTHER))

        assert contents.not_read == ("Notes",)

    def test_our_own_tabs_and_heads_are_passed_over(self, read):
        def with_about(book):
            book.create_sheet("About").append(["What", "Value"])

        content = workbook([*HEADS, "Result"], [*GOOD, "Refused"], changed=with_about)
        contents = read(content, ignored_tabs=["About"], ignored_heads=["Result"])

        assert (rows(contents), contents.not_read) == ([Row(2, VALUES)], ())


class TestCsv:
    @pytest.mark.parametrize(
        ("story", "content"),
        [
            ("commas", csv("Reference,Amount,Received on", "A,1234.56,2024-05-16")),
            ("semicolons and a mark of UTF-8", csv("\ufeffReference;Amount;Received on", "A;1234.56;2024-05-16")),
            ("tabs", csv("Reference\tAmount\tReceived on", "A\t1234.56\t2024-05-16")),
            ("lines as Windows ends them", csv("Reference,Amount,Received on", "A,1234.56,2024-05-16", newline="\r\n")),
            ("quotation marks", csv('"Reference","Amount","Received on"', '"A","1234.56","2024-05-16"')),
        ],
    )
    def test_a_file_reads_the_same_however_it_was_written(self, read, story, content):
        assert rows(read(content, name="rows.csv")) == [Row(2, VALUES)]

    def test_a_hint_at_the_delimiter_is_a_row_of_its_own(self, read):
        contents = read(csv("sep=;", "Reference;Amount;Received on", "A;1234.56;2024-05-16"), name="rows.csv")

        assert rows(contents) == [Row(3, VALUES)]

    def test_the_old_western_code_page_is_read(self, read):
        (row,) = rows(read(csv("Reference,Amount,Received on", "Société,1,2024-05-16", encoding="cp1252")))

        assert row.values["reference"] == "Société"

    def test_a_text_over_two_lines_is_one_row(self, read):
        contents = read(csv("Reference,Amount,Received on", '"A', 'B",1,2024-05-16', "", "C,2,2024-05-16"))

        assert [(row.number, row.values["reference"]) for row in rows(contents)] == [(2, "A B"), (4, "C")]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("story", "content", "sentence"),
        [
            ("nothing", b"", "The file is empty."),
            (
                "an old Excel file under a new name",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
                r"an old Excel file",
            ),
            ("a picture", b"\x89PNG\r\n\x1a\n\x00", "neither a workbook"),
            ("a document", b"%PDF-1.7\n%\x00", "neither a workbook"),
            ("text in UTF-16", csv("Reference,Amount", "A,1", encoding="utf-16"), "neither a workbook"),
            ("a NUL", b"Reference,Amount,Received on\nA\x00,1,2024-05-16\n", "neither a workbook"),
            ("a quotation mark that is not closed", b'Reference,Amount,Received on\n"A,1,2\n', "from row 2 on"),
            ("a web page", b"<html><body></body></html>", "no column is named <html><body></body></html>"),
            ("a head twice", csv("Reference,Amount,amount,Received on", "A,1,2,3"), "two columns are named “amount”"),
            ("a head unknown", csv("Reference,Amount,Received on,Colour", "A,1,2,3"), "no column is named Colour"),
            ("a head missing", csv("Reference,Amount", "A,1"), "lacks what every row must have: Received on"),
            ("no row", csv("Reference,Amount,Received on"), "holds no row under its heads"),
            ("remarks alone", csv("Reference,Amount,Received on", "# A,1,2"), "holds no row under its heads"),
            ("a cell beside the heads", csv("Reference,Amount,Received on", "A,1,2,3"), "row 2: a cell stands outside"),
            ("too wide", csv("Reference,Amount,Received on", "A" + ",1" * 60), "row 2: there are more than 40 columns"),
            (
                "too long a text",
                csv("Reference,Amount,Received on", "A" * 1001 + ",1,2"),
                "column “Reference”: the cell has 1001",
            ),
            ("a text beyond all", csv("Reference,Amount,Received on", "A" * 200_000 + ",1,2"), "from row 2 on"),
            ("too many rows", csv("Reference,Amount,Received on", *["A,1,2"] * 5001), "more than 5000 rows"),
            ("a million rows", csv("Reference,Amount,Received on", *["A,1,2"] * 600_000), "more than 5000 rows"),
            ("too large", b"x" * (5 * 2**20 + 1), "The file has 6 MB; at most 5 MB are read"),
        ],
    )
    def test_a_file_is_refused_in_words(self, read, story, content, sentence):
        with pytest.raises(Unreadable, match=sentence) as refusal:
            read(content, name="rows.csv")

        assert refusal.value.field == "file"

    def test_a_csv_file_is_one_sheet(self, read):
        with pytest.raises(Unreadable, match="A CSV file holds one sheet"):
            read(csv("Number", "1"), wanted=(OTHER, OTHER))

    def test_a_workbook_without_the_sheet_is_refused(self, read):
        def with_another(book):
            book.create_sheet("Other").append(["Number"])

        with pytest.raises(Unreadable, match="No sheet of the workbook has one of these names: Receipts"):
            read(workbook(HEADS, GOOD, tab="Payments", changed=with_another))

    def test_all_sheets_together_have_a_limit(self, read, monkeypatch):
        monkeypatch.setattr(limits, "MOST_ROWS", 2)

        with pytest.raises(Unreadable, match="more than 2 rows"):
            read(workbook(HEADS, GOOD, GOOD, GOOD))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("history.xlsx", "history.xlsx"),
        (r"C:\Users\me\history.xlsx", "history.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("x\u202exslx.exe\x00", "xxslx.exe"),
        ("e\u0301.csv", "é.csv"),
        ("", "file"),
        ("x" * 300 + ".xlsx", "x" * 145 + ".xlsx"),
    ],
)
def test_the_name_of_a_file_is_something_to_show_and_nothing_else(given, kept):
    assert reading.file_name(given) == kept
