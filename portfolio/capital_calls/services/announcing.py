"""An Ally's system says that it has paid: nothing is booked, people see what to expect."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotFound
from core.money.value import Money
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Scope
from portfolio.capital_calls.lifecycle import State
from portfolio.capital_calls.models import CallNotice, ReceiptNotice
from portfolio.capital_calls.services.calls import check_amount, locked

ANNOUNCED = declare("receipt.announced", _("{actor} announced a payment of {amount} on the notice {notice}."))
FURTHEST_DAYS = 60


class NotOwed(Conflict):
    code = "notice_not_owed"
    sentence = _("Only a notice of an issued call is paid; this one is settled or cancelled.")


class OtherCurrency(Invalid):
    code = "receipt_notice_in_another_currency"
    sentence = _("A notice is paid in the currency of its fund.")


class UnfitDay(Invalid):
    code = "receipt_notice_unfit_day"
    sentence = _("The value date lies within the time from the issue of the call to sixty days from today.")


class ReferenceStands(Conflict):
    code = "receipt_notice_reference_stands"
    sentence = _("This reference was announced for the notice with another amount or day. Choose another one.")


@transaction.atomic
def announce(
    notice: CallNotice, *, paid: Money, value_on: date, reference: str, by: User, on: date, at: datetime
) -> ReceiptNotice:
    """Note that the Ally says it has paid. The same reference with the same contents returns what stands.

    By the partner system of the nation. Raises NotFound, NotOwed, OtherCurrency, UnfitAmount, UnfitDay, ReferenceStands.
    """
    call = locked(notice.call)
    row = CallNotice.objects.select_related("commitment").get(pk=notice.pk)
    if row.commitment.nation_id not in by.scope_refs(PARTNER_SYSTEM.slug, Scope.NATION):
        raise NotFound
    if paid.currency != call.fund.currency_id:
        raise OtherCurrency(field="amount")
    check_amount(paid.amount)
    standing = ReceiptNotice.objects.filter(notice=row, reference=reference.strip()).first()
    if standing is not None:
        if (standing.amount, standing.value_on) != (paid.amount, value_on):
            raise ReferenceStands(field="reference")
        return standing
    if call.state != State.ISSUED or call.issued_on is None:
        raise NotOwed
    if not call.issued_on <= value_on or (value_on - on).days > FURTHEST_DAYS:
        raise UnfitDay(field="value_on")
    told = ReceiptNotice.objects.create(
        notice=row,
        amount=paid.amount.quantize(Decimal("0.01")),
        value_on=value_on,
        reference=reference.strip(),
        announced_by=by,
        announced_at=at,
    )
    after = {"notice": row.public_id, "amount": told.amount, "value_on": value_on, "reference": told.reference}
    audit.record(ANNOUNCED, told.public_id, by=by, chain=call.fund.public_id, after=after)
    return told
