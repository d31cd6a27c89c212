"""Stored marks computed again from their pinned inputs, and what came out, kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from core.audit import digests
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.valuations import alarm, queries, rules, techniques
from portfolio.valuations.models import Mark, MarkRecomputation, ValuationRun
from portfolio.valuations.services.opening import job_key
from portfolio.valuations.services.recording import DRIFTED, RECOMPUTED, locked, record

TELL_DRIFT = "portfolio.valuations.tell_drift"


@transaction.atomic
def recompute(mark: Mark, *, by: User, at: datetime) -> MarkRecomputation:
    """Compute a stored mark from its pinned inputs and rates alone, and keep what came out. Raises NotPermitted."""
    run = locked(mark.run)
    rules.require_recomputing(by, run)
    return _keep(computed(mark), run, by=by, at=at)


def computed(mark: Mark) -> MarkRecomputation:
    """What a stored mark comes to now. Writes nothing: whoever computed it and when is still to be said."""
    local, value = queries.recomputed(mark)
    drifts = (local, value) != (mark.local_value, mark.value)
    return MarkRecomputation(
        mark=mark, local_value=local, value=value, drifts=drifts, code_version=techniques.CODE_VERSION
    )


def check_all(*, by: User, at: datetime) -> list[MarkRecomputation]:
    """Compute every mark again; return those that drift. What came out otherwise than the last time is kept.

    So a drift is kept on the night that finds it, and once more on the night that finds it gone, and no night between.
    Two sweeps at a time keep it once: what was kept last is read again while the run is held.
    """
    kept = queries.last_recomputations()
    found = []
    for one in _all_computed():
        if one.drifts:
            found.append(one)
        if _is_news(one, kept.get(one.mark.pk)):
            _keep_news(one, by=by, at=at)
    return found


@transaction.atomic
def announce_drift(found: Sequence[MarkRecomputation], *, by: User, at: datetime) -> list[Job]:
    """Put on the list that people are told of the marks that drift, once a run and a drift: found again, it is the same job."""
    by_run: dict[int, list[MarkRecomputation]] = {}
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
        drifting = [mark for mark in marks if computed(mark).drifts]
        told = alarm.tell(run, drifting, at=at) if drifting else 0
        chunk.done(max(told, 1), max(told, 1))


def _all_computed() -> Iterator[MarkRecomputation]:
    rows = Mark.objects.select_related("run__fund", "holding__organisation").order_by("pk")
    return (computed(mark) for mark in rows.iterator(chunk_size=500))


@transaction.atomic
def _keep_news(one: MarkRecomputation, *, by: User, at: datetime) -> None:
    run = locked(one.mark.run)
    if _is_news(one, queries.last_recomputation(one.mark)):
        _keep(one, run, by=by, at=at)


def _is_news(one: MarkRecomputation, before: MarkRecomputation | None) -> bool:
    """Whether something else came out than the last time; what was never kept came out as stored."""
    if before is None:
        return one.drifts
    return (one.local_value, one.value, one.drifts) != (before.local_value, before.value, before.drifts)


def _keep(one: MarkRecomputation, run: ValuationRun, *, by: User, at: datetime) -> MarkRecomputation:
    one.by, one.at = by, at
    one.save(force_insert=True)
    told = {"holding": one.mark.holding.organisation.name, "mark": one.mark.public_id, "code_version": one.code_version}
    kind = DRIFTED if one.drifts else RECOMPUTED
    record(kind, run, by, before={"value": one.mark.value}, after=told | {"value": one.value})
    return one


def _announce(run: ValuationRun, found: Sequence[MarkRecomputation], *, by: User, at: datetime) -> Job:
    what = {one.mark.public_id: [str(one.local_value), str(one.value)] for one in found}
    key = f"{job_key(run)}-{digests.digest(what)}"
    today = funds.day_of(run.fund, at)
    return jobs.start(TELL_DRIFT, key=key, by=by, on=today, scope=run.fund.public_id, run=run.pk)
