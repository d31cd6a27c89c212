"""Buying and selling shares of companies, and writing cost off."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core.ethics import gate
from core.people.models import User
from portfolio.investments import reviewing
from portfolio.investments.models import Holding, Round, Transaction
from portfolio.investments.services import paying, recording
from portfolio.investments.services.refusals import BeforeItsRound, MoreThanIsHeld, NeedsReason, UnfitQuantity

ZERO = Decimal(0)
Kind = Transaction.Kind


@transaction.atomic
def buy(
    holding: Holding,
    *,
    round: Round,  # noqa: A002 -- the field's word
    quantity: Decimal,
    amount: Decimal,
    effective_on: date,
    key: str,
    by: User,
    at: datetime,
    tranche: int = 1,
    illustrative: bool = False,
) -> Transaction:
    """Buy shares of a round, or a further tranche. Raises BeforeItsRound, NotEnoughCash, RateMissing, PeriodClosed,
    HeldByEthics.
    """
    book = recording.ready(holding, by, Holding.Kind.DIRECT, at)
    asked: dict[str, Decimal | int] = {
        "amount": amount,
        "quantity": quantity,
        "round_id": round.pk,
        "tranche": tranche,
    }
    if standing := recording.standing(holding, key, Kind.PURCHASE, effective_on, **asked):
        return standing
    _check_quantity(quantity)
    if effective_on < round.held_on:
        raise BeforeItsRound(round.held_on)
    paid = paying.in_both_currencies(holding, amount, effective_on, at)
    paying.require_cash(book, paid.fund_amount, effective_on, at)
    gate.require(reviewing.passing(holding, paid.amount, effective_on=effective_on, at=at))
    return recording.write(
        Transaction(
            holding=holding,
            kind=Kind.PURCHASE,
            round=round,
            tranche=tranche,
            quantity=quantity,
            cost=paid.amount,
            fund_cost=paid.fund_amount,
            is_illustrative=illustrative,
        ),
        paid,
        [*paying.out_of_cash(paid, book), paying.leg("investments", holding, "cash", None, paid)],
        recording.BOUGHT,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


@transaction.atomic
def sell(
    holding: Holding, *, quantity: Decimal, amount: Decimal, effective_on: date, key: str, by: User, at: datetime,
    illustrative: bool = False,
) -> Transaction:  # fmt: skip
    """Sell some or all shares; cost leaves at its average, all of it with the last share.

    Raises MoreThanIsHeld, TooLittleLater.
    """
    book = recording.ready(holding, by, Holding.Kind.DIRECT, at)
    if standing := recording.standing(holding, key, Kind.SALE, effective_on, amount=amount, quantity=quantity):
        return standing
    _check_quantity(quantity)
    held = paying.position(holding, effective_on, at)
    if quantity > held.quantity:
        raise MoreThanIsHeld(quantity, held.quantity)
    paid = paying.in_both_currencies(holding, amount, effective_on, at)
    later = paying.held_later(held, effective_on, at)
    cost = paying.rounded_within(paying.part(held.cost, quantity, held.quantity), (one.cost for one in later))
    fund_cost = paying.rounded_within(
        paying.part(held.fund_cost, quantity, held.quantity), (one.fund_cost for one in later)
    )
    paying.require_held(holding, later, quantity=quantity, cost=cost, fund_cost=fund_cost)
    return recording.write(
        Transaction(
            holding=holding,
            kind=Kind.SALE,
            quantity=quantity,
            cost=cost,
            fund_cost=fund_cost,
            is_illustrative=illustrative,
        ),
        paid,
        paying.proceeds(holding, paid, cost, fund_cost, book),
        recording.SOLD,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


@transaction.atomic
def write_off(
    holding: Holding, *, cost: Decimal, reason: str, effective_on: date, key: str, by: User, at: datetime,
    illustrative: bool = False,
) -> Transaction:  # fmt: skip
    """Take cost off a holding for ever, in the holding's currency, without money.

    Raises MoreThanIsHeld, TooLittleLater, NeedsReason.
    """
    recording.ready(holding, by, None, at)
    if standing := recording.standing(holding, key, Kind.WRITE_OFF, effective_on, cost=cost, reason=reason.strip()):
        return standing
    if not reason.strip():
        raise NeedsReason(field="reason")
    paying.check_amount(cost)
    held = paying.position(holding, effective_on, at)
    if cost > held.cost:
        raise MoreThanIsHeld(cost, held.cost)
    later = paying.held_later(held, effective_on, at)
    fund_cost = paying.rounded_within(paying.part(held.fund_cost, cost, held.cost), (one.fund_cost for one in later))
    paying.require_held(holding, later, quantity=ZERO, cost=cost, fund_cost=fund_cost)
    rate = (cost / fund_cost).quantize(Decimal("1E-8")) if fund_cost else Decimal(1)
    paid = paying.Paid(cost, holding.currency_id, fund_cost, rate, None, "at cost")
    nothing = paying.Paid(ZERO, holding.currency_id, ZERO, rate, None, "at cost")
    return recording.write(
        Transaction(
            holding=holding,
            kind=Kind.WRITE_OFF,
            cost=cost,
            fund_cost=fund_cost,
            reason=reason.strip(),
            is_illustrative=illustrative,
        ),
        nothing,
        [paying.leg("write-offs", holding, "investments", holding, paid)],
        recording.WRITTEN_OFF,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


def _check_quantity(quantity: Decimal) -> None:
    if not quantity.is_finite() or quantity <= ZERO or quantity != round(quantity, 6) or quantity >= Decimal(10) ** 18:
        raise UnfitQuantity(field="quantity")
