"""Workbooks as LibreOffice opens them: a text that looks like a formula is none. FULL=1 fails where there is no LibreOffice."""

import re
import shutil
import subprocess
from datetime import date, datetime, timezone

import pytest
import xlsxwriter

from core.exports import xlsx
from core.exports.xlsx import Column, Sheet
from tests.sampling import FULL

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ABSENT = "no LibreOffice on this machine (Debian: apt-get install libreoffice-calc-nogui)"
PATIENCE_SECONDS = 120
LIKE_FORMULAS = (
    "=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", '=HYPERLINK("http://x")', '=cmd|"/c calc"!A1', "|calc",
    "＝1+1", "＋1", "－1", "＠A1", "{=1+1}", '"=1+1"', " =1+1", "'=1+1",
)  # fmt: skip
ABOUT = xlsx.About(
    title="=1+1", as_of=date(2026, 6, 1), known_at=datetime(2026, 6, 1, 12, tzinfo=timezone.utc), source="=1+1"
)
FORMULA = re.compile(r'table:formula="([^"]*)"')


@pytest.fixture
def opened(tmp_path):
    """What LibreOffice makes of a file, in another form: ``fods`` names every formula, ``csv`` is what a person saves."""
    if not OFFICE and not FULL:
        pytest.skip(ABSENT)
    assert OFFICE, ABSENT

    def in_form(path, form):
        command = (
            OFFICE,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            form,
        )
        folder = tmp_path / form.partition(":")[0]
        subprocess.run(
            (*command, "--outdir", str(folder), str(path)), check=True, capture_output=True, timeout=PATIENCE_SECONDS
        )
        return next(folder.iterdir())

    return in_form


def test_no_text_of_a_workbook_is_a_formula_in_libreoffice(opened, tmp_path):
    book = tmp_path / "book.xlsx"
    sheet = Sheet("S", [Column("=1+1")], [[text] for text in LIKE_FORMULAS], notes=[["=1+1"]])
    book.write_bytes(xlsx.workbook(ABOUT, [sheet]))

    content = opened(book, "fods").read_text()

    assert FORMULA.findall(content) == []
    assert content.count("1+1") >= len([text for text in LIKE_FORMULAS if "1+1" in text])


def test_nor_is_one_once_it_was_saved_as_csv_and_opened_again(opened, tmp_path):
    book = tmp_path / "book.xlsx"
    book.write_bytes(xlsx.workbook(ABOUT, [Sheet("S", [Column("Name")], [[text] for text in LIKE_FORMULAS])]))
    saved = opened(book, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2")

    assert "1+1" in saved.read_text()
    assert FORMULA.findall(opened(saved, "fods").read_text()) == []


def test_control_a_formula_is_found(opened, tmp_path):
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_formula("A1", "=1+1")

    assert FORMULA.findall(opened(path, "fods").read_text()) == ["of:=1+1"]
