"""What each Ally has in the pool and what it returned to it, as of a day and as known on a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from core.money import allocation
from core.nations.models import Basis
from portfolio.finance.cashflows import Flow
from portfolio.funds import queries as funds
from portfolio.funds.models import Commitment, CommitmentTerms, Fund
from portfolio.performance import diary, queries
from portfolio.performance.pool import MEANINGS
from portfolio.performance.queries import Returns, Standing

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Partner:
    """One Ally. ``nav`` is its part of the net asset value: of the residual value, and what it still owes of calls."""

    commitment: Commitment
    committed: Decimal
    paid_in: Decimal
    distributed: Decimal
    residual: Decimal
    nav: Decimal
    returns: Returns
    is_illustrative: bool


def partners(fund: Fund, found: Standing, *, as_of: date, known_at: datetime) -> list[Partner]:
    """Every Ally of the pool, the largest commitment first, in four queries.

    The residual value goes by what each has paid in (while nobody has, by what each has committed), to the cent by
    largest remainder. Capital that an Ally was called for and has not paid is its own. So the parts add up to the net
    asset value exactly.
    """
    terms = {row.commitment_id: row for row in funds.rows_in_force(fund, as_of=as_of, known_at=known_at)}
    paid = _paid(fund, as_of, known_at)
    back = diary.distributed_by_subject(fund, as_of=as_of, known_at=known_at)
    owed = _owed(found)
    every = _commitments(fund, terms, paid, back, owed)
    residual = _residual(found.figures.residual, every, terms, paid)
    return [
        _partner(
            one,
            terms.get(one.pk),
            paid=paid.get(one.pk, {}),
            back=back.get(one.public_id, {}),
            residual=residual[one.pk],
            owed=owed.get(one.public_id, ZERO),
            as_of=as_of,
        )
        for one in every
    ]


def partner(commitment: Commitment, *, as_of: date, known_at: datetime) -> Partner | None:
    """One Ally's part; None where it has none at this point in time."""
    found = queries.standing(commitment.fund, as_of=as_of, known_at=known_at)
    every = partners(commitment.fund, found, as_of=as_of, known_at=known_at)
    return next((one for one in every if one.commitment == commitment), None)


def _partner(
    commitment: Commitment,
    terms: CommitmentTerms | None,
    *,
    paid: Mapping[date, Decimal],
    back: Mapping[date, Decimal],
    residual: Decimal,
    owed: Decimal,
    as_of: date,
) -> Partner:
    committed = terms.amount if terms else ZERO
    paid_in, distributed = sum(paid.values(), ZERO), sum(back.values(), ZERO)
    dated = [Flow(day, -float(amount)) for day, amount in paid.items()]
    dated += [Flow(day, float(amount)) for day, amount in back.items()]
    return Partner(
        commitment=commitment,
        committed=committed,
        paid_in=paid_in,
        distributed=distributed,
        residual=residual,
        nav=residual + owed,
        returns=queries.returns_of(
            dated, paid_in=paid_in, distributed=distributed, residual=residual, committed=committed, as_of=as_of
        ),
        is_illustrative=bool(terms and terms.basis == Basis.ILLUSTRATIVE),
    )


def _paid(fund: Fund, as_of: date, known_at: datetime) -> dict[int, dict[date, Decimal]]:
    """What each commitment paid in, by day."""
    rows = diary.allocations(fund, as_of=as_of, known_at=known_at).values_list("receipt__commitment_id", "effective_on")
    result: dict[int, dict[date, Decimal]] = {}
    for commitment, day, amount in rows.annotate(Sum("amount")).order_by("effective_on"):
        result.setdefault(commitment, {})[day] = amount
    return result


def _owed(found: Standing) -> dict[str, Decimal]:
    """Capital called and not received, by public id of the commitment."""
    result: dict[str, Decimal] = {}
    for one in found.balances:
        if one.code in MEANINGS["outstanding"].codes:
            result[one.subject] = result.get(one.subject, ZERO) + one.fund_amount
    return result


def _commitments(
    fund: Fund,
    terms: Mapping[int, CommitmentTerms],
    paid: Mapping[int, object],
    back: Mapping[str, object],
    owed: Mapping[str, Decimal],
) -> list[Commitment]:
    """The commitments that have any part in the pool, the largest in force first."""
    rows = Commitment.objects.filter(fund=fund).select_related("nation")
    ours = [
        row for row in rows if row.pk in terms or row.pk in paid or row.public_id in back or owed.get(row.public_id)
    ]
    return sorted(
        ours, key=lambda row: (-(terms[row.pk].amount if row.pk in terms else ZERO), row.nation.name_en, row.pk)
    )


def _residual(
    whole: Decimal,
    every: Sequence[Commitment],
    terms: Mapping[int, CommitmentTerms],
    paid: Mapping[int, Mapping[date, Decimal]],
) -> dict[int, Decimal]:
    """The residual value split over the commitments."""
    weights = [sum(paid.get(one.pk, {}).values(), ZERO) for one in every]
    if not any(weights):
        weights = [terms[one.pk].amount if one.pk in terms else ZERO for one in every]
    parts = allocation.split(whole, weights) if any(weights) else [ZERO for _one in every]
    return dict(zip((one.pk for one in every), parts, strict=True))
