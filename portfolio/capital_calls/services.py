"""Drafting, approving, issuing and cancelling calls; taking receipts in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import failpoints, identity, locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.capital_calls import queries
from portfolio.capital_calls.lifecycle import State, leads_to
from portfolio.capital_calls.models import (
    CallApproval,
    CallLine,
    CallNotice,
    CapitalCall,
    Receipt,
    ReceiptAllocation,
)
from portfolio.finance import call_allocation
from portfolio.finance.call_allocation import Partner
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg

ZERO = Decimal(0)
CENT = Decimal("0.01")

DRAFTED = declare("capital_call.drafted", _("{actor} drafted capital call {number}."))
EDITED = declare("capital_call.edited", _("{actor} changed capital call {number}."))
SUBMITTED = declare("capital_call.submitted", _("{actor} submitted capital call {number} for approval."))
APPROVED = declare("capital_call.approved", _("{actor} approved capital call {number}."))
ISSUED = declare("capital_call.issued", _("{actor} issued capital call {number} of {amount}."))
CANCELLED = declare("capital_call.cancelled", _("{actor} cancelled capital call {number}: {because}."))
SETTLED = declare("capital_call.settled", _("Capital call {number} was paid in full."))
RECEIVED = declare("receipt.recorded", _("{actor} recorded a receipt of {amount}."))


class WrongState(Conflict):
    code = "wrong_state"
    sentence = _("The call’s state does not allow this step.")


class OwnWork(NotPermitted):
    code = "own_work"
    sentence = _("You prepared or last changed this call, so you cannot approve or issue it. Another fund manager can.")


class ChangedSince(Conflict):
    """Something changed after the page was shown, or after it was approved."""

    code = "changed_since"

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = list(fields)
        sentence = _("The call was changed since ({fields}). Read it again, then approve what stands now.")
        super().__init__(str(sentence).format(fields=", ".join(fields) or "version"))


class NotApproved(Conflict):
    code = "not_approved"
    sentence = _("The call has no approval for what stands now. A second person approves it first.")


class OverUnfunded(Conflict):
    """The call asks for more than the Allies still owe."""

    code = "over_unfunded"

    def __init__(self, asked: Decimal, unfunded: Decimal) -> None:
        sentence = _("The call asks for {asked} inside commitment; {unfunded} is unfunded. Lower the call by {excess}.")
        super().__init__(
            str(sentence).format(asked=f"{asked:,.2f}", unfunded=f"{unfunded:,.2f}", excess=f"{asked - unfunded:,.2f}")
        )


class UnfitLines(Invalid):
    code = "unfit_lines"
    sentence = _("A call has at least one line; each has a text and an amount above zero in whole cents.")


class DueTooEarly(Invalid):
    code = "due_too_early"
    sentence = _("The due date lies before the day of issue. Choose a later one.")


class IdUsed(Conflict):
    code = "id_used"
    sentence = _("Another call was already drafted under this id. Open the page again for a new one.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    sentence = _("Money was already received for this call, so it cannot be cancelled.")


class ReferenceUsed(Conflict):
    code = "reference_used"
    sentence = _("A receipt with this bank reference but other contents was already recorded.")


class NoPartner(Invalid):
    code = "no_partner"
    sentence = _("No Ally had committed on that day, so there is nobody to call from.")


@dataclass(frozen=True, slots=True)
class Line:
    """A purpose line as typed: see CallLine."""

    purpose: str
    text: str
    amount: Decimal
    inside_commitment: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """One Ally's part of a call before it is issued; ``unfunded`` is what was unfunded before."""

    commitment: Commitment
    amount: Decimal
    inside: Decimal
    unfunded: Decimal


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
    """Begin a call with the next number of the fund. Raises NotPermitted, UnfitLines.

    A caller that may have to ask again draws the call's ``public_id`` first and sends it: the same person drafting the
    same under the same id gets the call that stands. Raises IdUsed where something else stands under it.
    """
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.CALL_DRAFT, fund.public_id)
    if standing := CapitalCall.objects.filter(public_id=public_id).first():
        return _same_draft(standing, fund, due_on=due_on, lines=lines, memo=memo, by=by)
    if public_id and not identity.is_drawn(public_id, "call"):
        raise IdUsed
    _check_lines(lines)
    last = CapitalCall.objects.filter(fund=fund).aggregate(last=Max("number"))["last"] or 0
    call = CapitalCall.objects.create(
        public_id=public_id or identity.new("call"),
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
    _record(DRAFTED, call, by=by, after=queries.signed_content(call))
    return call


@transaction.atomic
def edit(
    call: CapitalCall, *, due_on: date, lines: Sequence[Line], by: User, at: datetime, memo: str = ""
) -> CapitalCall:
    """Change a call that is not issued; given approvals are void and the call is a draft again.

    What its last editor says once more changes nothing.
    """
    row = _locked(call)
    people_rules.require(by, Permission.CALL_DRAFT, row.fund.public_id)
    if row.state not in (State.DRAFT, State.SUBMITTED):
        raise WrongState
    _check_lines(lines)
    before = queries.signed_content(row)
    if row.edited_by_id == by.pk and _says(row, due_on=due_on, lines=lines, memo=memo):
        return row
    row.due_on, row.memo, row.state = due_on, memo, State.DRAFT
    row.edited_by, row.edited_at, row.version = by, at, row.version + 1
    row.save()
    row.lines.all().delete()
    _write_lines(row, lines)
    _record(EDITED, row, by=by, before=before, after=queries.signed_content(row))
    return row


@transaction.atomic
def submit(call: CapitalCall, *, by: User) -> CapitalCall:
    """Ask a second person for approval."""
    row = _locked(call)
    people_rules.require(by, Permission.CALL_DRAFT, row.fund.public_id)
    _step(row, State.SUBMITTED)
    row.save(update_fields=["state"])
    _record(SUBMITTED, row, by=by)
    return row


@transaction.atomic
def approve(call: CapitalCall, *, digest: str, by: User, at: datetime) -> CallApproval:
    """Sign exactly what ``digest`` covers. Raises OwnWork, ChangedSince where the page shown is not what stands."""
    row = _locked(call)
    people_rules.require(by, Permission.CALL_APPROVE, row.fund.public_id)
    if row.state != State.SUBMITTED:
        raise WrongState
    _refuse_own_work(row, by)
    if digest != queries.digest(row):
        raise ChangedSince([])
    approval, created = CallApproval.objects.get_or_create(
        call=row, digest=digest, by=by, defaults={"signed": queries.signed_content(row), "at": at}
    )
    if created:
        _record(APPROVED, row, by=by, after={"digest": digest})
    return approval


@transaction.atomic
def issue(call: CapitalCall, *, by: User, on: date, at: datetime) -> CapitalCall:
    """Send a call to every Ally of that day, split by commitment and exact to the cent; book what each owes.

    Raises WrongState, OwnWork, NotApproved, ChangedSince, OverUnfunded, DueTooEarly, PeriodClosed.
    """
    locks.in_order(Fund.objects.filter(pk=call.fund_id)).get()
    row = _locked(call)
    people_rules.require(by, Permission.CALL_APPROVE, row.fund.public_id)
    if not leads_to(row.state, State.ISSUED):
        raise WrongState
    _refuse_own_work(row, by)
    _require_approval(row)
    if row.due_on < on:
        raise DueTooEarly(field="due_on")
    parts = split(row, on=on, known_at=at)
    row.state, row.issued_on, row.issued_at, row.issued_by = State.ISSUED, on, at, by
    row.save()
    CallNotice.objects.bulk_create(
        CallNotice(call=row, commitment=part.commitment, amount=part.amount, inside=part.inside) for part in parts
    )
    failpoints.reach("capital_calls.notices_written")
    total = sum((part.amount for part in parts), ZERO)
    ledger.post(
        funds.book_of(row.fund),
        [_owed(part.commitment, part.amount, row.fund) for part in parts],
        key=f"call:{row.public_id}",
        kind="capital-call",
        subject=row.public_id,
        effective_on=on,
        by=by,
        at=at,
    )
    _record(ISSUED, row, by=by, after={"amount": total, "issued_on": on})
    return row


def split(call: CapitalCall, *, on: date, known_at: datetime) -> list[Share]:
    """What each Ally of the day would owe: by commitment, inside lines capped by what is unfunded.

    Inside and outside lines are each split by largest remainder, so the parts add up to the call to the cent. Raises
    NoPartner, OverUnfunded.
    """
    terms = funds.terms_in_force(call.fund, as_of=on, known_at=known_at)
    if not terms:
        raise NoPartner
    called = queries.called_inside(call.fund, as_of=on, known_at=known_at)
    partners = [
        Partner(row.commitment.public_id, row.amount, unfunded=row.amount - called.get(row.commitment_id, ZERO))
        for row in terms
    ]
    lines = list(call.lines.all())
    inside = _borne(lines, partners, inside=True)
    outside = _borne(lines, partners, inside=False)
    return [
        Share(row.commitment, inside[partner.id] + outside[partner.id], inside[partner.id], partner.room)
        for row, partner in zip(terms, partners, strict=True)
        if inside[partner.id] + outside[partner.id]
    ]


def _borne(lines: Sequence[CallLine], partners: Sequence[Partner], *, inside: bool) -> dict[str, Decimal]:
    """What each Ally bears of the lines inside, or outside, commitment. Raises OverUnfunded."""
    asked = sum((line.amount for line in lines if line.inside_commitment is inside), ZERO)
    borne = call_allocation.allocate_call(asked, partners, cap_by_unfunded=inside)
    if borne.status is not call_allocation.Status.OK:
        raise OverUnfunded(asked, sum((partner.room for partner in partners), ZERO))
    return borne.allocations


@transaction.atomic
def cancel(call: CapitalCall, *, because: str, by: User, on: date, at: datetime) -> CapitalCall:
    """Withdraw a call. An issued one is offset in the books; one that was paid in part cannot be."""
    row = _locked(call)
    people_rules.require(by, Permission.CALL_APPROVE, row.fund.public_id)
    if not leads_to(row.state, State.CANCELLED):
        raise WrongState
    if ReceiptAllocation.objects.filter(notice__call=row).exists():
        raise AlreadyPaid
    if row.state == State.ISSUED:
        entry = Entry.objects.get(book=row.fund.book, key=f"call:{row.public_id}")
        ledger.reverse(entry, effective_on=on, by=by, at=at, memo="call cancelled")
    row.state, row.cancelled_on, row.cancelled_at, row.cancelled_because = State.CANCELLED, on, at, because
    row.save()
    _record(CANCELLED, row, by=by, after={"because": because, "cancelled_on": on})
    return row


@transaction.atomic
def receive(
    commitment: Commitment, *, amount: Decimal, received_on: date, reference: str, by: User, at: datetime
) -> Receipt:
    """Take money in: it pays the Ally's open notices, the oldest due first; what is over stands in suspense.

    The same bank reference with the same contents returns the receipt that stands. Raises ReferenceUsed, UnfitAmount.
    """
    fund = locks.in_order(Fund.objects.filter(pk=commitment.fund_id)).get()
    people_rules.require(by, Permission.RECEIPT_RECORD, fund.public_id)
    list(locks.in_order(CapitalCall.objects.filter(fund=fund, state=State.ISSUED)))
    standing = Receipt.objects.filter(fund=fund, reference=reference.strip()).first()
    if standing is not None:
        if (standing.commitment_id, standing.amount, standing.received_on) != (commitment.pk, amount, received_on):
            raise ReferenceUsed(field="reference")
        return standing
    _check_amount(amount)
    receipt = Receipt.objects.create(
        fund=fund,
        commitment=commitment,
        amount=amount,
        received_on=received_on,
        reference=reference.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    paid = _allocate(receipt, at=at)
    ledger.post(
        funds.book_of(fund),
        _receipt_legs(receipt, paid, fund),
        key=f"receipt:{receipt.public_id}",
        kind="receipt",
        subject=receipt.public_id,
        effective_on=received_on,
        by=by,
        at=at,
    )
    audit.record(
        RECEIVED,
        receipt.public_id,
        by=by,
        chain=fund.public_id,
        after={
            "amount": amount,
            "commitment": commitment.public_id,
            "received_on": received_on,
            "in_suspense": amount - paid,
        },
    )
    _settle_what_is_paid(commitment, by=by)
    return receipt


def _allocate(receipt: Receipt, *, at: datetime) -> Decimal:
    left = receipt.amount
    for line in queries.open_notices(receipt.commitment_id, as_of=receipt.received_on):
        part = min(left, line.open)
        if not part:
            break
        ReceiptAllocation.objects.create(
            receipt=receipt, notice=line.notice, amount=part, effective_on=receipt.received_on, recorded_at=at
        )
        left -= part
    failpoints.reach("capital_calls.receipt_allocated")
    return receipt.amount - left


def _receipt_legs(receipt: Receipt, paid: Decimal, fund: Fund) -> list[Leg]:
    subject = receipt.commitment.public_id
    parts = (("calls-receivable", paid), ("suspense", receipt.amount - paid))
    return [Leg(("cash", ""), (code, subject), amount, fund.currency_id) for code, amount in parts if amount]


def _settle_what_is_paid(commitment: Commitment, *, by: User) -> None:
    """Settle every issued call of which no notice is open any more."""
    for call in CapitalCall.objects.filter(notices__commitment=commitment, state=State.ISSUED).select_related("fund"):
        if not queries.is_open(call):
            call.state = State.SETTLED
            call.save(update_fields=["state"])
            _record(SETTLED, call, by=by)


def _owed(commitment: Commitment, amount: Decimal, fund: Fund) -> Leg:
    subject = commitment.public_id
    return Leg(("calls-receivable", subject), ("capital", subject), amount, fund.currency_id)


def _locked(call: CapitalCall) -> CapitalCall:
    return locks.in_order(CapitalCall.objects.filter(pk=call.pk).select_related("fund")).get()


def _step(call: CapitalCall, target: State) -> None:
    if not leads_to(call.state, target):
        raise WrongState
    call.state = target


def _refuse_own_work(call: CapitalCall, by: User) -> None:
    if by.pk in (call.drafted_by_id, call.edited_by_id):
        raise OwnWork


def _require_approval(call: CapitalCall) -> None:
    approval = call.approvals.exclude(by__in=[call.drafted_by_id, call.edited_by_id]).order_by("-at", "-pk").first()
    if approval is None:
        raise NotApproved
    if approval.digest != queries.digest(call):
        raise ChangedSince(queries.changed_fields(approval.signed, queries.signed_content(call)))


def _check_lines(lines: Sequence[Line]) -> None:
    if not lines or any(not line.text.strip() for line in lines):
        raise UnfitLines(field="lines")
    for line in lines:
        _check_amount(line.amount)


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or not ZERO < amount <= ledger.LARGEST or amount != amount.quantize(CENT):
        raise ledger.UnfitAmount(field="amount")


def _same_draft(
    standing: CapitalCall, fund: Fund, *, due_on: date, lines: Sequence[Line], memo: str, by: User
) -> CapitalCall:
    is_same = (standing.fund_id, standing.drafted_by_id, standing.version) == (fund.pk, by.pk, 1)
    if not is_same or not _says(standing, due_on=due_on, lines=lines, memo=memo):
        raise IdUsed
    return standing


def _says(call: CapitalCall, *, due_on: date, lines: Sequence[Line], memo: str) -> bool:
    """Whether a call stands exactly as asked for."""
    stands = [(one.purpose, one.text, one.amount, one.inside_commitment) for one in call.lines.order_by("order", "pk")]
    asked = [(one.purpose, one.text.strip(), one.amount, one.inside_commitment) for one in lines]
    return (call.due_on, call.memo, stands) == (due_on, memo, asked)


def _write_lines(call: CapitalCall, lines: Sequence[Line]) -> None:
    CallLine.objects.bulk_create(
        CallLine(
            call=call,
            order=order,
            purpose=line.purpose,
            text=line.text.strip(),
            amount=line.amount,
            inside_commitment=line.inside_commitment,
        )
        for order, line in enumerate(lines, start=1)
    )


def _record(
    kind: Kind,
    call: CapitalCall,
    *,
    by: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        kind,
        call.public_id,
        by=by,
        chain=call.fund.public_id,
        before=before,
        after={"number": call.number} | (after or {}),
    )
