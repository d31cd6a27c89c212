"""CSV as offices write it: comma, semicolon or tab; UTF-8 with or without a mark, or the old Western code page."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from core.imports.limits import MOST_LETTERS, Unreadable

DELIMITERS = (";", ",", "\t")
HINT = "sep="
"""Some spreadsheets write the delimiter into a first line of its own."""

NO_TEXT = _("This is neither a workbook (.xlsx) nor text. Save the file as an Excel workbook or as CSV in UTF-8.")
BROKEN = _("The file cannot be read as CSV from row %(row)s on: a quotation mark or a line is broken.")


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, counted as a spreadsheet shows them. Raises Unreadable."""
    text = _decoded(content)
    first, _newline, rest = text.partition("\n")
    hinted = first.strip().casefold().startswith(HINT) and len(first.strip()) == len(HINT) + 1
    delimiter = first.strip()[-1] if hinted else _delimiter(first)
    skipped = 1 if hinted else 0
    reader = csv.reader(io.StringIO(rest if hinted else text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    try:
        for row in reader:
            number += 1
            yield number, row
    except csv.Error:
        raise Unreadable(BROKEN, row=number + 1) from None


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise Unreadable(NO_TEXT)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(NO_TEXT)


def _delimiter(head: str) -> str:
    """The one that stands most often in the heads, outside quotation marks."""
    outside = "".join(head.split('"')[::2])[: MOST_LETTERS * len(DELIMITERS)]
    return max(DELIMITERS, key=outside.count)
