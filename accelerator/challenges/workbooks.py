"""The list of calls for applications as a workbook."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from accelerator.challenges import words
from accelerator.challenges.models import Call
from core.exports.xlsx import About, Cell, Column, Sheet, workbook

WIDE = 50


def calls(found: Iterable[Call], *, as_of: date, known_at: datetime) -> bytes:
    """The calls in the order given, with who did what; moments by the clocks of each call's zone and in UTC."""
    columns = [
        Column(_("Call"), width=WIDE),
        Column(_("State")),
        Column(_("Programme"), width=WIDE),
        Column(_("Opens"), width=WIDE),
        Column(_("Closes"), width=WIDE),
        Column(_("Agreement")),
        Column(_("Nations"), width=WIDE),
        Column(_("Drafted by")),
        Column(_("Submitted by")),
        Column(_("Published by")),
        Column(_("Id")),
        Column(_("Illustrative"), width=12),
    ]
    listed = list(found)
    about = About(
        _("Calls for applications"),
        as_of,
        known_at,
        _("Calls of the programmes that you read."),
        illustrative=any(one.is_illustrative for one in listed),
    )
    return workbook(about, [Sheet(_("Calls for applications"), columns, [_cells(one) for one in listed])])


def _cells(call: Call) -> list[Cell]:
    return [
        str(call),
        str(words.STATES[call.state][1]),
        str(call.programme),
        words.moment_there(call.opens_at, call.zone),
        words.moment_there(call.closes_at, call.zone),
        str(words.AGREEMENTS[call.agreement]),
        ", ".join(call.nations),
        call.drafted_by.name,
        call.submitted_by.name if call.submitted_by else "",
        call.published_by.name if call.published_by else "",
        call.public_id,
        _("yes") if call.is_illustrative else _("no"),
    ]
