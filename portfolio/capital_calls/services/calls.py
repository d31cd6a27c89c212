"""What every step of a call shares: its row locked, its audit event written, its refusals."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind
from core.people.models import User
from portfolio.capital_calls import queries
from portfolio.capital_calls.models import CapitalCall
from portfolio.capital_calls.rules import Act
from portfolio.capital_calls.splitting import Day, Part
from portfolio.ledger import services as ledger

ZERO = Decimal(0)
CENT = Decimal("0.01")


def locked(call: CapitalCall) -> CapitalCall:
    """The call as it stands, its row held until the transaction ends."""
    return locks.in_order(CapitalCall.objects.filter(pk=call.pk).select_related("fund")).get()


def require(
    by: User,
    act: Act,
    call: CapitalCall,
    *,
    on: date | None = None,
    day: Day | None = None,
    parts: Sequence[Part] | None = None,
) -> None:
    """Raise what refuses the step: see ``queries.refusal``."""
    if refusal := queries.refusal(by, call, act, on=on, day=day, parts=parts):
        raise refusal


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
