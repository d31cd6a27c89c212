"""A file becomes tables: told by its content, never by its name, with heads in either language."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.imports import cells, csv_files, limits, sheets, workbooks
from core.imports.limits import Unreadable
from core.imports.sheets import Sheet

REMARK = "#"
"""A row that begins with this sign is a remark: templates explain themselves in such rows."""
LONGEST_NAME = 150

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file has %(size)s MB; at most %(most)s MB are read. Send it in parts.")
NOT_ONE_SHEET = _("A CSV file holds one sheet. Choose which one it is, or upload a workbook (.xlsx).")
WRONG_SHEET = _("No sheet of the workbook has one of these names: %(names)s. Name them as the template does.")
TWO_SHEETS = _("Two sheets are named “%(sheet)s”. Join them.")
NO_ROWS = _("Sheet “%(sheet)s” holds no row under its heads.")
NOTHING = _("No sheet holds a row under its heads.")
UNKNOWN_HEADS = _("Sheet “%(sheet)s”: no column is named %(heads)s. The columns are: %(known)s.")
TWICE = _("Sheet “%(sheet)s”: two columns are named “%(head)s”. Take one out.")
MISSING_HEADS = _("Sheet “%(sheet)s” lacks what every row must have: %(heads)s. Take the heads from the template.")
OUTSIDE = _("Sheet “%(sheet)s”, row %(row)s: a cell stands outside the columns that have a head.")
TOO_LONG = _(
    "Sheet “%(sheet)s”, row %(row)s, column “%(head)s”: the cell has %(length)s letters; at most %(most)s are read."
)


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the row's in its spreadsheet; ``values`` are texts by column code, empty cells left out."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    sheet: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds. ``digest`` is the SHA-256 of its bytes; ``not_read`` names sheets of no known kind."""

    file_name: str
    size_bytes: int
    digest: str
    tables: tuple[Table, ...]
    not_read: tuple[str, ...]

    @property
    def row_count(self) -> int:
        return sum(len(table.rows) for table in self.tables)


def read(
    content: bytes, *, name: str, wanted: Sequence[Sheet], ignored_tabs: Iterable[str] = (), ignored_heads: Iterable[str] = ()
) -> Contents:  # fmt: skip
    """The tables of ``wanted`` sheets in a file. Raises Unreadable, and then nothing of the file is kept.

    ``ignored_tabs`` and ``ignored_heads`` are names that the product's own exports add.
    """
    if not content:
        raise Unreadable(EMPTY)
    if len(content) > limits.MOST_BYTES:
        raise Unreadable(TOO_LARGE, size=-(-len(content) // 2**20), most=limits.MOST_BYTES // 2**20)
    skipped = frozenset(sheets.folded(one) for one in ignored_heads)
    found, not_read = _pages(content, wanted, frozenset(sheets.folded(one) for one in ignored_tabs))
    tables = tuple(_table(sheet, rows, skipped) for sheet, rows in found)
    if len(tables) == 1 and not tables[0].rows:
        raise Unreadable(NO_ROWS, sheet=found[0][0].label)
    if not any(table.rows for table in tables):
        raise Unreadable(NOTHING)
    if sum(len(table.rows) for table in tables) > limits.MOST_ROWS:
        raise Unreadable(limits.TOO_MANY_ROWS, most=limits.MOST_ROWS)
    return Contents(file_name(name), len(content), hashlib.sha256(content).hexdigest(), tables, tuple(not_read))


def file_name(given: str) -> str:
    """The name of an upload as something to show: composed, without path or invisible letters, at most 150 letters."""
    last = given.replace("\\", "/").rpartition("/")[2]
    visible = cells.clean("".join(one for one in last if unicodedata.category(one)[0] != "C" or one in "\t\n"))
    return visible[-LONGEST_NAME:] or "file"


Pages = list[tuple[Sheet, list[tuple[int, list[str]]]]]


def _pages(content: bytes, wanted: Sequence[Sheet], ignored: frozenset[str]) -> tuple[Pages, list[str]]:
    if workbooks.is_old(content):
        raise Unreadable(workbooks.OLD)
    if workbooks.is_archive(content):
        return _of_workbook(workbooks.pages(content), wanted, ignored)
    if len(wanted) > 1:
        raise Unreadable(NOT_ONE_SHEET)
    return [(wanted[0], _bounded(wanted[0], csv_files.rows(content)))], []


def _bounded(sheet: Sheet, rows: Iterator[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Rows that hold anything, with limits on their number and width while they are read."""
    kept: list[tuple[int, list[str]]] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(kept) > limits.MOST_ROWS + 1:
            raise Unreadable(limits.TOO_MANY_ROWS, most=limits.MOST_ROWS)
        if len(row) > limits.MOST_COLUMNS:
            raise Unreadable(workbooks.TOO_WIDE, sheet=sheet.label, row=number, most=limits.MOST_COLUMNS)
        kept.append((number, row))
    return kept


def _of_workbook(
    pages: Sequence[workbooks.Page], wanted: Sequence[Sheet], ignored: frozenset[str]
) -> tuple[Pages, list[str]]:
    """The pages that are wanted, by their names; a single page is taken for the only sheet wanted, whatever its name."""
    found: dict[str, workbooks.Page] = {}
    not_read = []
    for page in pages:
        sheet = next((one for one in wanted if sheets.folded(page.name) in sheets.names_of(one.code, one.label)), None)
        if sheet is None:
            not_read += [page.name] if sheets.folded(page.name) not in ignored and page.rows else []
        elif sheet.code in found:
            raise Unreadable(TWO_SHEETS, sheet=sheet.label)
        else:
            found[sheet.code] = page
    if not found and len(wanted) == 1 and len(not_read) == 1:
        found[wanted[0].code] = next(page for page in pages if page.name == not_read[0])
        not_read = []
    if not found:
        raise Unreadable(WRONG_SHEET, names=", ".join(str(one.label) for one in wanted))
    if refusal := next((page.amiss for page in found.values() if page.amiss), None):
        raise refusal
    return [(sheet, found[sheet.code].rows) for sheet in wanted if sheet.code in found], not_read


def _table(sheet: Sheet, rows: Sequence[tuple[int, list[str]]], skipped: frozenset[str]) -> Table:
    if not rows:
        return Table(sheet.code, ())
    places = _places(sheet, rows[0][1], skipped)
    return Table(
        sheet.code, tuple(_row(sheet, places, number, texts) for number, texts in rows[1:] if not _is_remark(texts))
    )


def _places(sheet: Sheet, heads: Sequence[str], skipped: frozenset[str]) -> list[str | None]:
    """The code of the column at each place; None at a place without a head, or with one that is ours to ignore."""
    known = {name: column.code for column in sheet.columns for name in sheets.names_of(column.code, column.label)}
    places: list[str | None] = []
    unknown = []
    for head in heads:
        name = sheets.folded(head)
        code = known.get(name)
        if code is not None and code in places:
            raise Unreadable(TWICE, sheet=sheet.label, head=cells.shortened(cells.clean(head)))
        if code is None and name in skipped:
            places.append("")
            continue
        if code is None and name:
            unknown.append(cells.shortened(cells.clean(head)))
        places.append(code)
    if unknown:
        every = ", ".join(str(column.label) for column in sheet.columns)
        raise Unreadable(UNKNOWN_HEADS, sheet=sheet.label, heads=", ".join(unknown[:5]), known=every)
    if missing := [column for column in sheet.columns if column.required and column.code not in places]:
        raise Unreadable(MISSING_HEADS, sheet=sheet.label, heads=", ".join(str(one.label) for one in missing))
    return places


def _row(sheet: Sheet, places: Sequence[str | None], number: int, texts: Sequence[str]) -> Row:
    values = {}
    for place, text in enumerate(texts):
        if not (held := cells.clean(text)):
            continue
        code = places[place] if place < len(places) else None
        if code is None:
            raise Unreadable(OUTSIDE, sheet=sheet.label, row=number)
        if column := sheet.column(code):
            if len(held) > limits.MOST_LETTERS:
                words = {"head": column.label, "length": len(held), "most": limits.MOST_LETTERS}
                raise Unreadable(TOO_LONG, sheet=sheet.label, row=number, **words)
            values[code] = held
    return Row(number, values)


def _is_remark(texts: Sequence[str]) -> bool:
    return next((text for text in texts if text.strip()), "").lstrip().startswith(REMARK)
