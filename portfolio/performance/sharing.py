"""What a partner system may see of the pool: a fund that it reaches as a whole, and its net asset value as published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from core.api.callers import Caller
from core.money.value import Money
from portfolio.funds import sharing as funds
from portfolio.funds.models import Fund
from portfolio.performance import queries, remembered, report
from portfolio.performance.pool import MEANINGS
from portfolio.valuations.lifecycle import FINISHED
from portfolio.valuations.models import ValuationRun

AMOUNTS = tuple(name for name, meaning in MEANINGS.items() if meaning.is_amount)
RATIOS = ("tvpi", "dpi", "rvpi", "pic", "moic")


@dataclass(frozen=True, slots=True)
class Pool:
    """The figures of a fund at a point in time; ratios are None where undefined."""

    fund: Fund
    as_of: date
    known_at: datetime
    amounts: dict[str, Money]
    ratios: dict[str, float | None]
    irr: float | None
    irr_status: str


@dataclass(frozen=True, slots=True)
class Published:
    """A fund's net asset value at a quarter end, as the valuation that was locked then made it known."""

    run: ValuationRun
    fair_value: Money
    nav: Money


def pool(caller: Caller, public_id: str, *, as_of: date, known_at: datetime) -> Pool:
    """The pool of a fund that it reaches as a whole. Raises NotFound."""
    fund = funds.get_reached(caller, public_id)
    found = remembered.answer("shared", fund, lambda: _pool(fund, as_of, known_at), as_of=as_of, known_at=known_at)
    return Pool(fund, as_of, known_at, *found)


def published_runs(caller: Caller, public_id: str) -> QuerySet[ValuationRun]:
    """Every locked version of every quarter of such a fund. Raises NotFound."""
    fund = funds.get_reached(caller, public_id)
    return ValuationRun.objects.filter(fund=fund, state__in=sorted(FINISHED)).select_related("fund")


def published(runs: Iterable[ValuationRun]) -> list[Published]:
    """Each with the net asset value of its last day, as known when it was locked."""
    return [_published(run) for run in runs]


def _published(run: ValuationRun) -> Published:
    known_at = run.locked_at
    if known_at is None:
        raise ValueError(f"{run.public_id} is not locked")
    value: Decimal
    worth: Decimal
    worth, value = remembered.answer(
        f"published:{run.public_id}",
        run.fund,
        lambda: _worth(run.fund, run.quarter_end, known_at),
        as_of=run.quarter_end,
        known_at=known_at,
    )
    return Published(run, Money(worth, run.fund.currency_id), Money(value, run.fund.currency_id))


def _worth(fund: Fund, day: date, known_at: datetime) -> tuple[Decimal, Decimal]:
    (value,) = report.values(fund, [day], known_at=known_at)
    return value.fair_value, value.nav


def _pool(
    fund: Fund, as_of: date, known_at: datetime
) -> tuple[dict[str, Money], dict[str, float | None], float | None, str]:
    found = queries.standing(fund, as_of=as_of, known_at=known_at)
    told = queries.returns(found, as_of=as_of)
    amounts = {name: Money(found.figures.amount(name), fund.currency_id) for name in AMOUNTS}
    return amounts, {name: getattr(told, name) for name in RATIOS}, told.irr.rate, str(told.irr.status)
