"""Approving a call, issuing it to every Ally, and cancelling it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.capital_calls import queries
from portfolio.capital_calls.lifecycle import State, leads_to
from portfolio.capital_calls.models import CallApproval, CallLine, CallNotice, CapitalCall, ReceiptAllocation
from portfolio.capital_calls.services.calls import ZERO, WrongState, locked, record
from portfolio.finance import call_allocation
from portfolio.finance.call_allocation import Partner
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg

APPROVED = declare("capital_call.approved", _("{actor} approved capital call {number}."))
ISSUED = declare("capital_call.issued", _("{actor} issued capital call {number} of {amount}."))
CANCELLED = declare("capital_call.cancelled", _("{actor} cancelled capital call {number}: {because}."))


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


class DueTooEarly(Invalid):
    code = "due_too_early"
    sentence = _("The due date lies before the day of issue. Choose a later one.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    sentence = _("Money was already received for this call, so it cannot be cancelled.")


class NoPartner(Invalid):
    code = "no_partner"
    sentence = _("No Ally had committed on that day, so there is nobody to call from.")


@dataclass(frozen=True, slots=True)
class Share:
    """One Ally's part of a call before it is issued; ``unfunded`` is what was unfunded before."""

    commitment: Commitment
    amount: Decimal
    inside: Decimal
    unfunded: Decimal


@transaction.atomic
def approve(call: CapitalCall, *, digest: str, by: User, at: datetime) -> CallApproval:
    """Sign exactly what ``digest`` covers. Raises OwnWork, ChangedSince where the page shown is not what stands."""
    row = locked(call)
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
        record(APPROVED, row, by=by, after={"digest": digest})
    return approval


@transaction.atomic
def issue(call: CapitalCall, *, by: User, on: date, at: datetime) -> CapitalCall:
    """Send a call to every Ally of that day, split by commitment and exact to the cent; book what each owes.

    Raises WrongState, OwnWork, NotApproved, ChangedSince, OverUnfunded, DueTooEarly, PeriodClosed.
    """
    locks.in_order(Fund.objects.filter(pk=call.fund_id)).get()
    row = locked(call)
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
    record(ISSUED, row, by=by, after={"amount": total, "issued_on": on})
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
    row = locked(call)
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
    record(CANCELLED, row, by=by, after={"because": because, "cancelled_on": on})
    return row


def _owed(commitment: Commitment, amount: Decimal, fund: Fund) -> Leg:
    subject = commitment.public_id
    return Leg(("calls-receivable", subject), ("capital", subject), amount, fund.currency_id)


def _refuse_own_work(call: CapitalCall, by: User) -> None:
    if by.pk in (call.drafted_by_id, call.edited_by_id):
        raise OwnWork


def _require_approval(call: CapitalCall) -> None:
    approval = call.approvals.exclude(by__in=[call.drafted_by_id, call.edited_by_id]).order_by("-at", "-pk").first()
    if approval is None:
        raise NotApproved
    if approval.digest != queries.digest(call):
        raise ChangedSince(queries.changed_fields(approval.signed, queries.signed_content(call)))
