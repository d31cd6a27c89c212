"""A fund with money and a policy, holdings bought in a second quarter, and the people who value them."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from core.jobs import running
from core.jobs.models import Job
from core.money.models import Currency, ExchangeRate
from portfolio.valuations import queries, services
from tests.factories import funds, investments, people

JUNE = date(2026, 6, 30)
JULY_1 = datetime(2026, 7, 1, 9, tzinfo=timezone.utc)


def dollars(*rates):
    """Rates of the dollar, units for one euro, by day."""
    Currency.objects.get_or_create(code="USD", defaults={"name_en": "US dollar", "name_fr": "dollar"})
    for day, units in rates:
        ExchangeRate.objects.create(
            currency_id="USD", effective_on=day, units_per_euro=Decimal(units), source="ECB", recorded_at=JULY_1
        )


@pytest.fixture
def fund(system):
    fund = funds.fund(system=system)
    investments.money(fund, system=system)
    services.record_policy(
        fund, version="2026-1", first_day=date(2026, 3, 31), text="Fair value by IPEV.", by=system, at=clock.now()
    )
    return fund


@pytest.fixture
def someone(fund, system):
    def make(role):
        return people.person(role=role, scope_kind="fund", scope_ref=fund.public_id, system=system)

    return make


@pytest.fixture
def analyst(someone):
    return someone("fund-analyst")


@pytest.fixture
def committee(someone):
    return [someone("valuation-committee") for _ in range(3)]


@pytest.fixture
def holding(fund, system):
    """A company bought for 1000.00: a hundred shares at 10.00."""
    of = investments.holding(fund, system=system)
    investments.purchase(of, system=system)
    return of


@pytest.fixture
def stake(fund, system):
    """A stake in another fund of which 1000.00 is paid."""
    of = investments.holding(fund, "Example Ventures", kind="fund", system=system)
    investments.stake(of, system=system)
    investments.stake_payment(of, system=system)
    return of


@pytest.fixture
def opened(fund, system):
    """A run of the second quarter, opened and not yet prepared."""

    def make(at=JULY_1):
        with clock.standing_at(at):
            return services.open_run(fund, quarter_end=JUNE, by=system, at=at)

    return make


@pytest.fixture
def prepare(system):
    """Run the job of a run once, as a worker does."""

    def make(run, at=JULY_1):
        job = Job.objects.get(name=services.PREPARE, key=services.job_key(run))
        services.prepare(_as_running(job), by=system, at=at)
        run.refresh_from_db()
        return run

    return make


@pytest.fixture
def locked(opened, prepare, analyst, committee):
    """A run prepared, submitted and approved by two."""

    def make():
        run = services.submit_run(prepare(opened()), by=analyst, at=JULY_1)
        return approved(run, committee)

    return make


def approved(run, committee, at=JULY_1):
    for one in committee[:2]:
        run = services.approve_run(run, digest=queries.digest(run), by=one, at=at)
    return run


def written_down(mark, by, amount="400.00", at=JULY_1, **given):
    stated = {"technique": "write_down", "reason": "The pilot ended", "source": "board minutes"} | given
    return services.change_mark(mark, amount=Decimal(amount), by=by, at=at, **stated)


def _as_running(job):
    return running.Running(
        pk=job.pk,
        public_id=job.public_id,
        key=job.key,
        lease=job.lease,
        ids={"run": job.ids["run"]},
        on=job.on,
        authority="",
        attempt=1,
    )
