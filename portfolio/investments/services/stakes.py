"""Dealing with the funds in which the fund holds a stake: promising, paying in, receiving."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core.audit import services as audit
from core.nations.models import Basis
from core.people.models import User
from portfolio.funds.services import SourceMissing
from portfolio.investments import queries
from portfolio.investments.models import Holding, StakeTerms, Transaction
from portfolio.investments.services import paying, recording
from portfolio.investments.services.refusals import LessThanPaid, MoreThanIsHeld, OverStake

ZERO = Decimal(0)
Kind = Transaction.Kind


@transaction.atomic
def commit_to_stake(
    holding: Holding, *, amount: Decimal, effective_on: date, basis: str, source: str, by: User, at: datetime,
    precision: str = "day", note: str = "",
) -> StakeTerms:  # fmt: skip
    """Promise money to another fund, in its currency. The terms that stand already, asked for again, are returned.

    ``effective_on`` is the first of the month, quarter or year where ``precision`` says that no more is known.
    Raises SourceMissing, LessThanPaid.
    """
    recording.ready(holding, by, Holding.Kind.FUND, at)
    paying.check_amount(amount)
    if basis != Basis.ILLUSTRATIVE and not source:
        raise SourceMissing(field="source")
    standing = queries.stake_terms(holding, as_of=effective_on, known_at=at)
    content = {
        "amount": amount,
        "effective_on": effective_on,
        "precision": precision,
        "basis": basis,
        "source": source,
        "note": note,
    }
    if standing and all(getattr(standing, field) == value for field, value in content.items()):
        return standing
    _check_paid(holding, amount, effective_on, at)
    terms = StakeTerms.objects.create(holding=holding, **content, recorded_at=at)
    audit.record(
        recording.STAKE_COMMITTED,
        holding.public_id,
        by=by,
        chain=holding.fund.public_id,
        after={"amount": amount, "effective_on": effective_on},
    )
    return terms


def _check_paid(holding: Holding, amount: Decimal, effective_on: date, at: datetime) -> None:
    """What is paid already lies within what is committed in the end."""
    last = queries.stake_terms(holding, as_of=date.max, known_at=at)
    paid = paying.position(holding, date.max, at).invested
    if amount < paid and (last is None or last.effective_on <= effective_on):
        raise LessThanPaid(amount, paid)


@transaction.atomic
def pay_stake(
    holding: Holding,
    *,
    amount: Decimal,
    effective_on: date,
    key: str,
    by: User,
    at: datetime,
    illustrative: bool = False,
) -> Transaction:
    """Pay a call of another fund. Raises OverStake, NotEnoughCash, RateMissing."""
    book = recording.ready(holding, by, Holding.Kind.FUND, at)
    if standing := recording.standing(holding, key, Kind.STAKE_CALL, effective_on, amount=amount):
        return standing
    paid = paying.in_both_currencies(holding, amount, effective_on, at)
    committed = queries.stake_committed(holding, as_of=effective_on, known_at=at)
    left = committed - paying.position(holding, date.max, at).invested
    if amount > left:
        raise OverStake(amount, left)
    paying.require_cash(book, paid.fund_amount, effective_on, at)
    return recording.write(
        Transaction(
            holding=holding,
            kind=Kind.STAKE_CALL,
            cost=paid.amount,
            fund_cost=paid.fund_amount,
            is_illustrative=illustrative,
        ),
        paid,
        [*paying.out_of_cash(paid, book), paying.leg("investments", holding, "cash", None, paid)],
        recording.STAKE_CALLED,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


@transaction.atomic
def receive_from_stake(
    holding: Holding, *, amount: Decimal, returned_capital: Decimal, effective_on: date, key: str, by: User, at: datetime,
    illustrative: bool = False,
) -> Transaction:  # fmt: skip
    """Take a distribution of another fund in; ``returned_capital`` of it lowers cost, the rest is gain.

    Raises MoreThanIsHeld, TooLittleLater, RateMissing.
    """
    book = recording.ready(holding, by, Holding.Kind.FUND, at)
    if standing := recording.standing(
        holding, key, Kind.STAKE_DISTRIBUTION, effective_on, amount=amount, cost=returned_capital
    ):
        return standing
    held = paying.position(holding, effective_on, at)
    if not ZERO <= returned_capital <= min(held.cost, amount):
        raise MoreThanIsHeld(returned_capital, min(held.cost, amount))
    paid = paying.in_both_currencies(holding, amount, effective_on, at)
    later = paying.held_later(held, effective_on, at)
    fund_cost = paying.rounded_within(
        paying.part(held.fund_cost, returned_capital, held.cost), (one.fund_cost for one in later)
    )
    paying.require_held(holding, later, quantity=ZERO, cost=returned_capital, fund_cost=fund_cost)
    return recording.write(
        Transaction(
            holding=holding,
            kind=Kind.STAKE_DISTRIBUTION,
            cost=returned_capital,
            fund_cost=fund_cost,
            is_illustrative=illustrative,
        ),
        paid,
        paying.proceeds(holding, paid, returned_capital, fund_cost, book),
        recording.STAKE_DISTRIBUTED,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )
