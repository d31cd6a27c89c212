"""A sheet to read, and workbooks to read it from: good ones, and ones that were tampered with."""

import io
import zipfile

import openpyxl
import pytest

from core.imports import reading
from core.imports.sheets import Column, Kind, Sheet

HEADS = ["Reference", "Amount", "Received on"]
SHEET = Sheet(
    "receipts",
    "Receipts",
    (
        Column("remark", "Remark", "", "", required=False),
        Column("reference", "Reference", "", ""),
        Column("amount", "Amount", "", "", Kind.NUMBER),
        Column("received_on", "Received on", "", "", Kind.DAY),
    ),
)
OTHER = Sheet("calls", "Calls", (Column("number", "Number", "", "", Kind.WHOLE),))


def workbook(*rows, tab="Receipts", changed=None):
    """A workbook with one sheet of some rows; ``changed`` does something to it before it is saved."""
    book = openpyxl.Workbook()
    book.active.title = tab
    for row in rows:
        book.active.append(row)
    if changed:
        changed(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def tampered(content, **parts):
    """The workbook with some parts of its archive replaced, added, or left out where they are None."""
    changes = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): data for name, data in parts.items()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = changes.pop(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in changes.items():
            new.writestr(name, data)
    return buffer.getvalue()


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


@pytest.fixture
def read():
    def _read(content, *, name="file.xlsx", wanted=(SHEET,), **ignored):
        return reading.read(content, name=name, wanted=wanted, **ignored)

    return _read
