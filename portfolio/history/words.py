"""What states and results of imports are called, and how they are toned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from core.imports import cells
from core.imports.lifecycle import Result, State
from core.imports.models import Import, ImportResult, ImportRun
from core.imports.sheets import Column, Kind
from core.jobs.models import Job
from core.web import numerals
from portfolio.history import sheets
from portfolio.history.services.background import APPLY, CHECK

RESULTS: dict[str, Promise] = {
    Result.REFUSED: _("Refused"),
    Result.DIFFERS: _("Differs"),
    Result.NEW: _("New"),
    Result.SAME: _("There already"),
}
TONES = {Result.REFUSED: "stop", Result.DIFFERS: "warn", Result.NEW: "info", Result.SAME: "plain"}
STATES: dict[str, Promise] = {
    State.STAGED: _("Not checked yet"),
    State.CHECKED: _("Waits for a second person"),
    State.APPLIED: _("Applied"),
    State.DISCARDED: _("Discarded"),
}
STATE_TONES = {State.STAGED: "plain", State.CHECKED: "info", State.APPLIED: "ok", State.DISCARDED: "none"}


@dataclass(frozen=True, slots=True)
class Chip:
    tone: str
    word: str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a dry run in words. ``changes`` are (column, recorded, in the file); ``contents`` (column, text)."""

    place: str
    """The sheet and the number of the row."""
    chip: Chip
    column: str
    message: str
    changes: list[tuple[str, str, str]]
    contents: list[tuple[str, str]]


AT_WORK: dict[str, Promise] = {CHECK: _("The dry run is being made"), APPLY: _("Being recorded")}


def state(upload: Import, run: ImportRun | None, *, work: Job | None = None) -> Chip:
    """The state in one word: what is being done, what has to be corrected, or whom it waits for."""
    if work:
        return Chip("info", AT_WORK[work.name])
    if upload.state == State.CHECKED and run and run.in_the_way:
        count = run.in_the_way
        return Chip("stop", ngettext("%(count)s row to correct", "%(count)s rows to correct", count) % {"count": count})
    if upload.state == State.CHECKED and run and not run.to_write:
        return Chip("plain", _("Nothing to record"))
    return Chip(STATE_TONES[State(upload.state)], STATES[State(upload.state)])


def said(one: ImportResult) -> Said:
    """A row with what was said of it, in the reader's language."""
    sheet = sheets.sheet(one.row.sheet)
    return Said(
        place=f"{sheet.label}{numerals.NBSP}{one.row.number}",
        chip=Chip(TONES[Result(one.result)], RESULTS[one.result]),
        column=sheets.label_of(sheet.code, one.field) if one.field else "",
        message=message(one),
        changes=[
            (sheets.label_of(sheet.code, name), _shown(sheet.column(name), old), _shown(sheet.column(name), new))
            for name, old, new in one.changes
        ],
        contents=[
            (str(column.label), one.row.values[column.code])
            for column in sheet.columns
            if column.code in one.row.values
        ],
    )


def message(one: ImportResult) -> str:
    return in_the_readers_language(one.message)


def in_the_readers_language(sentences: Mapping[str, str]) -> str:
    return sentences.get((get_language() or "en")[:2]) or next(iter(sentences.values()), "")


def _shown(column: Column | None, text: str) -> str:
    """A recorded value as its column is read: days in words, amounts in groups, choices by their names."""
    if column is None or not text:
        return text
    if column.kind is Kind.DAY and cells.ISO_DAY.fullmatch(text):
        return numerals.day(date.fromisoformat(text))
    if column.kind is Kind.NUMBER and cells.PLAIN.fullmatch(text):
        value = Decimal(text).normalize()
        return numerals.plain(value, max(2, -int(value.as_tuple().exponent)))
    return str(column.choices.get(text, text))


def refusal(upload: Import, run: ImportRun | None) -> str:
    """Why work that was asked for after the latest dry run was refused, in the reader's language; else nothing."""
    if upload.refused_at is None or upload.applied_at or (run and run.at > upload.refused_at):
        return ""
    return in_the_readers_language(upload.refusal)


def kind(code: str) -> str:
    return str(sheets.KINDS.get(code, code))
