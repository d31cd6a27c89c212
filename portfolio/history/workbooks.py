"""Templates to fill, and the results of a dry run to correct and upload again."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.exports import xlsx
from core.exports.xlsx import About, Cell
from core.imports import queries as imports
from core.imports import sheets as core_sheets
from core.imports.lifecycle import ORDER
from core.imports.models import Import, ImportResult, ImportRun
from core.imports.sheets import Column, Sheet
from portfolio.funds.models import Fund
from portfolio.history import queries, sheets, words
from portfolio.history.queries import Listed

KINDS = {
    core_sheets.Kind.DAY: xlsx.Kind.DAY,
    core_sheets.Kind.NUMBER: xlsx.Kind.MONEY,
    core_sheets.Kind.WHOLE: xlsx.Kind.YEAR,
}
"""A whole number is the number of a call or a tranche, which is never grouped: as a year."""


def template(kind: str, *, today: date, now: datetime) -> bytes:
    """A workbook with the heads of each sheet, a row that explains them, and an illustrative example.

    Both rows are remarks, so that nothing of the template is taken for data; the example becomes a row when its mark is
    taken out.
    """
    about = About(
        title=_("Template: %(kind)s") % {"kind": words.kind(kind)},
        as_of=today,
        known_at=now,
        source="",
        illustrative=True,
        remarks=[
            _("Fill in each sheet below its examples. Heads may stand in any order, in English or French."),
            _("A row that begins with # is a remark and is not read."),
            _("Days are dates of the spreadsheet or written like 2024-05-16. Amounts have no sign of a currency."),
            _("Every example is invented."),
        ],
    )
    return xlsx.workbook(about, [_template_of(sheet) for sheet in sheets.of_kind(kind)])


def listed(fund: Fund, found: Sequence[Listed], *, today: date, now: datetime) -> bytes:
    """Every import of a fund, the newest first, with what its latest dry run counted; empty where there was none."""
    about = About(
        title=_("%(fund)s: imports") % {"fund": fund.name},
        as_of=today,
        known_at=now,
        source=_("The imports of the fund; the results of each have a workbook of their own."),
        illustrative=fund.is_illustrative,
    )
    columns = [
        xlsx.Column(_("File")),
        xlsx.Column(_("Holds")),
        xlsx.Column(_("Rows"), xlsx.Kind.WHOLE),
        xlsx.Column(_("Uploaded, UTC"), width=20),
        xlsx.Column(_("Uploaded by")),
        xlsx.Column(_("State")),
        *(xlsx.Column(str(words.RESULTS[result]), xlsx.Kind.WHOLE) for result in ORDER),
        xlsx.Column(_("Applied, UTC"), width=20),
        xlsx.Column(_("Applied by")),
        xlsx.Column(_("Id")),
        xlsx.Column(_("Digest"), width=70),
    ]
    return xlsx.workbook(about, [xlsx.Sheet(_("Imports"), columns, [_listed_cells(one) for one in found])])


def results(upload: Import, run: ImportRun, fund: Fund, *, today: date, now: datetime) -> bytes:
    """Every row as it stood, in the order of the file, with what was said of it."""
    found = list(imports.results(run).order_by("row_id"))
    about = About(
        title=f"{fund.name}: {upload.file_name}",
        as_of=today,
        known_at=now,
        source=_("The file as it was uploaded."),
        illustrative=fund.is_illustrative or any(one.row.values.get("illustrative") for one in found),
        remarks=[_("Correct the rows and upload this workbook: what was said of them is not read.")],
    )
    pages = [_results_of(sheet, [one for one in found if one.row.sheet == sheet.code]) for sheet in sheets.IN_ORDER]
    return xlsx.workbook(about, [page for page in pages if page.rows])


def _listed_cells(one: Listed) -> list[Cell]:
    upload = one.upload
    counted = queries.counts(one.run) if one.run else dict.fromkeys(ORDER)
    return [
        upload.file_name,
        words.kind(upload.kind),
        upload.row_count,
        _moment(upload.uploaded_at),
        upload.uploaded_by.name,
        str(words.state(upload, one.run).word),
        *(counted[result] for result in ORDER),
        _moment(upload.applied_at),
        upload.applied_by.name if upload.applied_by else "",
        upload.public_id,
        upload.digest,
    ]


def _moment(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S") if value else ""


def _template_of(sheet: Sheet) -> xlsx.Sheet:
    columns = [xlsx.Column(str(one.label), _kind(one), width=24) for one in sheet.columns]
    explained = [_("# Explanation"), *(_explained(one) for one in sheet.columns[1:])]
    example: list[Cell] = [
        _("# An illustrative example: take out this mark"),
        *(_example(one) for one in sheet.columns[1:]),
    ]
    return xlsx.Sheet(str(sheet.label), columns, [example], notes=[explained])


def _kind(column: Column) -> xlsx.Kind:
    return xlsx.Kind.NUMBER if column.code == "quantity" else KINDS.get(column.kind, xlsx.Kind.TEXT)


def _explained(column: Column) -> str:
    return str(column.help) if column.required else _("Optional. %(help)s") % {"help": column.help}


def _example(column: Column) -> Cell:
    text = str(column.example)
    if not text:
        return None
    if column.kind is core_sheets.Kind.DAY:
        return date.fromisoformat(text)
    if column.kind is core_sheets.Kind.WHOLE:
        return int(text)
    return Decimal(text) if column.kind is core_sheets.Kind.NUMBER else text


def _results_of(sheet: Sheet, found: Sequence[ImportResult]) -> xlsx.Sheet:
    used = [one for one in sheet.columns if one.required or any(one.code in row.row.values for row in found)]
    columns = [
        *(xlsx.Column(str(one.label), width=22) for one in used),
        *(xlsx.Column(str(head)) for head in sheets.OUR_HEADS),
    ]
    rows: list[list[Cell]] = [
        [*(row.row.values.get(one.code) for one in used), str(words.RESULTS[row.result]), _explanation(row)]
        for row in found
    ]
    return xlsx.Sheet(str(sheet.label), columns, rows)


def _explanation(row: ImportResult) -> str:
    """The column at fault, the sentence, and each difference as recorded and in the file."""
    said = words.said(row)
    parts = [f"{said.column}: {said.message}" if said.column and said.message else said.message]
    parts += [f"{column}: {old or '–'} → {new or '–'}" for column, old, new in said.changes]
    return " ".join(part for part in parts if part)
