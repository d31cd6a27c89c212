"""Taking receipts in, and settling what they pay."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.capital_calls import queries
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CapitalCall, Receipt, ReceiptAllocation
from portfolio.capital_calls.services.calls import check_amount, record
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, Fund
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

SETTLED = declare("capital_call.settled", _("Capital call {number} was paid in full."))
RECEIVED = declare("receipt.recorded", _("{actor} recorded a receipt of {amount}."))


class ReferenceUsed(Conflict):
    code = "reference_used"
    sentence = _("A receipt with this bank reference but other contents was already recorded.")


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
    check_amount(amount)
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
            record(SETTLED, call, by=by)
