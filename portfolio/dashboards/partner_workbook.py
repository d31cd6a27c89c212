"""The money of one Ally as sheets of its workbook: exact amounts in the fund's currency."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.exports.xlsx import Cell, Column, Kind, Sheet
from portfolio.capital_calls import standing, words
from portfolio.capital_calls.paying import ReceiptRow
from portfolio.capital_calls.standing import OwnNotice
from portfolio.dashboards.partner import Money

ZERO = Decimal(0)


def sheets(money: Money) -> list[Sheet]:
    """What was called, paid and is open; the notices; the payments; the returns."""
    return [_summary(money), _notices(money), _payments(money), _returns(money)]


def _summary(money: Money) -> Sheet:
    own = money.standing
    columns = [
        Column(_("Commitment"), Kind.MONEY),
        Column(_("Called"), Kind.MONEY),
        Column(_("Paid in"), Kind.MONEY),
        Column(_("Unfunded"), Kind.MONEY),
        Column(_("To pay now"), Kind.MONEY),
        Column(_("Overdue"), Kind.MONEY),
        Column(_("In suspense"), Kind.MONEY),
    ]
    cells: list[Cell] = [own.committed, own.called, own.paid_in, own.unfunded, own.open, own.overdue, own.suspense]
    return Sheet(_("Calls and payments"), columns, [cells])


def _notices(money: Money) -> Sheet:
    columns = [
        Column(_("Call"), Kind.WHOLE),
        Column(_("Issued on"), Kind.DAY),
        Column(_("Due on"), Kind.DAY),
        Column(_("Amount"), Kind.MONEY),
        Column(_("Of it inside commitment"), Kind.MONEY),
        Column(_("Paid"), Kind.MONEY),
        Column(_("Open"), Kind.MONEY),
        Column(_("State")),
        Column(_("Payment reference")),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    return Sheet(_("Notices"), columns, [_notice_cells(one) for one in money.standing.notices])


def _notice_cells(one: OwnNotice) -> list[Cell]:
    line, call = one.line, one.line.notice.call
    return [
        call.number,
        call.issued_on,
        call.due_on,
        line.amount,
        line.inside,
        line.paid,
        line.open if one.counts else ZERO,
        str(words.NOTICES[one.stage][1]),
        standing.payment_reference(line.notice),
        line.notice.public_id,
        _yes_or_no(call.is_illustrative),
    ]


def _payments(money: Money) -> Sheet:
    columns = [
        Column(_("Day"), Kind.DAY),
        Column(_("Received"), Kind.MONEY),
        Column(_("Pays calls")),
        Column(_("Paid on calls"), Kind.MONEY),
        Column(_("In suspense"), Kind.MONEY),
        Column(_("Bank reference")),
        Column(_("Id")),
    ]
    return Sheet(_("Payments"), columns, [_payment_cells(row) for row in money.standing.payments])


def _payment_cells(row: ReceiptRow) -> list[Cell]:
    return [
        row.line.receipt.received_on,
        row.line.receipt.amount,
        ", ".join(str(part.notice.call.number) for part in row.parts),
        row.line.allocated,
        row.line.suspense,
        row.line.receipt.reference,
        row.line.receipt.public_id,
    ]


def _returns(money: Money) -> Sheet:
    columns = [
        Column(_("Internal rate of return"), Kind.SHARE, width=24),
        Column(_("Status of the rate"), width=40),
        Column(_("TVPI"), Kind.NUMBER),
        Column(_("DPI"), Kind.NUMBER),
        Column(_("RVPI"), Kind.NUMBER),
        Column(_("PIC"), Kind.NUMBER),
    ]
    found = money.returns
    rows: list[list[Cell]] = (
        [[found.irr, str(found.why), found.tvpi, found.dpi, found.rvpi, found.pic]] if found else []
    )
    return Sheet(_("Returns"), columns, rows)


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
