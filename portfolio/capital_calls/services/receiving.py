"""Taking receipts in, settling what they pay, and using up what stands in suspense."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from core.web import numerals
from portfolio.capital_calls import paying, queries
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallNotice, CapitalCall, Receipt, ReceiptAllocation, ReceiptTakenBack
from portfolio.capital_calls.paying import Part, Plan
from portfolio.capital_calls.services.calls import check_amount, record
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

SETTLED = declare("capital_call.settled", _("Capital call {number} was paid in full."))
RECEIVED = declare("receipt.recorded", _("{actor} recorded a receipt of {amount}."))
APPLIED = declare("suspense.applied", _("{actor} used {amount} from suspense for capital call {number}."))

LONGEST_REFERENCE = 100


class ReferenceUsed(Conflict):
    code = "reference_used"
    sentence = _("A receipt with this bank reference but other contents was already recorded.")


class UnfitReference(Invalid):
    code = "unfit_reference"
    sentence = _("Write the bank’s reference of the payment, at most 100 characters.")


class ReferenceTakenBack(Conflict):
    """The key of what was taken back stays used."""

    code = "reference_taken_back"

    def __init__(self, taken: ReceiptTakenBack, reference: str) -> None:
        sentence = _(
            "The receipt of this bank reference was taken back on {day}: {reason}. What was right is recorded under a "
            "reference of its own, such as “{reference} (2)”."
        )
        told = {"day": numerals.day(taken.recorded_at), "reason": taken.reason, "reference": reference}
        super().__init__(str(sentence).format(**told), field="reference")


class NotYetReceived(Invalid):
    code = "not_yet_received"
    sentence = _("The day of the receipt lies in the future. A receipt is recorded once the money is there.")


class PlanChanged(Conflict):
    """Other money or another call came between the page and its confirmation."""

    code = "plan_changed"
    sentence = _("What this money pays has changed since the page was shown. Read it again, then confirm.")


class NothingToApply(Conflict):
    code = "nothing_to_apply"
    sentence = _("There is nothing in suspense for this Ally, or no notice that is open.")


def plan(commitment: Commitment, *, amount: Decimal, received_on: date, reference: str, on: date) -> Plan:
    """How a receipt would be allocated. Raises what ``receive`` would raise for the same contents."""
    standing = _standing(commitment, amount=amount, received_on=received_on, reference=reference)
    if standing is not None:
        return Plan(amount, (), standing)
    _check(amount=amount, received_on=received_on, reference=reference, on=on)
    return Plan(amount, paying.share_out(commitment, amount, on=received_on))


@transaction.atomic
def receive(
    commitment: Commitment,
    *,
    amount: Decimal,
    received_on: date,
    reference: str,
    by: User,
    at: datetime,
    shown: str = "",
) -> Receipt:
    """Take money in: it pays the Ally's open notices, the oldest due first; what is over stands in suspense.

    The same bank reference with the same contents returns the receipt that stands. ``shown`` is the digest of the plan
    that a page showed. Raises ReferenceUsed, ReferenceTakenBack, UnfitReference, UnfitAmount, NotYetReceived, PlanChanged,
    PeriodClosed.
    """
    fund = _locked(commitment, by)
    standing = _standing(commitment, amount=amount, received_on=received_on, reference=reference)
    if standing is not None:
        return standing
    _check(amount=amount, received_on=received_on, reference=reference, on=funds.day_of(fund, at))
    planned = Plan(amount, paying.share_out(commitment, amount, on=received_on))
    _require_shown(planned, shown)
    receipt = Receipt.objects.create(
        fund=fund,
        commitment=commitment,
        amount=amount,
        received_on=received_on,
        reference=reference.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    for part in planned.parts:
        _allocate(receipt, part.line.notice, part.amount, on=received_on, at=at)
    failpoints.reach("capital_calls.receipt_allocated")
    ledger.post(
        funds.book_of(fund),
        _receipt_legs(planned, commitment, fund),
        key=f"receipt:{receipt.public_id}",
        kind="receipt",
        subject=receipt.public_id,
        effective_on=received_on,
        by=by,
        at=at,
    )
    _record_receipt(receipt, planned, by=by)
    _settle_what_is_paid(planned, by=by)
    return receipt


@transaction.atomic
def apply_suspense(
    commitment: Commitment, *, by: User, on: date, at: datetime, shown: str = ""
) -> list[ReceiptAllocation]:
    """Use what stands in suspense for the Ally's open notices: the oldest receipt for the oldest due.

    Raises NothingToApply, PlanChanged, PeriodClosed.
    """
    fund = _locked(commitment, by)
    planned = paying.plan_from_suspense(commitment, on=on)
    _require_shown(planned, shown)
    if not planned.parts:
        raise NothingToApply
    written = [
        _apply(receipt, notice, amount, fund=fund, by=by, on=on, at=at)
        for receipt, notice, amount in _from_receipts(commitment, planned.parts)
    ]
    _settle_what_is_paid(planned, by=by)
    return written


def _locked(commitment: Commitment, by: User) -> Fund:
    """The fund and its open calls, held in order, for somebody who may record receipts. Raises NotPermitted."""
    fund = locks.in_order(Fund.objects.filter(pk=commitment.fund_id).select_related("book")).get()
    people_rules.require(by, Permission.RECEIPT_RECORD, fund.public_id)
    list(locks.in_order(CapitalCall.objects.filter(fund=fund, state=State.ISSUED)))
    return fund


def _standing(commitment: Commitment, *, amount: Decimal, received_on: date, reference: str) -> Receipt | None:
    """The receipt recorded under the same reference with the same contents.

    Raises ReferenceUsed for other contents, ReferenceTakenBack where it counts no more.
    """
    recorded = Receipt.objects.filter(fund=commitment.fund_id, reference=reference.strip())
    standing = recorded.select_related("taken_back").first()
    if standing is None:
        return None
    if hasattr(standing, "taken_back"):
        raise ReferenceTakenBack(standing.taken_back, standing.reference)
    if (standing.commitment_id, standing.amount, standing.received_on) != (commitment.pk, amount, received_on):
        raise ReferenceUsed(field="reference")
    return standing


def _check(*, amount: Decimal, received_on: date, reference: str, on: date) -> None:
    check_amount(amount)
    if not 0 < len(reference.strip()) <= LONGEST_REFERENCE:
        raise UnfitReference(field="reference")
    if received_on > on:
        raise NotYetReceived(field="received_on")


def _require_shown(planned: Plan, shown: str) -> None:
    if shown and shown != planned.digest:
        raise PlanChanged


def _allocate(receipt: Receipt, notice: CallNotice, amount: Decimal, *, on: date, at: datetime) -> ReceiptAllocation:
    return ReceiptAllocation.objects.create(
        receipt=receipt, notice=notice, amount=amount, effective_on=on, recorded_at=at
    )


def _receipt_legs(planned: Plan, commitment: Commitment, fund: Fund) -> list[Leg]:
    subject = commitment.public_id
    parts = (("calls-receivable", planned.paid), ("suspense", planned.suspense))
    return [Leg(("cash", ""), (code, subject), amount, fund.currency_id) for code, amount in parts if amount]


def _record_receipt(receipt: Receipt, planned: Plan, *, by: User) -> None:
    audit.record(
        RECEIVED,
        receipt.public_id,
        by=by,
        chain=receipt.fund.public_id,
        after={
            "amount": receipt.amount,
            "commitment": receipt.commitment.public_id,
            "received_on": receipt.received_on,
            "in_suspense": planned.suspense,
        },
    )


def _from_receipts(commitment: Commitment, parts: Sequence[Part]) -> list[tuple[Receipt, CallNotice, Decimal]]:
    """Which receipt pays which part: the oldest money first. A receipt meets a notice once."""
    left = {line.receipt: line.suspense for line in paying.in_suspense(commitment)}
    moves = []
    for part in parts:
        wanted = part.amount
        for receipt, free in list(left.items()):
            taken = min(wanted, free)
            if taken:
                moves.append((receipt, part.line.notice, taken))
                left[receipt] = free - taken
                wanted -= taken
    return moves


def _apply(
    receipt: Receipt, notice: CallNotice, amount: Decimal, *, fund: Fund, by: User, on: date, at: datetime
) -> ReceiptAllocation:
    written = _allocate(receipt, notice, amount, on=on, at=at)
    failpoints.reach("capital_calls.suspense_allocated")
    subject = notice.commitment.public_id
    ledger.post(
        funds.book_of(fund),
        [Leg(("suspense", subject), ("calls-receivable", subject), amount, fund.currency_id)],
        key=f"suspense:{receipt.public_id}:{notice.public_id}",
        kind="suspense",
        subject=receipt.public_id,
        effective_on=on,
        by=by,
        at=at,
    )
    after = {"amount": amount, "number": notice.call.number, "commitment": subject}
    audit.record(APPLIED, receipt.public_id, by=by, chain=fund.public_id, after=after)
    return written


def _settle_what_is_paid(planned: Plan, *, by: User) -> None:
    """Settle every call that money went to and of which no notice is open any more."""
    for call in queries.paid_in_full(part.line.notice for part in planned.parts):
        call.state = State.SETTLED
        call.save(update_fields=["state"])
        record(SETTLED, call, by=by)
