"""Positions as of a day and as known on a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Case, DecimalField, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from core.organisations import queries as organisations
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding, Round, StakeTerms, TakenBack, Transaction

ZERO = Decimal(0)
ADDING = frozenset({Transaction.Kind.PURCHASE, Transaction.Kind.STAKE_CALL})
RECEIVING = frozenset({Transaction.Kind.SALE, Transaction.Kind.STAKE_DISTRIBUTION})


@dataclass(frozen=True, slots=True)
class Position:
    """One holding. Amounts named ``fund_`` are in the fund's currency, the others in the holding's.

    ``invested`` is the cost of what was ever bought, ``cost`` of what is still held; ``received`` is what came back.
    ``flows`` are the days and amounts of all money that moved, in the fund's currency, oldest first: paid is negative.
    """

    holding: Holding
    quantity: Decimal
    invested: Decimal
    fund_invested: Decimal
    cost: Decimal
    fund_cost: Decimal
    received: Decimal
    fund_received: Decimal
    first_on: date | None
    flows: tuple[tuple[date, Decimal], ...]
    is_illustrative: bool


def visible_to(person: User) -> QuerySet[Holding]:
    """The holdings of the person's funds; every one to an auditor."""
    holdings = Holding.objects.select_related("fund", "organisation__nation").order_by("organisation__name", "pk")
    if people_rules.reaches_everywhere(person, Permission.FUND_READ):
        return holdings
    return holdings.filter(fund__public_id__in=people_rules.scopes_of(person, Permission.FUND_READ))


def standing(*, as_of: date, known_at: datetime, of: str = "") -> Q:
    """Transactions effective by a day and known by a moment, but for those that were taken back by then.

    ``of`` is the way to them from the rows that are asked.
    """
    by_then = Q(**{f"{of}effective_on__lte": as_of, f"{of}recorded_at__lte": known_at})
    return by_then & (_not_taken_back(known_at, of) | Q(**{f"{of}taken_back__effective_on__gt": as_of}))


def to_be_valued(*, quarter_end: date, known_at: datetime, of: str = "") -> Q:
    """What a valuation counts: the same, but for what is known to be wrong by then, from whatever day on."""
    by_then = Q(**{f"{of}effective_on__lte": quarter_end, f"{of}recorded_at__lte": known_at})
    return by_then & _not_taken_back(known_at, of)


def _not_taken_back(known_at: datetime, of: str) -> Q:
    return Q(**{f"{of}taken_back__isnull": True}) | Q(**{f"{of}taken_back__recorded_at__gt": known_at})


def positions(fund: Fund, *, as_of: date, known_at: datetime) -> list[Position]:
    """Every holding with at least one transaction by then, the largest at cost first, in two queries.

    The database adds up: the rows of many years are not fetched.
    """
    rows = Transaction.objects.filter(standing(as_of=as_of, known_at=known_at), holding__fund=fund)
    summed = {row["holding_id"]: dict(row) for row in rows.values("holding_id").annotate(**_SUMS).order_by()}
    holdings = Holding.objects.filter(pk__in=summed).select_related("organisation__nation")
    result = [_summed(holding, summed[holding.pk]) for holding in holdings]
    return sorted(result, key=lambda one: (-one.fund_cost, one.holding.organisation.name, one.holding.pk))


def of_fund(fund: Fund) -> list[Holding]:
    """Every holding of a fund that was ever opened, with its organisation, by its name."""
    return list(Holding.objects.filter(fund=fund).select_related("organisation").order_by("organisation__name", "pk"))


def names(holdings: Iterable[str]) -> dict[str, str]:
    """What the organisations of some holdings are called, by the holding's public id, in the order of the names."""
    rows = Holding.objects.filter(public_id__in=set(holdings)).order_by("organisation__name", "pk")
    return dict(rows.values_list("public_id", "organisation__name"))


def empty(fund: Fund, *, as_of: date, known_at: datetime) -> list[Holding]:
    """Holdings that were open by then and of which no transaction was known, by name."""
    moved = Transaction.objects.filter(holding__fund=fund, recorded_at__lte=known_at).values("holding")
    opened = Holding.objects.filter(fund=fund, recorded_at__lte=known_at).exclude(pk__in=moved)
    found = opened.select_related("organisation__nation").order_by("organisation__name", "pk")
    return [one for one in found if funds.day_of(fund, one.recorded_at) <= as_of]


def to_hold(fund: Fund, *, sent: str = "") -> list[Organisation]:
    """Companies and fund managers in which the fund has no holding, by name.

    ``sent`` is the public id of one that is offered all the same: a form sent twice leads to what the first one made.
    """
    held = set(Holding.objects.filter(fund=fund).values_list("organisation", flat=True))
    known = organisations.of_kinds(Organisation.Kind.COMPANY, Organisation.Kind.FUND_MANAGER)
    return [one for one in known if one.pk not in held or one.public_id == sent]


def _of(field: str, kinds: frozenset[str]) -> Coalesce:
    return Coalesce(Sum(field, filter=Q(kind__in=sorted(kinds))), ZERO, output_field=DecimalField())


def _left(field: str) -> Coalesce:
    """What was added less what left."""
    signed = Case(When(kind__in=sorted(ADDING), then=F(field)), default=-F(field))
    return Coalesce(Sum(signed), ZERO, output_field=DecimalField())


_MOVING = Q(kind__in=sorted(ADDING | RECEIVING))
_PAID_OR_RECEIVED = Case(When(kind__in=sorted(ADDING), then=-F("fund_amount")), default=F("fund_amount"))
_OLDEST_FIRST = ("effective_on", "pk")
_SUMS = {
    "held_quantity": _left("quantity"),
    "invested": _of("cost", ADDING),
    "fund_invested": _of("fund_cost", ADDING),
    "held_cost": _left("cost"),
    "held_fund_cost": _left("fund_cost"),
    "received": _of("amount", RECEIVING),
    "fund_received": _of("fund_amount", RECEIVING),
    "first_on": Min("effective_on"),
    "days": ArrayAgg("effective_on", filter=_MOVING, order_by=_OLDEST_FIRST),
    "moved": ArrayAgg(_PAID_OR_RECEIVED, filter=_MOVING, order_by=_OLDEST_FIRST),
    "any_illustrative": BoolOr("is_illustrative"),
}


def _summed(holding: Holding, row: dict[str, Any]) -> Position:
    return Position(
        holding=holding,
        quantity=row["held_quantity"],
        invested=row["invested"],
        fund_invested=row["fund_invested"],
        cost=row["held_cost"],
        fund_cost=row["held_fund_cost"],
        received=row["received"],
        fund_received=row["fund_received"],
        first_on=row["first_on"],
        flows=tuple(zip(row["days"] or (), row["moved"] or (), strict=True)),
        is_illustrative=row["any_illustrative"],
    )


def position(holding: Holding, transactions: Iterable[Transaction]) -> Position:
    """What a holding's transactions amount to."""
    rows = list(transactions)
    bought = [row for row in rows if row.kind in ADDING]
    left = [row for row in rows if row.kind not in ADDING]
    back = [row for row in rows if row.kind in RECEIVING]
    return Position(
        holding=holding,
        quantity=sum((row.quantity or ZERO for row in bought), ZERO)
        - sum((row.quantity or ZERO for row in left), ZERO),
        invested=sum((row.cost for row in bought), ZERO),
        fund_invested=sum((row.fund_cost for row in bought), ZERO),
        cost=sum((row.cost for row in bought), ZERO) - sum((row.cost for row in left), ZERO),
        fund_cost=sum((row.fund_cost for row in bought), ZERO) - sum((row.fund_cost for row in left), ZERO),
        received=sum((row.amount for row in back), ZERO),
        fund_received=sum((row.fund_amount for row in back), ZERO),
        first_on=rows[0].effective_on if rows else None,
        flows=tuple(
            (row.effective_on, -row.fund_amount if row.kind in ADDING else row.fund_amount)
            for row in rows
            if row.kind in ADDING | RECEIVING
        ),
        is_illustrative=any(row.is_illustrative for row in rows),
    )


def transactions(holding: Holding, *, as_of: date, known_at: datetime) -> QuerySet[Transaction]:
    """The transactions of a holding, oldest first."""
    return (
        Transaction.objects.filter(standing(as_of=as_of, known_at=known_at), holding=holding)
        .select_related("round", "entry")
        .order_by("effective_on", "pk")
    )


def taken_back(holding: Holding, *, as_of: date, known_at: datetime) -> QuerySet[TakenBack]:
    """What was taken back of a holding, in the order of its being known."""
    return (
        TakenBack.objects.filter(transaction__holding=holding, effective_on__lte=as_of, recorded_at__lte=known_at)
        .select_related("transaction", "entry", "recorded_by")
        .order_by("recorded_at", "pk")
    )


def valued_transactions(holdings: Iterable[int], *, quarter_end: date, known_at: datetime) -> QuerySet[Transaction]:
    """What a valuation counts of some holdings, by their keys, oldest first, with their rounds."""
    return (
        Transaction.objects.filter(to_be_valued(quarter_end=quarter_end, known_at=known_at), holding__in=list(holdings))
        .select_related("round", "taken_back")
        .order_by("effective_on", "pk")
    )


def rounds(holding: Holding, *, known_at: datetime) -> QuerySet[Round]:
    """The published rounds of the company behind a holding, oldest first."""
    return Round.objects.filter(organisation=holding.organisation_id, recorded_at__lte=known_at).order_by(
        "held_on", "pk"
    )


def is_illustrative(holding: Holding) -> bool:
    """Whether what is recorded of a holding is invented: in an illustrative fund, or beside illustrative figures."""
    return holding.fund.is_illustrative or holding.transactions.filter(is_illustrative=True).exists()


def stake_terms(holding: Holding, *, as_of: date, known_at: datetime) -> StakeTerms | None:
    """The terms of a stake in force on a day."""
    return (
        StakeTerms.objects.filter(holding=holding, effective_on__lte=as_of, recorded_at__lte=known_at)
        .order_by("-effective_on", "-recorded_at", "-pk")
        .first()
    )


def stake_committed(holding: Holding, *, as_of: date, known_at: datetime) -> Decimal:
    """What is committed to another fund, in the holding's currency."""
    terms = stake_terms(holding, as_of=as_of, known_at=known_at)
    return terms.amount if terms else ZERO
