"""What a sheet holds: its columns, how each is read, and which of them a row must fill."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.imports import cells
from core.imports.cells import Unfit


class Kind(StrEnum):
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    WHOLE = "whole"
    CHOICE = "choice"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class Column:
    """``help`` and ``example`` stand in the template. ``longest`` counts letters of a text.

    ``may_lie_ahead`` lets a day lie after the day of the import.
    """

    code: str
    label: Promise
    help: Promise
    example: str | Promise
    kind: Kind = Kind.TEXT
    required: bool = True
    longest: int = 200
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    may_lie_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that people fill: ``label`` is the name of its tab. The order of ``columns`` is the template's."""

    code: str
    label: Promise
    columns: tuple[Column, ...]

    def column(self, code: str) -> Column | None:
        return next((one for one in self.columns if one.code == code), None)


Values = dict[str, Any]


def read_row(sheet: Sheet, texts: Mapping[str, str], *, today: date) -> Values:
    """Each column's value by its code; None where the cell is empty. Raises Unfit, which names the column."""
    return {column.code: _value(column, texts.get(column.code, ""), today) for column in sheet.columns}


def _value(column: Column, text: str, today: date) -> Any:
    if not text:
        if column.required:
            raise Unfit(_("The cell is empty. It has to be filled."), field=column.code)
        return None
    try:
        value = READERS[column.kind](column, text)
    except Unfit as refusal:
        raise Unfit(str(refusal), field=column.code) from None
    if isinstance(value, date) and value > today and not column.may_lie_ahead:
        raise Unfit(_("The day lies ahead. A history holds what has happened."), field=column.code)
    return value


def _text(column: Column, text: str) -> str:
    if len(text) > column.longest:
        words = {"longest": column.longest, "length": len(text)}
        raise Unfit(_("Shorten the text to %(longest)s letters. It has %(length)s.") % words)
    return text


READERS: dict[Kind, Callable[[Column, str], Any]] = {
    Kind.TEXT: _text,
    Kind.DAY: lambda _column, text: cells.day(text),
    Kind.NUMBER: lambda _column, text: cells.number(text),
    Kind.WHOLE: lambda _column, text: cells.whole(text),
    Kind.CHOICE: lambda column, text: cells.choice(text, column.choices),
    Kind.YES_NO: lambda _column, text: cells.choice(text, cells.YES_OR_NO) == "yes",
}


@cache
def names_of(code: str, label: Promise) -> frozenset[str]:
    """How the head of a column or the tab of a sheet may be written: as its code, or in either language."""
    return frozenset(folded(one) for one in (code, *cells.in_every_language(label).values()))


def folded(text: str) -> str:
    return cells.clean(text).casefold()
