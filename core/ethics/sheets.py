"""The tables from which principles and the questions of a questionnaire are published: CSV or XLSX, heads in either language."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.ethics import services, words
from core.imports import reading
from core.imports.cells import Unfit
from core.imports.sheets import Column, Kind, Sheet, read_row
from core.nations.models import Basis
from core.questionnaires.models import Question
from core.questionnaires.services import Asked

Row = TypeVar("Row")

_KINDS = {Question.Kind.TEXT.value: _("Text"), Question.Kind.YES_NO.value: _("Yes or no, with words")}
_CODE = Column("code", _("Code"), _("By which it is told from others."), "AI-LAW", longest=20)

PRINCIPLES = Sheet(
    "principles",
    _("Principles"),
    (
        _CODE,
        Column("family", _("Family of technology"), _("As code or name."), "AI", Kind.CHOICE, choices=words.FAMILIES),
        Column("order", _("Place in the family"), _("From 1 on."), "1", Kind.WHOLE),
        Column("name_en", _("Name in English"), _("As published."), "Lawfulness", longest=120),
        Column("name_fr", _("Name in French"), _("As published."), "Licéité", longest=120),
        Column("meaning_en", _("Meaning in English"), _("In a sentence."), "", longest=400),
        Column("meaning_fr", _("Meaning in French"), _("In a sentence."), "", longest=400),
        Column(
            "adopted_on", _("Adopted on"), _("Empty where it is not known."), "2021-10-22", Kind.DAY, required=False
        ),
        Column("source", _("Source"), _("Where it was published."), "https://www.nato.int/", longest=400),
        Column("basis", _("Basis"), _("How far it may be trusted."), "solid", Kind.CHOICE, choices=dict(Basis.choices)),
    ),
)
QUESTIONS = Sheet(
    "questions",
    _("Questions"),
    (
        _CODE,
        Column("group", _("Family of technology"), _("As code or name."), "AI", Kind.CHOICE, choices=words.FAMILIES),
        Column("kind", _("Kind"), _("What is answered."), "text", Kind.CHOICE, choices=_KINDS),
        Column("text_en", _("Question in English"), _("In full."), "", longest=500),
        Column("text_fr", _("Question in French"), _("In full."), "", longest=500),
        Column("hint_en", _("Hint in English"), _("May be empty."), "", required=False, longest=300),
        Column("hint_fr", _("Hint in French"), _("May be empty."), "", required=False, longest=300),
    ),
)
NOT_READ = ("source",)
"""A column that a table of questions may have for its authors."""


class UnfitRow(Invalid):
    """A row cannot be taken; nothing of the file was kept."""

    code = "unfit_row"

    def __init__(self, number: int, column: str, refusal: str) -> None:
        told = {"row": number, "column": column, "refusal": refusal}
        super().__init__(_now("Row %(row)s, column “%(column)s”: %(refusal)s") % told, field="file")


class TwiceInFile(Invalid):
    code = "twice_in_file"

    def __init__(self, number: int, code: str) -> None:
        super().__init__(_now("Row %(row)s: “%(code)s” stands in the file twice.") % {"row": number, "code": code})


def principles(content: bytes, *, name: str, today: date) -> list[services.Told]:
    """The principles of a file. Raises Unreadable, UnfitRow, TwiceInFile."""
    return _rows(content, PRINCIPLES, services.Told, name=name, today=today)


def questions(content: bytes, *, name: str, today: date) -> list[Asked]:
    """The questions of a file, in its order. Raises Unreadable, UnfitRow, TwiceInFile."""
    return _rows(content, QUESTIONS, Asked, name=name, today=today)


def _rows(content: bytes, sheet: Sheet, made: Callable[..., Row], *, name: str, today: date) -> list[Row]:
    (table,) = reading.read(content, name=name, wanted=[sheet], ignored_heads=NOT_READ).tables
    found: dict[str, Row] = {}
    for row in table.rows:
        values = _values(sheet, row, today)
        if values["code"] in found:
            raise TwiceInFile(row.number, values["code"])
        found[values["code"]] = made(**values)
    return list(found.values())


def _values(sheet: Sheet, row: reading.Row, today: date) -> dict[str, Any]:
    try:
        values = read_row(sheet, row.values, today=today)
    except Unfit as refusal:
        column = sheet.column(refusal.field or "")
        raise UnfitRow(row.number, str(column.label if column else refusal.field), str(refusal)) from None
    return {code: "" if value is None and code != "adopted_on" else value for code, value in values.items()}
