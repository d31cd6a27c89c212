"""Valuations opened, prepared and submitted through the services, as the job and the people do it."""

from datetime import date

from core.jobs import running
from core.jobs.models import Job
from portfolio.valuations import queries, services
from portfolio.valuations.models import ValuationPolicy

FIRST_DAY = date(2000, 3, 31)


def policy(fund, version="tests", *, system, at):
    """A policy under which quarters are opened by hand."""
    return services.record_policy(
        fund,
        version=version,
        first_day=FIRST_DAY,
        text="Fair value by IPEV.",
        cadence=ValuationPolicy.Cadence.BY_HAND,
        by=system,
        at=at,
    )


def prepared(fund, quarter_end, *, system, at):
    """A run with the first edition of every mark."""
    run = services.open_run(fund, quarter_end=quarter_end, by=system, at=at)
    job = Job.objects.get(name=services.PREPARE, key=services.job_key(run))
    services.prepare(_as_running(job), by=system, at=at)
    run.refresh_from_db()
    return run


def locked(fund, quarter_end, *, analyst, committee, system, at):
    """A run that two people of the committee approved."""
    run = services.submit_run(prepared(fund, quarter_end, system=system, at=at), by=analyst, at=at)
    for one in committee:
        run = services.approve_run(run, digest=queries.digest(run), by=one, at=at)
    return run


def _as_running(job):
    return running.Running(
        pk=job.pk,
        public_id=job.public_id,
        key=job.key,
        lease=job.lease,
        ids=job.ids,
        on=job.on,
        authority="",
        attempt=1,
    )
