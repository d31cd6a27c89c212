"""Drafting a call, changing it, and asking for its approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import identity, locks
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.capital_calls import gating, queries
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallLine, CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.services.calls import check_amount, locked, record, require
from portfolio.capital_calls.splitting import Day
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund

DRAFTED = declare("capital_call.drafted", _("{actor} drafted capital call {number}."))
EDITED = declare("capital_call.edited", _("{actor} changed capital call {number}."))
SUBMITTED = declare("capital_call.submitted", _("{actor} submitted capital call {number} for approval."))


LONGEST_TEXT = 200


class UnfitLines(Invalid):
    code = "unfit_lines"
    sentence = _("A call has at least one line; each has a text and an amount above zero in whole cents.")


class UnfitCompany(Invalid):
    code = "unfit_company"
    sentence = _(
        "A line for an investment may name a company that the fund holds, and each company once in a call."
        " Put what one company gets on one line."
    )


class IdUsed(Conflict):
    code = "id_used"
    sentence = _("Another call was already drafted under this id. Open the page again for a new one.")


@dataclass(frozen=True, slots=True)
class Line:
    """A purpose line as typed: see CallLine."""

    purpose: str
    text: str
    amount: Decimal
    inside_commitment: bool = True
    company: str = ""


@transaction.atomic
def draft(
    fund: Fund,
    *,
    due_on: date,
    lines: Sequence[Line],
    by: User,
    at: datetime,
    memo: str = "",
    illustrative: bool = False,
    public_id: str = "",
) -> CapitalCall:
    """Begin a call with the next number of the fund.

    A caller that may have to ask again draws the call's ``public_id`` first and sends it: the same person drafting the
    same under the same id gets the call that stands. Raises NotPermitted, IdUsed where something else stands under it,
    UnfitLines, UnfitAmount, UnfitCompany, HeldByEthics, and NoPartner or OverUnfunded where nobody could be asked for it
    today.
    """
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.CALL_DRAFT, fund.public_id)
    if standing := CapitalCall.objects.filter(public_id=public_id).first():
        return _same_draft(standing, fund, due_on=due_on, lines=lines, memo=memo, by=by)
    if public_id and not identity.is_drawn(public_id, "call"):
        raise IdUsed
    public_id = public_id or identity.new("call")
    _check_lines(fund, lines, call=public_id, at=at)
    last = CapitalCall.objects.filter(fund=fund).aggregate(last=Max("number"))["last"] or 0
    call = CapitalCall.objects.create(
        public_id=public_id,
        fund=fund,
        number=last + 1,
        due_on=due_on,
        memo=memo,
        drafted_by=by,
        drafted_at=at,
        edited_by=by,
        edited_at=at,
        is_illustrative=illustrative,
    )
    _write_lines(call, lines)
    record(DRAFTED, call, by=by, after=queries.content(call))
    return call


@transaction.atomic
def edit(
    call: CapitalCall,
    *,
    due_on: date,
    lines: Sequence[Line],
    by: User,
    at: datetime,
    memo: str = "",
    because: str = "",
) -> CapitalCall:
    """Change a call that is not issued; given approvals are void and the call is a draft again.

    What changes nothing voids nothing. ``because`` says why, to whoever signed before. Raises as ``draft`` does, and
    WrongState.
    """
    row = locked(call)
    require(by, Act.EDIT, row)
    _check_lines(row.fund, lines, call=row.public_id, at=at)
    before = queries.content(row)
    if queries.says_the_same(before, due_on=due_on, memo=memo, lines=lines):
        return row
    row.due_on, row.memo, row.state = due_on, memo, State.DRAFT
    row.edited_by, row.edited_at, row.version = by, at, row.version + 1
    row.save()
    row.lines.all().delete()
    _write_lines(row, lines)
    why = {"because": because} if because else {}
    record(EDITED, row, by=by, before=before, after=queries.content(row) | why)
    return row


@transaction.atomic
def submit(call: CapitalCall, *, by: User) -> CapitalCall:
    """Ask a second person for approval."""
    row = locked(call)
    require(by, Act.SUBMIT, row)
    row.state = State.SUBMITTED
    row.save(update_fields=["state"])
    record(SUBMITTED, row, by=by)
    return row


def _check_lines(fund: Fund, lines: Sequence[Line], *, call: str, at: datetime) -> None:
    if not lines or not all(_is_fit(line) for line in lines):
        raise UnfitLines(field="lines")
    for line in lines:
        check_amount(line.amount)
    _check_companies(fund, lines)
    Day(funds.day_of(fund, at), at).split_lines(fund, lines)
    gating.require(fund, call, lines, at=at)


def _check_companies(fund: Fund, lines: Sequence[Line]) -> None:
    """The line that names one wrongly is told by its number."""
    if not any(line.company for line in lines):
        return
    left = {one.public_id for one in gating.companies(fund)}
    for number, line in enumerate(lines, start=1):
        if line.company and (line.purpose != CallLine.Purpose.INVESTMENT or line.company not in left):
            raise UnfitCompany(field="company", row=number)
        left.discard(line.company)


def _is_fit(line: Line) -> bool:
    return line.purpose in CallLine.Purpose.values and 0 < len(line.text.strip()) <= LONGEST_TEXT


def _same_draft(
    standing: CapitalCall, fund: Fund, *, due_on: date, lines: Sequence[Line], memo: str, by: User
) -> CapitalCall:
    is_same = (standing.fund_id, standing.drafted_by_id, standing.version) == (fund.pk, by.pk, 1)
    if not is_same or not queries.says_the_same(queries.content(standing), due_on=due_on, memo=memo, lines=lines):
        raise IdUsed
    return standing


def _write_lines(call: CapitalCall, lines: Sequence[Line]) -> None:
    CallLine.objects.bulk_create(
        CallLine(
            call=call,
            order=order,
            purpose=line.purpose,
            text=line.text.strip(),
            amount=line.amount,
            inside_commitment=line.inside_commitment,
            holding_id=line.company or None,
        )
        for order, line in enumerate(lines, start=1)
    )
