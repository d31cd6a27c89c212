"""Starting jobs; claiming, keeping, finishing and failing them as a worker; retrying and discarding them as a person."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from structlog import contextvars

from core import clock, locks
from core.audit import services as audit
from core.audit.kinds import Kind, declare
from core.errors import Conflict, Invalid, Sentence
from core.jobs import doorbell, registry, rules
from core.jobs.lifecycle import ATTEMPTS_AT_MOST, State, leads_to
from core.jobs.models import Job
from core.people.models import User

WORK = "core.jobs.work"
LEASE_SECONDS = 20
FIRST_RETRY = timedelta(seconds=10)
"""Doubled with each further attempt."""
LONGEST_REASON = 500
STOPPED = _("The worker stopped at this point, each time that it was tried.")

RETRIED = declare("job.retried", _("{actor} let the job {name} run again: {reason}."))
DISCARDED = declare("job.discarded", _("{actor} discarded the job {name}: {reason}."))


class NotToRetry(Conflict):
    code = "job_not_to_retry"
    sentence = _("Only a job that failed or gave up can be run again. Reload the page to see how it stands.")


class NotToDiscard(Conflict):
    code = "job_not_to_discard"
    sentence = _("A job that runs or is finished cannot be discarded. Wait for it to stop, then reload the page.")


class Awaited(Conflict):
    code = "job_is_awaited"
    sentence = _("What waits for this work cannot go on without it, so it cannot be discarded. Let it run again.")


class ReasonMissing(Invalid):
    code = "job_reason_missing"
    sentence = _("Say why, in a few words: the audit trail keeps it.")


@transaction.atomic
def start(name: str, *, key: str, by: User, on: date, scope: str = "", **ids: int) -> Job:
    """Put a job on the list in the caller's transaction; a worker is rung once that commits.

    The same name and key returns the job that stands, whatever became of it.
    """
    at = clock.now()
    fresh = Job(
        name=name,
        key=key,
        scope=scope,
        ids=ids,
        on=on,
        run_at=at,
        started_by=by,
        created_at=at,
        request_id=str(contextvars.get_contextvars().get("request_id", ""))[:40],
    )
    Job.objects.bulk_create([fresh], ignore_conflicts=True)
    doorbell.ring_after_commit(WORK)
    return Job.objects.get(name=name, key=key)


def claim(*, at: datetime) -> Job | None:
    """The longest-waiting job that is due, now leased to the caller; None where nothing is due.

    A running job whose lease has lapsed is due again. One that was tried too often without progress is put aside as
    dead, so that it holds up nobody. Workers never wait for each other.
    """
    while True:
        with transaction.atomic():
            row = _next_due(at)
            if row is None:
                return None
            if row.attempts < ATTEMPTS_AT_MOST:
                return _lease(row, at=at)
            _put_aside(row, STOPPED)


def keep(job_id: int, lease: UUID, *, at: datetime, told: tuple[int, int] | None = None) -> bool:
    """Say that the worker lives, which lengthens its lease; False where the job is no longer its own.

    ``told`` is how far work is that is kept as a whole; it is no progress that begins the count of attempts anew.
    """
    done, total = told or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_job SET leased_until = statement_timestamp() + %s * interval '1 second', alive_at = %s, "
            "done = COALESCE(%s, done), total = COALESCE(%s, total) WHERE id = %s AND lease = %s",
            [LEASE_SECONDS, at, done, total, job_id, lease],
        )
        return bool(cursor.rowcount == 1)


def finish(job_id: int, lease: UUID, *, at: datetime) -> bool:
    """The work is done. False where the job is no longer the caller's."""
    return _release(job_id, lease, state=State.DONE, finished_at=at, reason="", reason_fr="")


def put_back(job_id: int, lease: UUID, *, at: datetime) -> bool:
    """Back to the end of the queue, with its progress: others have their turn."""
    return _release(job_id, lease, state=State.QUEUED, run_at=at)


@transaction.atomic
def fail(job_id: int, lease: UUID, *, reason: Sentence, at: datetime) -> bool:
    """The attempt failed: it is tried again later, or waits for a person after the last attempt.

    A sentence of the product's is kept in both languages: whoever reads it has another than the worker.
    """
    row = Job.objects.select_for_update().filter(pk=job_id, lease=lease).first()
    if row is None:
        return False
    if row.attempts >= ATTEMPTS_AT_MOST:
        _put_aside(row, reason)
        return True
    later = at + FIRST_RETRY * 2 ** max(row.attempts - 1, 0)
    return _release(job_id, lease, state=State.FAILED, run_at=later, **_in_both_languages(reason))


@transaction.atomic
def retry(job: Job, *, reason: str, by: User, at: datetime) -> Job:
    """Let a failed or dead job run again from its last checkpoint. Raises NotPermitted, NotToRetry, ReasonMissing."""
    row = locks.in_order(Job.objects.filter(pk=job.pk)).get()
    rules.require_manage(by, row)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if row.state not in (State.FAILED, State.DEAD):
        raise NotToRetry
    before = row.reason
    row.state, row.attempts, row.run_at, row.reason, row.reason_fr = State.QUEUED, 0, at, "", ""
    row.save(update_fields=["state", "attempts", "run_at", "reason", "reason_fr"])
    _record(RETRIED, row, reason, before, by)
    doorbell.ring_after_commit(WORK)
    return row


@transaction.atomic
def discard(job: Job, *, reason: str, by: User, at: datetime) -> Job:
    """Put a job aside for ever; what it did stays. Raises NotPermitted, NotToDiscard, Awaited, ReasonMissing."""
    row = locks.in_order(Job.objects.filter(pk=job.pk)).get()
    rules.require_manage(by, row)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not leads_to(row.state, State.DISCARDED):
        raise NotToDiscard
    if registry.is_awaited(row.name):
        raise Awaited
    before = row.reason
    row.state, row.finished_at = State.DISCARDED, at
    row.reason, row.reason_fr = reason.strip()[:LONGEST_REASON], ""
    row.save(update_fields=["state", "finished_at", "reason", "reason_fr"])
    _record(DISCARDED, row, reason, before, by)
    return row


def _next_due(at: datetime) -> Job | None:
    """
    Lock the next job that is due; rows that others hold are passed over. One whose worker stopped waits from then on, behind
    those that waited already: what stops its workers has the only one of them once a round.
    """
    due = Job.objects.raw(
        "SELECT * FROM core_job WHERE (state IN ('queued', 'failed') AND run_at <= %s) "
        "OR (state = 'running' AND leased_until < statement_timestamp()) "
        "ORDER BY GREATEST(run_at, alive_at), id LIMIT 1 FOR UPDATE SKIP LOCKED",
        [at],
    )
    return next(iter(due), None)


def _lease(row: Job, *, at: datetime) -> Job:
    row.state, row.lease, row.attempts = State.RUNNING, uuid4(), row.attempts + 1
    row.alive_at, row.started_at = at, row.started_at or at
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_job SET state = 'running', lease = %s, attempts = %s, alive_at = %s, started_at = %s, "
            "leased_until = statement_timestamp() + %s * interval '1 second' WHERE id = %s",
            [row.lease, row.attempts, row.alive_at, row.started_at, LEASE_SECONDS, row.pk],
        )
    return row


def _release(job_id: int, lease: UUID, **changes: object) -> bool:
    """Compare and swap: only who holds the lease may let go of the job."""
    held = Job.objects.filter(pk=job_id, lease=lease, state=State.RUNNING)
    return held.update(lease=None, leased_until=None, **changes) == 1


def _put_aside(row: Job, reason: Sentence) -> None:
    """After the last attempt. Out of the queue at once; a failed job passes through running, as every attempt does."""
    if row.state != State.RUNNING:
        _lease(row, at=row.run_at)
    Job.objects.filter(pk=row.pk).update(state=State.DEAD, lease=None, leased_until=None, **_in_both_languages(reason))


def _in_both_languages(reason: Sentence) -> dict[str, str]:
    """The columns of a reason; that in French is empty where it says the same."""
    with translation.override("en"):
        said = str(reason)[:LONGEST_REASON] or "?"
    with translation.override("fr"):
        in_french = str(reason)[:LONGEST_REASON]
    return {"reason": said, "reason_fr": in_french if in_french != said else ""}


def _record(kind: Kind, row: Job, reason: str, before: str, by: User) -> None:
    audit.record(
        kind,
        row.public_id,
        by=by,
        chain=row.scope or audit.GENERAL,
        before={"because": before},
        after={"name": row.name, "reason": reason.strip()},
    )
