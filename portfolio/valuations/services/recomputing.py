"""Stored marks computed again from their pinned inputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core.audit import digests
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.valuations import alarm, queries
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.services.opening import job_key

TELL_DRIFT = "portfolio.valuations.tell_drift"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a stored mark comes to from its pinned inputs and rates; amounts as in Mark."""

    mark: Mark
    local_value: Decimal
    value: Decimal

    @property
    def difference(self) -> Decimal:
        """What the stored value is short of; zero where it follows from its inputs."""
        return self.value - self.mark.value

    @property
    def drifts(self) -> bool:
        return (self.local_value, self.value) != (self.mark.local_value, self.mark.value)


def recompute(mark: Mark) -> Recomputed:
    """The mark from its pinned inputs and rates alone. Writes nothing."""
    return Recomputed(mark, *queries.recomputed(mark))


def report_drift() -> list[Recomputed]:
    """Every mark whose stored value differs from what its pinned inputs come to today."""
    rows = Mark.objects.select_related("run__fund", "holding").order_by("pk")
    found = (recompute(mark) for mark in rows.iterator(chunk_size=500))
    return [one for one in found if one.drifts]


@transaction.atomic
def announce_drift(found: Sequence[Recomputed], *, by: User, at: datetime) -> list[Job]:
    """Put on the list that people are told of the marks that drift, once a run and a drift: found again, it is the same job."""
    by_run: dict[int, list[Recomputed]] = {}
    for one in found:
        by_run.setdefault(one.mark.run_id, []).append(one)
    return [_announce(some[0].mark.run, some, by=by, at=at) for some in by_run.values()]


def tell_drift(job: Running, *, at: datetime) -> None:
    """Tell people of the marks of a run that drift still, all in one chunk: either everybody was told or nobody."""
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    with job.chunk() as chunk:
        if chunk.count:
            return
        marks = run.marks.select_related("run__fund", "holding__organisation").order_by("holding", "edition")
        drifting = [mark for mark in marks if recompute(mark).drifts]
        told = alarm.tell(run, drifting, at=at) if drifting else 0
        chunk.done(max(told, 1), max(told, 1))


def _announce(run: ValuationRun, found: Sequence[Recomputed], *, by: User, at: datetime) -> Job:
    what = {one.mark.public_id: [str(one.local_value), str(one.value)] for one in found}
    key = f"{job_key(run)}-{digests.digest(what)}"
    today = funds.day_of(run.fund, at)
    return jobs.start(TELL_DRIFT, key=key, by=by, on=today, scope=run.fund.public_id, run=run.pk)
