"""What partner systems are told of a fund: the fund's own of everything here, an Ally's of what concerns that Ally."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from core.webhooks import kinds
from core.webhooks.kinds import Audience, Reads
from portfolio.capital_calls.models import CallNotice, Receipt
from portfolio.funds.models import Commitment

CALLS, NOTICES, COMMITMENTS = "calls:read", "notices:read", "commitments:read"
NAVS, POOL, HOLDINGS = "navs:read", "pool:read", "holdings:read"


def register() -> None:
    kinds.publish("capital_call.issued", _("A capital call was issued"), _of_notices, scope=CALLS, reads=Reads.EITHER)
    kinds.publish(
        "capital_call.cancelled", _("A capital call was cancelled"), _of_notices, scope=CALLS, reads=Reads.EITHER
    )
    kinds.publish(
        "capital_call.settled", _("A capital call was paid in full"), _of_notices, scope=CALLS, reads=Reads.EITHER
    )
    kinds.publish(
        "capital_call.opened_again",
        _("A settled capital call is open again"),
        _of_notices,
        scope=CALLS,
        reads=Reads.EITHER,
    )
    kinds.publish("receipt.recorded", _("A receipt was recorded"), _of_receipt, scope=NOTICES, reads=Reads.NATIONS)
    kinds.publish("receipt.taken_back", _("A receipt was taken back"), _of_receipt, scope=NOTICES, reads=Reads.NATIONS)
    kinds.publish(
        "commitment.recorded", _("A commitment was recorded"), _of_commitment, scope=COMMITMENTS, reads=Reads.NATIONS
    )
    kinds.publish(
        "commitment.amended", _("A commitment was amended"), _of_commitment, scope=COMMITMENTS, reads=Reads.NATIONS
    )
    kinds.publish("valuation.locked", _("The net asset value at a quarter end was published"), _of_fund, scope=NAVS)
    kinds.publish("valuation.reopened", _("A published valuation was opened again"), _of_fund, scope=NAVS)
    kinds.publish("closing.held", _("A closing was held"), scope=POOL)
    kinds.publish("holding.opened", _("A holding was opened"), scope=HOLDINGS)
    kinds.publish("investment.bought", _("Something was bought"), scope=HOLDINGS)
    kinds.publish("investment.sold", _("Something was sold"), scope=HOLDINGS)
    kinds.publish("investment.written_off", _("A holding was written off"), scope=HOLDINGS)
    kinds.publish("investment.taken_back", _("What was recorded of a holding was taken back"), scope=HOLDINGS)
    kinds.publish("stake.committed", _("A commitment to another fund was made"), scope=HOLDINGS)
    kinds.publish("stake.called", _("Another fund was paid what it called"), scope=HOLDINGS)
    kinds.publish("stake.distributed", _("Another fund paid out"), scope=HOLDINGS)
    kinds.publish("fee.paid", _("A fee was paid"), scope=POOL)
    kinds.publish("fee.taken_back", _("A fee was taken back"), scope=POOL)
    kinds.publish("ledger.period_closed", _("A period of the books was closed"))


def _of_notices(subject: str, told: Audience) -> Audience:
    notices = CallNotice.objects.filter(call__public_id=subject)
    return replace(told, nations=tuple(notices.order_by().values_list("commitment__nation_id", flat=True).distinct()))


def _of_receipt(subject: str, told: Audience) -> Audience:
    receipts = Receipt.objects.filter(public_id=subject)
    return replace(told, nations=tuple(receipts.values_list("commitment__nation_id", flat=True)))


def _of_commitment(subject: str, told: Audience) -> Audience:
    return replace(
        told, nations=tuple(Commitment.objects.filter(public_id=subject).values_list("nation_id", flat=True))
    )


def _of_fund(_subject: str, told: Audience) -> Audience:
    limited_partners = Commitment.objects.filter(fund__public_id=told.scope_ref)
    return replace(told, nations=tuple(limited_partners.values_list("nation_id", flat=True)))
