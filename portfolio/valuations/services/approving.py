"""Handing a run to the committee, approving exactly what was shown, and opening a locked quarter again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core import locks
from core.jobs import services as jobs
from core.people.models import User
from portfolio.funds import queries as funds
from portfolio.funds.models import Fund
from portfolio.valuations import queries, rules, techniques
from portfolio.valuations.lifecycle import APPROVALS_NEEDED, State
from portfolio.valuations.models import Mark, MarkApproval, ValuationRun
from portfolio.valuations.rules import Act
from portfolio.valuations.services.opening import PREPARE, is_illustrative, job_key, pinned_rates
from portfolio.valuations.services.preparing import without_mark
from portfolio.valuations.services.recording import APPROVED, LOCKED, REOPENED, SUBMITTED, locked, record
from portfolio.valuations.services.refusals import ChangedSince, LaterVersion, MarksMissing, ReasonMissing


@transaction.atomic
def submit_run(run: ValuationRun, *, by: User, at: datetime) -> ValuationRun:
    """Hand a run to the committee. Raises NotPermitted, WrongState, MarksMissing."""
    row = locked(run)
    rules.require(by, row, Act.SUBMIT)
    if without_mark(row).exists():
        raise MarksMissing
    row.state, row.submitted_at, row.submitted_by = State.SUBMITTED, at, by
    row.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(SUBMITTED, row, by, after={"quarter_end": row.quarter_end, "digest": queries.digest(row)})
    return row


@transaction.atomic
def approve_run(run: ValuationRun, *, digest: str, by: User, at: datetime) -> ValuationRun:
    """Sign exactly what ``digest`` covers; the second person's approval locks the run.

    Raises NotPermitted, WrongState, OwnMarks, ChangedSince where the page shown is not what stands.
    """
    row = locked(run)
    rules.require(by, row, Act.APPROVE, authors=queries.authors_of(row))
    content = queries.content_of(row)
    if digest != queries.digest(row):
        raise ChangedSince
    signed = {one.human: one for one in queries.signers_of(row, digest)}
    if signed.get(by.human, by).pk != by.pk:
        raise rules.SignedAlready
    _approval, created = MarkApproval.objects.get_or_create(
        run=row, digest=digest, by=by, defaults={"signed": content, "at": at}
    )
    if created:
        alike = [one.public_id for one in queries.namesakes(row, by)]
        record(
            APPROVED,
            row,
            by,
            after={"quarter_end": row.quarter_end, "digest": digest} | ({"namesakes": alike} if alike else {}),
        )
    if len({*signed, by.human}) >= APPROVALS_NEEDED:
        ValuationRun.objects.filter(later=row).update(state=State.SUPERSEDED)
        row.state, row.locked_at = State.LOCKED, at
        row.save(update_fields=["state", "locked_at"])
        record(LOCKED, row, by, after={"quarter_end": row.quarter_end, "digest": digest})
    return row


@transaction.atomic
def reopen_run(run: ValuationRun, *, reason: str, by: User, at: datetime) -> ValuationRun:
    """Open a further version of a locked quarter with the same marks, rates and policy. The locked one stands until then.

    What is held by what was recorded since gets its mark by the run's job, and the rate of its currency is pinned. The code
    that is pinned is today's, which makes those marks and computes the copied ones again.
    Raises NotPermitted, WrongState, LaterVersion, ReasonMissing, RateMissing, OddRate.
    """
    locks.in_order(Fund.objects.filter(pk=run.fund_id)).get()
    row = locked(run)
    rules.require(by, row, Act.REOPEN)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not queries.is_latest(row):
        raise LaterVersion
    fresh = ValuationRun.objects.create(
        fund=row.fund,
        quarter_end=row.quarter_end,
        version=row.version + 1,
        supersedes=row,
        rates=pinned_rates(row.fund, row.quarter_end, known_at=at, kept=row.rates),
        policy_version=row.policy_version,
        code_version=techniques.CODE_VERSION,
        reason=reason.strip(),
        opened_at=at,
        opened_by=by,
        is_illustrative=row.is_illustrative or is_illustrative(row.fund),
    )
    Mark.objects.bulk_create(_copied(mark, fresh, at=at) for mark in queries.marks_of(row))
    if without_mark(fresh).exists():
        today = funds.day_of(row.fund, at)
        jobs.start(PREPARE, key=job_key(fresh), by=by, on=today, scope=row.fund.public_id, run=fresh.pk)
    else:
        fresh.state = State.IN_REVIEW
        fresh.save(update_fields=["state"])
    record(
        REOPENED, fresh, by, after={"quarter_end": row.quarter_end, "version": fresh.version, "reason": fresh.reason}
    )
    return fresh


def _copied(mark: Mark, run: ValuationRun, *, at: datetime) -> Mark:
    """The first edition of a mark in a further version: what was locked, as its author left it."""
    kept: Mapping[str, Any] = {
        name: getattr(mark, name)
        for name in (
            "holding",
            "technique",
            "local_value",
            "value",
            "cost",
            "level",
            "inputs",
            "relevance",
            "sensitivity",
            "known_at",
        )
    }
    return Mark(run=run, reason=mark.reason, recorded_at=at, recorded_by=mark.recorded_by, **kept)
