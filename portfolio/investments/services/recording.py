"""What investments write: the posting, the transaction and the line of the audit trail, once for each key."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import Kind as AuditKind
from core.audit.kinds import declare
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding, Transaction
from portfolio.investments.services.paying import Paid
from portfolio.investments.services.refusals import ValuedMeanwhile, WrongKind
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from portfolio.ledger.services import Leg

ROUND_RECORDED = declare("round.recorded", _("{actor} recorded the round {name} of {subject}."))
HOLDING_OPENED = declare("holding.opened", _("{actor} opened the holding {subject}."))
STAKE_COMMITTED = declare("stake.committed", _("{actor} committed {amount} to the fund {subject}."))
BOUGHT = declare("investment.bought", _("{actor} bought into {subject} for {amount}."))
SOLD = declare("investment.sold", _("{actor} sold of {subject} for {amount}."))
WRITTEN_OFF = declare("investment.written_off", _("{actor} wrote {cost} off {subject}: {reason}."))
STAKE_CALLED = declare("stake.called", _("{actor} paid {amount} to the fund {subject}."))
TAKEN_BACK = declare("investment.taken_back", _("{actor} took {amount} recorded of {subject} back: {reason}."))
STAKE_DISTRIBUTED = declare("stake.distributed", _("{actor} received {amount} from the fund {subject}."))


Moment = Callable[[Fund], datetime | None]
CountedOn = Callable[[Transaction], date | None]
_last_valued: list[Moment] = []
_counted_on: list[CountedOn] = []


def register(last_valued: Moment, counted_on: CountedOn) -> None:
    """Say who knows when the last valuation of a fund was opened, and which one counts a transaction: a part above this."""
    _last_valued[:] = [last_valued]
    _counted_on[:] = [counted_on]


def valued_on(row: Transaction) -> date | None:
    """The quarter end of a valuation that counts the transaction; None while no valuation does."""
    return next((day for day in (tell(row) for tell in _counted_on) if day), None)


def ready(holding: Holding, by: User, kind: str | None, at: datetime) -> Book:
    """Lock fund and book, check the right and the kind of holding, and that every valuation will know what is stamped ``at``."""
    fund = ready_fund(holding.fund_id, by, at)
    if kind is not None and holding.kind != kind:
        raise WrongKind
    return Book.objects.select_for_update().get(pk=funds.book_of(fund).pk)


def ready_fund(fund_id: int, by: User, at: datetime) -> Fund:
    """Lock the fund, check the right, and that every valuation of it will know what is stamped ``at``.

    What was recorded by the moment at which a valuation was opened is in its marks, and what was recorded after it is carried:
    opening holds the fund too, so that nothing comes in between.
    """
    fund = locks.in_order(Fund.objects.filter(pk=fund_id).select_related("book")).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    if any(opened_at and at <= opened_at for opened_at in (tell(fund) for tell in _last_valued)):
        raise ValuedMeanwhile
    return fund


def standing(holding: Holding, key: str, kind: str, on: date, **content: Decimal | int | str) -> Transaction | None:
    """The transaction made under the same key, where it was for the same. Raises KeyReused where it was for another."""
    found = Transaction.objects.filter(key=key).first()
    if found is None:
        return None
    asked = {"holding_id": holding.pk, "kind": kind, "effective_on": on, **content}
    if any(getattr(found, name) != value for name, value in asked.items()):
        raise ledger.KeyReused
    return found


def write(
    row: Transaction,
    paid: Paid,
    legs: list[Leg],
    kind: AuditKind,
    *,
    effective_on: date,
    key: str,
    by: User,
    at: datetime,
) -> Transaction:
    """Post, keep the transaction, and say so in the audit trail: one database transaction."""
    fund = row.holding.fund
    entry = ledger.post(
        funds.book_of(fund),
        legs,
        key=f"transaction:{key}",
        kind=row.kind,
        subject=row.public_id,
        effective_on=effective_on,
        by=by,
        at=at,
    )
    failpoints.reach("investments.posted")
    row.amount, row.fund_amount, row.rate = paid.amount, paid.fund_amount, paid.rate
    row.rate_observed_on, row.rate_source = paid.observed_on, paid.source
    row.effective_on, row.key, row.entry = effective_on, key, entry
    row.recorded_at, row.recorded_by = at, by
    row.save(force_insert=True)
    audit.record(
        kind,
        row.holding.public_id,
        by=by,
        chain=fund.public_id,
        after={
            "transaction": row.public_id,
            "amount": row.amount,
            "cost": row.cost,
            "currency": row.holding.currency_id,
            "effective_on": effective_on,
            "reason": row.reason,
        },
    )
    return row
