"""Opening a quarter's run with the rates and the policy that it pins, by hand or because it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from core import locks
from core.errors import DomainError
from core.jobs import services as jobs
from core.money import queries as money
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.valuations import queries, rules, techniques
from portfolio.valuations.models import ValuationPolicy, ValuationRun
from portfolio.valuations.services.recording import OPENED, record
from portfolio.valuations.services.refusals import NotAQuarterEnd, OddRate, PolicyMissing

PREPARE = "portfolio.valuations.prepare"
ONE_DAY = timedelta(days=1)
ODD_RATIO = Decimal(2)
"""A rate that doubled or halved in a day is taken for an error until somebody looked."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """A fund whose run was due and could not be opened."""

    fund: Fund
    quarter_end: date
    why: DomainError


@transaction.atomic
def open_run(fund: Fund, *, quarter_end: date, by: User, at: datetime) -> ValuationRun:
    """Open a quarter's valuation and put its preparation on the list; the one that stands already is returned.

    It holds the fund, so that what was recorded by ``at`` is there, and nothing of an earlier moment is recorded afterwards.
    Pins the euro reference rates of the last day as known at ``at``. Raises NotPermitted, NotAQuarterEnd, RateMissing, OddRate.
    """
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    rules.require_opening(by, fund)
    today = funds.day_of(fund, at)
    if (
        quarter_end >= today
        or techniques.quarter_end_before(date.fromordinal(quarter_end.toordinal() + 1)) != quarter_end
    ):
        raise NotAQuarterEnd(field="quarter_end")
    standing = ValuationRun.objects.filter(fund=fund, quarter_end=quarter_end).order_by("-version").first()
    if standing is not None:
        return standing
    policy = queries.policy_of(fund, quarter_end=quarter_end, known_at=at)
    if policy is None:
        raise PolicyMissing
    run = ValuationRun.objects.create(
        fund=fund,
        quarter_end=quarter_end,
        rates=pinned_rates(fund, quarter_end, known_at=at),
        policy_version=policy.version,
        code_version=techniques.CODE_VERSION,
        opened_at=at,
        opened_by=by,
        is_illustrative=is_illustrative(fund),
    )
    jobs.start(PREPARE, key=job_key(run), by=by, on=today, scope=fund.public_id, run=run.pk)
    record(OPENED, run, by, after={"quarter_end": quarter_end, "version": run.version, "rates": run.rates})
    return run


def open_due_runs(*, by: User, at: datetime) -> tuple[list[ValuationRun], list[NotOpened]]:
    """The run of the last quarter that ended, for every fund whose policy says so, that holds something and has none.

    A fund that cannot be valued yet, for want of a rate, does not keep the others waiting: it is told with the reason.
    """
    opened, refused = [], []
    for fund in Fund.objects.exclude(book=None).order_by("pk"):
        quarter_end = techniques.quarter_end_before(funds.day_of(fund, at))
        if not _is_due(fund, quarter_end, at):
            continue
        try:
            opened.append(open_run(fund, quarter_end=quarter_end, by=by, at=at))
        except DomainError as why:
            refused.append(NotOpened(fund, quarter_end, why))
    return opened, refused


def hindrance(fund: Fund, *, at: datetime) -> NotOpened | None:
    """Why the run of the quarter that ended last, which is due, cannot be opened; None where nothing hinders or none is due."""
    quarter_end = techniques.quarter_end_before(funds.day_of(fund, at))
    if not _is_due(fund, quarter_end, at):
        return None
    try:
        pinned_rates(fund, quarter_end, known_at=at)
    except DomainError as why:
        return NotOpened(fund, quarter_end, why)
    return None


def _is_due(fund: Fund, quarter_end: date, at: datetime) -> bool:
    policy = queries.policy_of(fund, quarter_end=quarter_end, known_at=at)
    if policy is None or policy.cadence != ValuationPolicy.Cadence.QUARTERLY:
        return False
    held = Transaction.objects.filter(
        investments.to_be_valued(quarter_end=quarter_end, known_at=at), holding__fund=fund
    )
    return held.exists() and not ValuationRun.objects.filter(fund=fund, quarter_end=quarter_end).exists()


def job_key(run: ValuationRun) -> str:
    """What makes a run's job one: operations read it, so that it names nothing of the fund."""
    return f"run-{run.pk}"


def is_illustrative(fund: Fund) -> bool:
    """Whether anything that a run of the fund values is invented."""
    return fund.is_illustrative or Transaction.objects.filter(holding__fund=fund, is_illustrative=True).exists()


def pinned_rates(
    fund: Fund, quarter_end: date, *, known_at: datetime, kept: Sequence[dict[str, str]] = ()
) -> list[dict[str, str]]:
    """The euro reference rate of every currency that is held; those ``kept`` stay. Raises RateMissing, OddRate."""
    held = Holding.objects.filter(
        investments.to_be_valued(quarter_end=quarter_end, known_at=known_at, of="transactions__"), fund=fund
    ).values_list("currency", flat=True)
    currencies = sorted({*held, fund.currency_id})
    if currencies == [fund.currency_id]:
        return []
    standing = {one["currency"]: one for one in kept}
    return [standing.get(one) or _pinned(one, quarter_end, known_at=known_at) for one in currencies]


def _pinned(currency: str, quarter_end: date, *, known_at: datetime) -> dict[str, str]:
    rate = money.rate(currency, on=quarter_end, known_at=known_at)
    try:
        before = money.rate(currency, on=rate.observed_on - ONE_DAY, known_at=known_at).units_per_euro
    except money.RateMissing:
        before = rate.units_per_euro
    if not 1 / ODD_RATIO < rate.units_per_euro / before < ODD_RATIO:
        raise OddRate(currency, rate.units_per_euro, before)
    return {
        "currency": currency,
        "units_per_euro": str(rate.units_per_euro),
        "observed_on": rate.observed_on.isoformat(),
        "source": rate.source,
    }
