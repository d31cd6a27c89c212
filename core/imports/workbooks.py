"""Excel workbooks, which are archives: looked through as bytes first, opened only when nothing in them is amiss.

Nothing is calculated, no link is followed, no macro is kept. An archive's own word about sizes is not believed: what is
unpacked is counted.
"""

import io
import re
import struct
import threading
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext_lazy as _

from core.imports import limits
from core.imports.limits import Unreadable

CHUNK = 64 * 1024
OVERLAP = 64
"""Bytes of the chunk before that are looked at again, so that no sign is missed on a seam."""
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
WORKBOOK_TYPE = b"spreadsheetml.sheet.main+xml"
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    NotImplementedError,
    OSError,
)
"""What the library raises for files that are not what they say."""
AT_FAULT_SHOWN = 5
SIGNIFICANT_DIGITS = 15
"""As many as a spreadsheet shows; what is beyond them is noise of binary fractions."""

NO_WORKBOOK = _("This is no Excel workbook (.xlsx), or it is damaged. Open it in your spreadsheet and save it anew.")
MACROS = _("The workbook carries macros. Save it as a workbook without macros (.xlsx).")
LOCKED = _("The workbook is protected by a password. Save it without one.")
OLD = _("This is an old Excel file (.xls), or one protected by a password. Save it as a workbook (.xlsx) without one.")
TOO_LARGE = _("The workbook unpacks to far more than it should hold. Copy the rows into a new workbook and save that.")
TOO_MANY_SHEETS = _("The workbook has %(count)s sheets; at most %(most)s are read. Take out what is not needed.")
TOO_WIDE = _("Sheet “%(sheet)s”, row %(row)s: there are more than %(most)s columns. Take out what is not needed.")
TOO_DEEP = _("Sheet “%(sheet)s” goes on below row %(last)s. Delete the empty rows at its end and save it anew.")
HOLDS_FORMULAS = _(
    "Sheet “%(sheet)s” holds formulas or errors, in %(cells)s. Nothing is calculated here: copy the cells and paste them "
    "as values."
)
HAS_MERGED_CELLS = _("Sheet “%(sheet)s” has merged cells. Unmerge them, so that each row stands for itself.")

_one_at_a_time = threading.Lock()
"""A process reads one workbook at a time: it bounds memory, and the silence about warnings below is the process's."""


@dataclass(slots=True)
class Page:
    """One sheet: each row that holds anything, with its number. ``amiss`` is why it cannot be taken, if it is wanted."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    at_fault: list[str] = field(default_factory=list)
    """Cells that hold a formula or an error."""
    amiss: Unreadable | None = None


def is_archive(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def is_old(content: bytes) -> bool:
    return content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def pages(content: bytes) -> list[Page]:
    """Every sheet of a workbook. Raises Unreadable."""
    try:
        merged = _look_through(content)
        return _read(content, merged)
    except DAMAGED:
        raise Unreadable(NO_WORKBOOK) from None


def _look_through(content: bytes) -> set[str]:
    """Unpack every part to nowhere and look for what must not be in it; return the parts with merged cells."""
    merged, unpacked = set(), 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > limits.MOST_MEMBERS:
            raise Unreadable(TOO_LARGE)
        for member in members:
            _check_name(member)
            size, found = _scan(archive, member, most=limits.MOST_UNPACKED_BYTES - unpacked)
            unpacked += size
            if found:
                merged.add(member.filename)
    return merged


def _check_name(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if member.flag_bits & 1:
        raise Unreadable(LOCKED)
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(NO_WORKBOOK)
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        raise Unreadable(NO_WORKBOOK)
    if name.casefold().endswith("vbaproject.bin"):
        raise Unreadable(MACROS)


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, most: int) -> tuple[int, bool]:
    """How many bytes a part unpacks to, and whether it merges cells. Raises Unreadable."""
    size, merged, tail = 0, False, b""
    is_markup = member.filename.casefold().endswith((".xml", ".rels"))
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > most or _is_bomb(size, member.compress_size):
                raise Unreadable(TOO_LARGE)
            seen = tail + chunk
            if is_markup:
                _check_markup(member.filename, seen)
                merged = merged or MERGED.search(seen) is not None
            tail = seen[-OVERLAP:]
    return size, merged


def _is_bomb(size: int, packed: int) -> bool:
    return size > limits.RATIO_FROM_BYTES and size > limits.MOST_RATIO * max(packed, 1)


def _check_markup(name: str, seen: bytes) -> None:
    """Office files declare no entities and are written in UTF-8; the list of parts names a plain workbook."""
    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\x00" in seen:
        raise Unreadable(NO_WORKBOOK)
    if name == "[Content_Types].xml":
        if b"macroEnabled" in seen:
            raise Unreadable(MACROS)
        if WORKBOOK_TYPE not in seen:
            raise Unreadable(NO_WORKBOOK)


def _read(content: bytes, merged: set[str]) -> list[Page]:
    import openpyxl  # noqa: PLC0415 -- slow import

    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            if len(book.worksheets) > limits.MOST_SHEETS:
                raise Unreadable(TOO_MANY_SHEETS, count=len(book.worksheets), most=limits.MOST_SHEETS)
            return [_page(sheet, merged) for sheet in book.worksheets]
        finally:
            book.close()


def _page(sheet: Any, merged: set[str]) -> Page:
    """``sheet`` is openpyxl's. Its word about how far it reaches is not believed."""
    sheet.reset_dimensions()
    page = Page(sheet.title)
    if sheet._worksheet_path in merged:
        page.amiss = Unreadable(HAS_MERGED_CELLS, sheet=page.name)
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if refusal := _too_much(page, number, len(row)):
            page.amiss = refusal
            break
        texts = [_text(page, cell) for cell in row]
        if any(texts):
            page.rows.append((number, texts))
    if page.at_fault and page.amiss is None:
        page.amiss = Unreadable(HOLDS_FORMULAS, sheet=page.name, cells=_listed(page.at_fault))
    return page


def _too_much(page: Page, number: int, width: int) -> Unreadable | None:
    if number > limits.LAST_ROW:
        return Unreadable(TOO_DEEP, sheet=page.name, last=limits.LAST_ROW)
    if len(page.rows) > limits.MOST_ROWS + 1:
        return Unreadable(limits.TOO_MANY_ROWS, most=limits.MOST_ROWS)
    if width > limits.MOST_COLUMNS:
        return Unreadable(TOO_WIDE, sheet=page.name, row=number, most=limits.MOST_COLUMNS)
    return None


def _listed(cells: list[str]) -> str:
    more = ["…"] if len(cells) > AT_FAULT_SHOWN else []
    return ", ".join([*cells[:AT_FAULT_SHOWN], *more])


def _text(page: Page, cell: Any) -> str:
    if cell.value is None:
        return ""
    if cell.data_type in {"f", "e"}:
        page.at_fault.append(cell.coordinate)
        return "?"
    return _in_words(cell.value)


def _in_words(value: object) -> str:
    """A cell's value as text that says the same: days as ISO, numbers with a decimal point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """Without an exponent. Three decimals get a fourth, so that nobody takes the point for one between thousands."""
    if isinstance(value, int):
        return str(value)
    exact = Decimal(f"{value:.{SIGNIFICANT_DIGITS}g}")
    if not exact.is_finite():
        return str(value)
    text = f"{exact:f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text  # noqa: PLR2004 -- as many as stand between thousands
