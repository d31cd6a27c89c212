"""
Workbooks: real numbers, real dates, and text that no spreadsheet takes for a formula.

The first sheet says what the workbook is: as of which day, as known on which moment, from which source, and whether
figures are illustrative. Amounts are exact to fifteen significant digits, the precision of the format itself.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.money.value import Money

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
"""What some spreadsheet takes for the beginning of a formula or of a command, in wide letters too."""
MOST_TEXT = 32_767
"""Characters that a cell of the format holds."""
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
LONGEST_NAME = 31

Cell = str | Decimal | Money | int | date | datetime | None


class Kind(StrEnum):
    """What a column holds. Shares are fractions of one, shown as per cent with four decimals."""

    TEXT = "text"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    WHOLE = "whole"
    YEAR = "year"
    NUMBER = "number"


FORMATS = {
    Kind.TEXT: "@",
    Kind.MONEY: "#,##0.00",
    Kind.SHARE: "0.0000%",
    Kind.DAY: "yyyy-mm-dd",
    Kind.WHOLE: "#,##0",
    Kind.YEAR: "0",
    Kind.NUMBER: "#,##0.####",
}
WIDTHS = {Kind.TEXT: 28, Kind.MONEY: 20, Kind.SHARE: 12, Kind.DAY: 12, Kind.WHOLE: 10, Kind.YEAR: 8, Kind.NUMBER: 14}
NUMERIC = frozenset({Kind.MONEY, Kind.SHARE, Kind.WHOLE, Kind.YEAR, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    kind: Kind = Kind.TEXT
    width: int | None = None
    """In letters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``notes`` are rows of text under the heads, whatever the columns hold: what a template says of itself."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What stands on the first sheet. ``source`` says where public figures come from."""

    title: str
    as_of: date
    known_at: datetime
    source: str
    illustrative: bool = False
    remarks: Sequence[str] = field(default_factory=tuple)


def workbook(about: About, sheets: Sequence[Sheet]) -> bytes:
    """The file. Raises ValueError for a row that does not fit its columns."""
    import xlsxwriter  # noqa: PLC0415 -- slow import

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {"title": about.title, "created": about.known_at.astimezone(timezone.utc).replace(tzinfo=None)}
        )
        styles = _styles(book)
        _write(book, about_sheet(about), styles)
        for sheet in sheets:
            _write(book, sheet, styles)
    return buffer.getvalue()


def response(content: bytes, *, name: str) -> HttpResponse:
    """The file as an answer that is saved, never shown; ``name`` is plain ASCII without its ending."""
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def about_sheet(about: About) -> Sheet:
    """As-of, known-on, source and the mark of illustrative figures, as rows of a name and a value."""
    status = (
        _("Holds illustrative figures; the column says which.") if about.illustrative else _("Public figures only.")
    )
    rows: list[list[Cell]] = [
        [_("Title"), about.title],
        [_("As of"), about.as_of.isoformat()],
        [_("Known on"), about.known_at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")],
        [_("Source"), about.source],
        [_("Figures"), status],
    ]
    rows += [[_("Remark"), remark] for remark in about.remarks]
    return Sheet(_("About"), [Column(_("What"), width=16), Column(_("Value"), width=80)], rows)


def safe_text(text: str) -> str:
    """Text that stays text when the sheet is saved as CSV and opened again: an apostrophe before what would calculate."""
    held = text[: MOST_TEXT - 1]
    return f"'{held}" if held.startswith(FORMULA_STARTS) else held


def _styles(book: Any) -> dict[Any, Any]:
    styles: dict[Any, Any] = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    styles[Kind.TEXT].set_text_wrap()
    styles["note"] = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
    styles["head"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    styles["head of numbers"] = book.add_format(
        {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"}
    )
    return styles


def _write(book: Any, sheet: Sheet, styles: dict[Any, Any]) -> None:
    page = book.add_worksheet(sheet.name.translate(FORBIDDEN_IN_NAMES)[:LONGEST_NAME])
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width or WIDTHS[column.kind], styles[column.kind])
        page.write_string(
            0, place, safe_text(column.head), styles["head of numbers" if column.kind in NUMERIC else "head"]
        )
    for number, texts in enumerate(sheet.notes, start=1):
        for place, text in enumerate(texts):
            page.write_string(number, place, safe_text(text), styles["note"])
    for number, row in enumerate(sheet.rows, start=1 + len(sheet.notes)):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, number, place, cell, column.kind, styles[column.kind])


def _write_cell(page: Any, row: int, place: int, cell: Cell, kind: Kind, style: Any) -> None:
    if cell is None:
        page.write_blank(row, place, None, style)
    elif kind is Kind.TEXT:
        page.write_string(row, place, safe_text(str(cell)), style)
    elif kind is Kind.DAY and isinstance(cell, date):
        page.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001 -- a day has no zone
    elif kind in NUMERIC and isinstance(cell, Decimal | Money | int):
        page.write_number(row, place, float(cell.amount if isinstance(cell, Money) else cell), style)
    else:
        raise ValueError(f"{type(cell).__name__} does not belong into a column of {kind}")
