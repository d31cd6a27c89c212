"""What every step of a call shares: its row locked, its audit event written, its refusals."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind
from core.errors import Conflict
from core.people.models import User
from portfolio.capital_calls.lifecycle import State, leads_to
from portfolio.capital_calls.models import CapitalCall
from portfolio.ledger import services as ledger

ZERO = Decimal(0)
CENT = Decimal("0.01")


class WrongState(Conflict):
    code = "wrong_state"
    sentence = _("The call’s state does not allow this step.")


def locked(call: CapitalCall) -> CapitalCall:
    """The call as it stands, its row held until the transaction ends."""
    return locks.in_order(CapitalCall.objects.filter(pk=call.pk).select_related("fund")).get()


def step(call: CapitalCall, target: State) -> None:
    """Set the state that follows, unsaved. Raises WrongState."""
    if not leads_to(call.state, target):
        raise WrongState
    call.state = target


def record(
    kind: Kind,
    call: CapitalCall,
    *,
    by: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write the audit event of a step, with the call's number."""
    audit.record(
        kind,
        call.public_id,
        by=by,
        chain=call.fund.public_id,
        before=before,
        after={"number": call.number} | (after or {}),
    )


def check_amount(amount: Decimal) -> None:
    """Raises UnfitAmount for what is not above zero, in whole cents, and within what the books take."""
    if not amount.is_finite() or not ZERO < amount <= ledger.LARGEST or amount != amount.quantize(CENT):
        raise ledger.UnfitAmount(field="amount")
