"""Calls, notices and receipts as workbooks: exact amounts in the fund's currency."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from core.ethics import passed
from core.exports.xlsx import About, Cell, Column, Kind, Sheet, workbook
from core.web import numerals
from portfolio.capital_calls import gating, words
from portfolio.capital_calls.listing import Listed, Row
from portfolio.capital_calls.models import ReceiptTakenBack
from portfolio.capital_calls.paying import ReceiptRow
from portfolio.capital_calls.reading import Whole
from portfolio.funds.models import Fund

ZERO = Decimal(0)


def calls(fund: Fund, found: Listed, *, as_of: date, known_at: datetime) -> bytes:
    """The list; the last row has the sums of the calls that are issued."""
    unit = {"currency": fund.currency_id}
    columns = [
        Column(_("Number"), Kind.WHOLE),
        Column(_("State")),
        Column(_("Issued on"), Kind.DAY),
        Column(_("Due on"), Kind.DAY),
        Column(_("Amount, %(currency)s") % unit, Kind.MONEY),
        Column(_("Paid, %(currency)s") % unit, Kind.MONEY),
        Column(_("Open, %(currency)s") % unit, Kind.MONEY),
        Column(_("Note")),
        Column(_("Prepared by")),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    rows: list[list[Cell]] = [_call_cells(row) for row in found.rows]
    rows.append([None, _("Total issued"), None, None, found.amount, found.paid, found.open, "", "", "", ""])
    title = _("%(fund)s: capital calls") % {"fund": fund.name}
    about = _about(title, as_of, known_at, illustrative=found.is_illustrative)
    return workbook(about, [Sheet(_("Capital calls"), columns, rows)])


def call(whole: Whole, *, as_of: date, known_at: datetime) -> bytes:
    """
    One call: what it is for, how it is split, and once it is issued its notices and what was paid on them; and what of the
    companies that it names passed the ethics gate under an override.
    """
    sheets = [_purposes(whole), _split(whole)]
    if whole.notices:
        sheets += [_notices(whole), _payments(whole)]
    if companies := {line.company for line in whole.lines if line.company}:
        sheets += passed.sheets(passed.under_override(whole.call.fund.public_id, known_at=known_at, of=companies))
    title = _("Capital call No. %(number)s") % {"number": whole.call.number}
    return workbook(_about(title, as_of, known_at, illustrative=whole.call.is_illustrative), sheets)


def about_receipts(fund: Fund, *, as_of: date, known_at: datetime, illustrative: bool) -> About:
    return _about(_("%(fund)s: receipts") % {"fund": fund.name}, as_of, known_at, illustrative=illustrative)


def receipts(fund: Fund, rows: Sequence[ReceiptRow], taken_back: Sequence[ReceiptTakenBack], about: About) -> bytes:
    """Every receipt with what of it pays calls and what stands in suspense; then those that were taken back, if any."""
    unit = {"currency": fund.currency_id}
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Ally")),
        Column(_("Received, %(currency)s") % unit, Kind.MONEY),
        Column(_("Pays calls")),
        Column(_("Paid on calls, %(currency)s") % unit, Kind.MONEY),
        Column(_("In suspense, %(currency)s") % unit, Kind.MONEY),
        Column(_("Bank reference")),
        Column(_("Recorded by")),
        Column(_("Id")),
    ]
    cells: list[list[Cell]] = [
        [
            row.line.receipt.received_on,
            row.line.receipt.commitment.nation.name,
            row.line.receipt.amount,
            ", ".join(str(part.notice.call.number) for part in row.parts),
            row.line.allocated,
            row.line.suspense,
            row.line.receipt.reference,
            row.line.receipt.recorded_by.name,
            row.line.receipt.public_id,
        ]
        for row in rows
    ]
    sums = [sum((getattr(row.line, name) for row in rows), ZERO) for name in ("allocated", "suspense")]
    cells.append([None, _("Total"), sum(sums, ZERO), "", *sums, "", "", ""])
    sheets = [Sheet(_("Receipts"), columns, cells)]
    if taken_back:
        sheets.append(_taken_back(fund, taken_back))
    return workbook(about, sheets)


def _taken_back(fund: Fund, rows: Sequence[ReceiptTakenBack]) -> Sheet:
    """What counts as nothing, and why."""
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Ally")),
        Column(_("Amount, %(currency)s") % {"currency": fund.currency_id}, Kind.MONEY),
        Column(_("Bank reference")),
        Column(_("Reason"), width=50),
        Column(_("Counts as nothing from"), Kind.DAY),
        Column(_("Taken back")),
        Column(_("Taken back by")),
        Column(_("Id")),
    ]
    cells: list[list[Cell]] = [
        [
            one.receipt.received_on,
            one.receipt.commitment.nation.name,
            one.receipt.amount,
            one.receipt.reference,
            one.reason,
            one.effective_on,
            numerals.moment(one.recorded_at),
            one.recorded_by.name,
            one.receipt.public_id,
        ]
        for one in rows
    ]
    return Sheet(_("Taken back"), columns, cells)


def _call_cells(row: Row) -> list[Cell]:
    one = row.call
    return [
        one.number,
        str(words.STAGES[row.stage][1]),
        one.issued_on,
        one.due_on,
        row.amount,
        row.paid,
        row.open,
        one.memo,
        one.drafted_by.name,
        one.public_id,
        _yes_or_no(one.is_illustrative),
    ]


def _purposes(whole: Whole) -> Sheet:
    columns = [
        Column(_("Purpose")),
        Column(_("Text"), width=50),
        Column(_("Amount, %(currency)s") % {"currency": whole.call.fund.currency_id}, Kind.MONEY),
        Column(_("Share of the call"), Kind.SHARE),
        Column(_("Inside commitment"), width=18),
        Column(_("Company"), width=30),
    ]
    named = gating.names(whole.lines)
    rows: list[list[Cell]] = [
        [
            str(words.PURPOSES[one.line.purpose]),
            one.line.text,
            one.line.amount,
            one.share,
            _yes_or_no(one.line.inside_commitment),
            named.get(one.line.company, ""),
        ]
        for one in whole.purposes
    ]
    rows.append([_("Total"), "", whole.amount, None, "", ""])
    return Sheet(_("Purposes"), columns, rows)


def _split(whole: Whole) -> Sheet:
    unit = {"currency": whole.call.fund.currency_id}
    columns = [
        Column(_("Ally")),
        Column(_("Commitment, %(currency)s") % unit, Kind.MONEY),
        Column(_("Share of the pool"), Kind.SHARE),
        Column(_("This call, %(currency)s") % unit, Kind.MONEY),
        Column(_("Of it inside commitment, %(currency)s") % unit, Kind.MONEY),
        Column(_("Share of the call"), Kind.SHARE),
        Column(_("Unfunded before, %(currency)s") % unit, Kind.MONEY),
        Column(_("Unfunded after, %(currency)s") % unit, Kind.MONEY),
    ]
    rows: list[list[Cell]] = [
        [
            part.commitment.nation.name,
            part.committed,
            part.of_pool,
            part.amount,
            part.inside,
            part.of_call,
            part.unfunded_before,
            part.unfunded_after,
        ]
        for part in whole.preview.parts
    ]
    found = whole.preview
    before, after = found.unfunded_before, found.unfunded_after
    rows.append([_("Total"), found.committed, None, found.amount, found.inside, None, before, after])
    return Sheet(_("Split"), columns, rows)


def _notices(whole: Whole) -> Sheet:
    unit = {"currency": whole.call.fund.currency_id}
    columns = [
        Column(_("Ally")),
        Column(_("Owed, %(currency)s") % unit, Kind.MONEY),
        Column(_("Paid, %(currency)s") % unit, Kind.MONEY),
        Column(_("Open, %(currency)s") % unit, Kind.MONEY),
        Column(_("State")),
        Column(_("In suspense, %(currency)s") % unit, Kind.MONEY),
        Column(_("Id")),
    ]
    rows: list[list[Cell]] = [
        [
            row.line.notice.commitment.nation.name,
            row.line.amount,
            row.line.paid,
            row.line.open,
            str(words.NOTICES[row.stage][1]),
            row.suspense,
            row.line.notice.public_id,
        ]
        for row in whole.notices
    ]
    rows.append([_("Total"), whole.amount, whole.paid, whole.open, "", whole.suspense, ""])
    return Sheet(_("Notices"), columns, rows)


def _payments(whole: Whole) -> Sheet:
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Ally")),
        Column(_("Amount, %(currency)s") % {"currency": whole.call.fund.currency_id}, Kind.MONEY),
        Column(_("Bank reference")),
        Column(_("Receipt")),
    ]
    rows: list[list[Cell]] = [
        [
            one.effective_on,
            one.notice.commitment.nation.name,
            one.amount,
            one.receipt.reference,
            one.receipt.public_id,
        ]
        for one in whole.receipts
    ]
    rows.append([None, _("Total"), whole.paid, "", ""])
    return Sheet(_("Payments"), columns, rows)


def _about(title: str, as_of: date, known_at: datetime, *, illustrative: bool) -> About:
    return About(
        title=title,
        as_of=as_of,
        known_at=known_at,
        source=_("The fund’s own books."),
        illustrative=illustrative,
        remarks=[_("Amounts are exact; parts are split by largest remainder and add up to the cent.")],
    )


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
