"""Buying, selling, writing off, and dealing with the funds in which the fund holds a stake."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import Kind as AuditKind
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.money import queries as rates
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import queries
from portfolio.investments.models import Holding, Round, StakeTerms, Transaction
from portfolio.ledger import queries as ledger_queries
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Book
from portfolio.ledger.services import Leg

ZERO = Decimal(0)
CENT = Decimal("0.01")
Kind = Transaction.Kind

ROUND_RECORDED = declare("round.recorded", _("{actor} recorded the round {name} of {subject}."))
HOLDING_OPENED = declare("holding.opened", _("{actor} opened the holding {subject}."))
STAKE_COMMITTED = declare("stake.committed", _("{actor} committed {amount} to the fund {subject}."))
BOUGHT = declare("investment.bought", _("{actor} bought into {subject} for {amount}."))
SOLD = declare("investment.sold", _("{actor} sold of {subject} for {amount}."))
WRITTEN_OFF = declare("investment.written_off", _("{actor} wrote {cost} off {subject}: {reason}."))
STAKE_CALLED = declare("stake.called", _("{actor} paid {amount} to the fund {subject}."))
STAKE_DISTRIBUTED = declare("stake.distributed", _("{actor} received {amount} from the fund {subject}."))


class BeforeItsRound(Invalid):
    code = "before_its_round"

    def __init__(self, held_on: date) -> None:
        sentence = _("The purchase lies before its round, which was on {day}. Choose that day or a later one.")
        super().__init__(str(sentence).format(day=held_on.isoformat()), field="effective_on")


class MoreThanIsHeld(Conflict):
    code = "more_than_is_held"

    def __init__(self, asked: Decimal, held: Decimal) -> None:
        sentence = _("{asked} cannot be sold or written off: {held} is held.")
        super().__init__(str(sentence).format(asked=f"{asked:,f}", held=f"{held:,f}"), field="quantity")


class NotEnoughCash(Conflict):
    code = "not_enough_cash"

    def __init__(self, asked: Decimal, cash: Decimal) -> None:
        sentence = _("{asked} is to be paid and the fund holds {cash} in cash. Call capital first.")
        super().__init__(str(sentence).format(asked=f"{asked:,.2f}", cash=f"{cash:,.2f}"), field="amount")


class OverStake(Conflict):
    code = "over_stake"

    def __init__(self, asked: Decimal, left: Decimal) -> None:
        sentence = _("{asked} is asked for and {left} of the stake is unpaid. Raise the commitment first.")
        super().__init__(str(sentence).format(asked=f"{asked:,.2f}", left=f"{left:,.2f}"), field="amount")


class NeedsReason(Invalid):
    code = "needs_reason"
    sentence = _("A write-off needs a reason.")


class WrongKind(Conflict):
    code = "wrong_kind"
    sentence = _("Shares are bought and sold in companies; fund stakes are paid into and paid out of.")


class UnfitQuantity(Invalid):
    code = "unfit_quantity"
    sentence = _("A quantity is above zero, with at most six decimal places.")


class RoundStands(Conflict):
    code = "round_stands"
    sentence = _("A round of this name and day was already recorded with other contents.")


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount in the holding's currency and in the fund's, with the rate between them."""

    amount: Decimal
    currency: str
    fund_amount: Decimal
    rate: Decimal
    observed_on: date | None
    source: str


@transaction.atomic
def record_round(
    organisation: Organisation,
    *,
    name: str,
    held_on: date,
    precision: str,
    total: Decimal | None,
    currency: str | None,
    role: str,
    co_investors: str,
    basis: str,
    source: str,
    note: str,
    fund: Fund,
    by: User,
    at: datetime,
) -> Round:
    """Note a published round of a company. The one that stands already is returned. Raises RoundStands."""
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    content = {
        "precision": precision,
        "total": total,
        "currency_id": currency,
        "role": role,
        "co_investors": co_investors,
        "basis": basis,
        "source": source,
        "note": note,
    }
    found, created = Round.objects.get_or_create(
        organisation=organisation, name=name, held_on=held_on, defaults=content | {"recorded_at": at}
    )
    if not created:
        if any(getattr(found, field) != value for field, value in content.items()):
            raise RoundStands(field="name")
        return found
    audit.record(
        ROUND_RECORDED, organisation.public_id, by=by, chain=fund.public_id, after={"name": name, "held_on": held_on}
    )
    return found


@transaction.atomic
def open_holding(
    fund: Fund, organisation: Organisation, *, kind: str, technology: str, currency: str, by: User, at: datetime
) -> Holding:
    """Begin a position with nothing in it; the one that stands is returned."""
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    holding, created = Holding.objects.get_or_create(
        fund=fund,
        organisation=organisation,
        defaults={"kind": kind, "technology": technology, "currency_id": currency, "recorded_at": at},
    )
    if created:
        audit.record(HOLDING_OPENED, holding.public_id, by=by, chain=fund.public_id, after={"kind": kind})
    return holding


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
    """Buy shares of a round, or a further tranche. Raises BeforeItsRound, NotEnoughCash, RateMissing, PeriodClosed."""
    book = _ready(holding, by, Holding.Kind.DIRECT)
    if standing := _standing(holding, key, Kind.PURCHASE, effective_on, amount=amount, quantity=quantity):
        return standing
    _check_quantity(quantity)
    if effective_on < round.held_on:
        raise BeforeItsRound(round.held_on)
    paid = _paid(holding, amount, effective_on, at)
    require_cash(book, paid.fund_amount, effective_on, at)
    return _write(
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
        [*_out_of_cash(paid, book), _leg("investments", holding, "cash", None, paid)],
        BOUGHT,
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
    """Sell some or all shares; cost leaves at its average, all of it with the last share. Raises MoreThanIsHeld."""
    book = _ready(holding, by, Holding.Kind.DIRECT)
    if standing := _standing(holding, key, Kind.SALE, effective_on, amount=amount, quantity=quantity):
        return standing
    _check_quantity(quantity)
    held = _position(holding, effective_on, at)
    if quantity > held.quantity:
        raise MoreThanIsHeld(quantity, held.quantity)
    paid = _paid(holding, amount, effective_on, at)
    cost, fund_cost = _part(held.cost, quantity, held.quantity), _part(held.fund_cost, quantity, held.quantity)
    return _write(
        Transaction(
            holding=holding,
            kind=Kind.SALE,
            quantity=quantity,
            cost=cost,
            fund_cost=fund_cost,
            is_illustrative=illustrative,
        ),
        paid,
        _proceeds(holding, paid, cost, fund_cost, book),
        SOLD,
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
    """Take cost off a holding for ever, in the holding's currency, without money. Raises MoreThanIsHeld, NeedsReason."""
    _ready(holding, by, None)
    if standing := _standing(holding, key, Kind.WRITE_OFF, effective_on, cost=cost):
        return standing
    if not reason.strip():
        raise NeedsReason(field="reason")
    _check_amount(cost)
    held = _position(holding, effective_on, at)
    if cost > held.cost:
        raise MoreThanIsHeld(cost, held.cost)
    fund_cost = _part(held.fund_cost, cost, held.cost)
    rate = (cost / fund_cost).quantize(Decimal("1E-8")) if fund_cost else Decimal(1)
    paid = Paid(cost, holding.currency_id, fund_cost, rate, None, "at cost")
    nothing = Paid(ZERO, holding.currency_id, ZERO, rate, None, "at cost")
    return _write(
        Transaction(
            holding=holding,
            kind=Kind.WRITE_OFF,
            cost=cost,
            fund_cost=fund_cost,
            reason=reason.strip(),
            is_illustrative=illustrative,
        ),
        nothing,
        [_leg("write-offs", holding, "investments", holding, paid)],
        WRITTEN_OFF,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


@transaction.atomic
def commit_to_stake(
    holding: Holding, *, amount: Decimal, effective_on: date, basis: str, source: str, by: User, at: datetime
) -> StakeTerms:
    """Promise money to another fund, in its currency. The terms that stand already, asked for again, are returned."""
    _ready(holding, by, Holding.Kind.FUND)
    _check_amount(amount)
    standing = queries.stake_terms(holding, as_of=effective_on, known_at=at)
    if standing and (standing.amount, standing.effective_on) == (amount, effective_on):
        return standing
    terms = StakeTerms.objects.create(
        holding=holding, amount=amount, effective_on=effective_on, recorded_at=at, basis=basis, source=source
    )
    audit.record(
        STAKE_COMMITTED,
        holding.public_id,
        by=by,
        chain=holding.fund.public_id,
        after={"amount": amount, "effective_on": effective_on},
    )
    return terms


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
    book = _ready(holding, by, Holding.Kind.FUND)
    if standing := _standing(holding, key, Kind.STAKE_CALL, effective_on, amount=amount):
        return standing
    paid = _paid(holding, amount, effective_on, at)
    left = queries.stake_committed(holding, as_of=effective_on, known_at=at) - _position(holding, date.max, at).invested
    if amount > left:
        raise OverStake(amount, left)
    require_cash(book, paid.fund_amount, effective_on, at)
    return _write(
        Transaction(
            holding=holding,
            kind=Kind.STAKE_CALL,
            cost=paid.amount,
            fund_cost=paid.fund_amount,
            is_illustrative=illustrative,
        ),
        paid,
        [*_out_of_cash(paid, book), _leg("investments", holding, "cash", None, paid)],
        STAKE_CALLED,
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
    """Take a distribution of another fund in; ``returned_capital`` of it lowers cost, the rest is gain."""
    book = _ready(holding, by, Holding.Kind.FUND)
    if standing := _standing(holding, key, Kind.STAKE_DISTRIBUTION, effective_on, amount=amount, cost=returned_capital):
        return standing
    held = _position(holding, effective_on, at)
    if not ZERO <= returned_capital <= min(held.cost, amount):
        raise MoreThanIsHeld(returned_capital, min(held.cost, amount))
    paid = _paid(holding, amount, effective_on, at)
    fund_cost = _part(held.fund_cost, returned_capital, held.cost)
    return _write(
        Transaction(
            holding=holding,
            kind=Kind.STAKE_DISTRIBUTION,
            cost=returned_capital,
            fund_cost=fund_cost,
            is_illustrative=illustrative,
        ),
        paid,
        _proceeds(holding, paid, returned_capital, fund_cost, book),
        STAKE_DISTRIBUTED,
        effective_on=effective_on,
        key=key,
        by=by,
        at=at,
    )


def _ready(holding: Holding, by: User, kind: str | None) -> Book:
    """Lock fund and book, check the right and the kind of holding."""
    fund = locks.in_order(Fund.objects.filter(pk=holding.fund_id).select_related("book")).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    if kind is not None and holding.kind != kind:
        raise WrongKind
    return Book.objects.select_for_update().get(pk=funds.book_of(fund).pk)


def _standing(holding: Holding, key: str, kind: str, on: date, **content: Decimal) -> Transaction | None:
    """The transaction made under the same key, where it was for the same. Raises KeyReused where it was for another."""
    standing = Transaction.objects.filter(key=key).first()
    if standing is None:
        return None
    asked = {"holding_id": holding.pk, "kind": kind, "effective_on": on, **content}
    if any(getattr(standing, name) != value for name, value in asked.items()):
        raise ledger.KeyReused
    return standing


def _paid(holding: Holding, amount: Decimal, on: date, at: datetime) -> Paid:
    """The amount in both currencies, at the euro reference rate of the day as known now."""
    _check_amount(amount)
    fund_currency = holding.fund.currency_id
    if holding.currency_id == fund_currency:
        return Paid(amount, holding.currency_id, amount, Decimal(1), None, "")
    theirs = rates.rate(holding.currency_id, on=on, known_at=at)
    ours = rates.rate(fund_currency, on=on, known_at=at)
    with localcontext(prec=40):
        rate = theirs.units_per_euro / ours.units_per_euro
        fund_amount = (amount / rate).quantize(CENT, rounding=ROUND_HALF_EVEN)
    return Paid(
        amount, holding.currency_id, fund_amount, rate.quantize(Decimal("1E-8")), theirs.observed_on, theirs.source
    )


def _position(holding: Holding, on: date, at: datetime) -> queries.Position:
    return queries.position(holding, queries.transactions(holding, as_of=on, known_at=at))


def _part(whole: Decimal, numerator: Decimal, denominator: Decimal) -> Decimal:
    """The share of ``whole`` that leaves: all of it with the last unit, so that nothing is left of nothing."""
    if numerator == denominator:
        return whole
    with localcontext(prec=60):
        return (whole * numerator / denominator).quantize(CENT, rounding=ROUND_HALF_EVEN)


def require_cash(book: Book, amount: Decimal, on: date, at: datetime) -> None:
    """What is paid is there on that day and stays there on every later day."""
    cash = min(ledger_queries.balance(book, "cash", as_of=day, known_at=at) for day in (on, date.max))
    if amount > cash:
        raise NotEnoughCash(amount, cash)


def _out_of_cash(paid: Paid, book: Book) -> list[Leg]:
    """Buy the foreign money that is paid: two legs through the exchange account, none in the book's own currency."""
    if paid.currency == book.currency_id:
        return []
    return [
        Leg(("exchange", ""), ("cash", ""), paid.fund_amount, book.currency_id),
        Leg(("cash", ""), ("exchange", ""), paid.amount, paid.currency, paid.fund_amount, paid.rate, paid.source),
    ]


def _proceeds(holding: Holding, paid: Paid, cost: Decimal, fund_cost: Decimal, book: Book) -> list[Leg]:
    """Money in against gains, cost out against gains: what stays in gains is the realised result in both currencies."""
    legs = [_leg("cash", None, "realised-gains", holding, paid)]
    if cost:
        relieved = Paid(cost, paid.currency, fund_cost, paid.rate, None, "at cost")
        legs.append(_leg("realised-gains", holding, "investments", holding, relieved))
    if paid.currency != book.currency_id:
        legs += [
            Leg(("exchange", ""), ("cash", ""), paid.amount, paid.currency, paid.fund_amount, paid.rate, paid.source),
            Leg(("cash", ""), ("exchange", ""), paid.fund_amount, book.currency_id),
        ]
    return legs


def _leg(debit: str, debit_of: Holding | None, credit: str, credit_of: Holding | None, paid: Paid) -> Leg:
    return Leg(
        (debit, debit_of.public_id if debit_of else ""),
        (credit, credit_of.public_id if credit_of else ""),
        paid.amount,
        paid.currency,
        paid.fund_amount,
        paid.rate,
        paid.source,
    )


def _write(
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


def _check_amount(amount: Decimal) -> None:
    if not amount.is_finite() or not ZERO < amount <= ledger.LARGEST or amount != amount.quantize(CENT):
        raise ledger.UnfitAmount(field="amount")


def _check_quantity(quantity: Decimal) -> None:
    if not quantity.is_finite() or quantity <= ZERO or quantity != round(quantity, 6) or quantity >= Decimal(10) ** 18:
        raise UnfitQuantity(field="quantity")
