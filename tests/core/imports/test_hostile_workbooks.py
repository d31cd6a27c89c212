"""Workbooks made to hurt: each is refused in words, quickly, and nothing in it is run, followed or believed."""

import io
import zipfile

import openpyxl
import pytest

from core.imports import limits
from core.imports.limits import Unreadable
from tests.core.imports.conftest import HEADS, part, tampered, workbook

GOOD = workbook(HEADS, ["A", 1234.56, "2024-05-16"])
PAGE = part(GOOD, "xl/worksheets/sheet1.xml")
TYPES = part(GOOD, "[Content_Types].xml")
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
DAMAGED = "This is no Excel workbook"


def with_value(value):
    return tampered(GOOD, xl__worksheets__sheet1_xml=PAGE.replace(b"<v>1234.56</v>", b"<v>" + value + b"</v>"))


def archive(name, data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("story", "content", "sentence"),
    [
        ("a bomb", tampered(GOOD, xl__media__picture_bin=bytes(100_000_000)), "unpacks to far more"),
        ("macros", tampered(GOOD, xl__vbaProject_bin=b"Sub"), "carries macros"),
        ("a macro workbook under another name", tampered(GOOD, **{"[Content_Types]_xml": TYPES.replace(PLAIN, WITH_MACROS)}), "macros"),
        ("another office file", tampered(GOOD, **{"[Content_Types]_xml": b"<Types/>"}), DAMAGED),
        ("an archive of something", archive("letter.txt", b"Dear"), DAMAGED),
        ("noise after the sign of an archive", b"PK\x03\x04" + bytes(range(256)), DAMAGED),
        ("half a file", GOOD[: len(GOOD) // 2], DAMAGED),
        ("a way out of the folder", tampered(GOOD, **{"..__..__outside_xml": b"<x/>"}), DAMAGED),
        ("an entity", tampered(GOOD, xl__worksheets__sheet1_xml=b'<!DOCTYPE x [<!ENTITY a "b">]>' + PAGE), DAMAGED),
        ("markup in UTF-16", tampered(GOOD, xl__worksheets__sheet1_xml=PAGE.decode().encode("utf-16")), DAMAGED),
        ("markup that breaks off", tampered(GOOD, xl__worksheets__sheet1_xml=PAGE[:-30]), DAMAGED),
        ("no number", with_value(b"NaN"), DAMAGED),
        ("five thousand digits", with_value(b"9" * 5000), DAMAGED),
        ("a formula", workbook(HEADS, ["A", "=1+1", "2024-05-16"]), "holds formulas or errors, in B2"),
        ("many formulas", workbook(HEADS, *[["A", "=1+1", "=2"]] * 9), "in B2, C2, B3, C3, B4, …"),
        ("an error", workbook(HEADS, ["A", "#N/A", "2024-05-16"]), "in B2"),
        ("merged cells", workbook(HEADS, ["A", 1, 2], changed=lambda book: book.active.merge_cells("A2:A3")), "has merged cells"),
        ("a row at the end of the sheet", workbook(HEADS, changed=lambda b: b.active.cell(1048576, 1, "x")), "goes on below row 100000"),
        ("a cell at the edge of the sheet", workbook(HEADS, changed=lambda b: b.active.cell(2, 16384, "x")), "more than 40 columns"),
        ("heads alone", workbook(HEADS), "holds no row"),
    ],
)  # fmt: skip
def test_it_is_refused_in_words(read, story, content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(content)


def test_a_number_beyond_all_is_a_text_that_its_column_will_refuse(read):
    assert read(with_value(b"1e400")).tables[0].rows[0].values["amount"] == "inf"


def test_a_workbook_with_a_link_to_another_is_read_without_following_it(read):
    """The network is off in tests, and no part of the library opens what a link names."""
    links = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    linked = tampered(
        GOOD, xl__externalLinks__externalLink1_xml=b"<externalLink/>", xl__externalLinks___rels__x_xml=links
    )

    assert read(linked).tables[0].rows[0].values["reference"] == "A"


def test_what_unpacks_is_counted_whatever_the_archive_says_of_itself(read, monkeypatch):
    monkeypatch.setattr(limits, "MOST_UNPACKED_BYTES", len(PAGE))

    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(GOOD)


def test_a_file_of_too_many_parts_is_refused(read, monkeypatch):
    monkeypatch.setattr(limits, "MOST_MEMBERS", 3)

    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(GOOD)


def test_a_million_rows_are_refused_before_they_are_read(read):
    rows = b"<row><c><v>1</v></c></row>" * 1_000_000
    page = PAGE.replace(b"</sheetData>", rows + b"</sheetData>")

    with pytest.raises(Unreadable, match="unpacks to far more"):
        read(tampered(GOOD, xl__worksheets__sheet1_xml=page))


def test_a_workbook_of_more_rows_than_are_taken_is_left_at_the_limit(read):
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Receipts")
    for row in [HEADS, *[["A", 1, "2024-05-16"]] * 6_000]:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    with pytest.raises(Unreadable, match="more than 5000 rows"):
        read(buffer.getvalue())
