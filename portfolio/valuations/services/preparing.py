"""Writing the first edition of every mark of a run, in chunks that can be taken up again."""

from datetime import datetime
from decimal import Decimal

from core import failpoints
from core.jobs import services as jobs
from core.jobs.running import Running
from core.people.models import User
from portfolio.investments.models import Holding
from portfolio.valuations import queries
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.services import marks
from portfolio.valuations.services.opening import PREPARE, job_key
from portfolio.valuations.services.recording import PREPARED, locked, record
from portfolio.valuations.services.refusals import MarksMissing

HOLDINGS_A_CHUNK = 20
ZERO = Decimal(0)
Technique = Mark.Technique
ROLLED = (Technique.REPORTED_NAV, Technique.WRITE_DOWN)
"""What a person stated for an earlier quarter is carried to this one, while anything is held."""


def prepare(job: Running, *, by: User, at: datetime) -> None:
    """Write the first edition of every mark of a run, some at a time; what is written already stays as it is."""
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    while run.state == State.PREPARING:
        with job.chunk() as chunk:
            run = locked(run)
            total, left = positions_without_mark(run)
            for one in left[:HOLDINGS_A_CHUNK]:
                prepare_mark(run, one, by=by, at=at)
                failpoints.reach("valuations.mark_written")
            done = total - len(left) + len(left[:HOLDINGS_A_CHUNK])
            if done == total:
                run.state = State.IN_REVIEW
                run.save(update_fields=["state"])
                record(PREPARED, run, by, after={"marks": total, "quarter_end": run.quarter_end})
            chunk.done(done, total)


def prepare_at_once(run: ValuationRun, *, by: User, at: datetime) -> ValuationRun:
    """Do the run's job in the caller's own time, as a worker would. Raises MarksMissing where a worker has it already."""
    job = jobs.claim(at=at)
    if job is None or job.lease is None or (job.name, job.key) != (PREPARE, job_key(run)):
        raise MarksMissing
    prepare(
        Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, by.public_id, job.attempts), by=by, at=at
    )
    jobs.finish(job.pk, job.lease, at=at)
    run.refresh_from_db()
    return run


def positions_without_mark(run: ValuationRun) -> tuple[int, list[Holding]]:
    """How many holdings the run covers, and those that have no mark yet."""
    covered = Holding.objects.filter(
        fund=run.fund_id,
        transactions__effective_on__lte=run.quarter_end,
        transactions__recorded_at__lte=run.opened_at,
    ).distinct()
    left = covered.exclude(pk__in=Mark.objects.filter(run=run).values("holding"))
    return covered.count(), list(left.select_related("organisation", "currency", "fund").order_by("pk"))


def prepare_mark(run: ValuationRun, holding: Holding, *, by: User, at: datetime) -> Mark:
    """The technique of the quarter before where a person chose one, else the last round, else cost."""
    position = marks.position_of(run, holding)
    before = _mark_before(run, holding)
    if before is not None and position.cost > ZERO and before.technique in ROLLED:
        inputs = marks.carried(before, position, run.quarter_end)
        return marks.write(
            run,
            position,
            before.technique,
            inputs,
            edition=1,
            relevance=before.relevance,
            reason=before.reason,
            by=by,
            at=at,
        )
    technique = Technique.LAST_ROUND if position.last_round and position.quantity > ZERO else Technique.COST
    adjustment = queries.amounts(before.inputs).get("adjustment", ZERO) if before is not None else ZERO
    inputs = marks.given(run, position, technique, adjustment=adjustment, source=marks.BOOKS)
    relevance = _said_of_round(position, run) if technique == Technique.LAST_ROUND else ""
    return marks.write(run, position, technique, inputs, edition=1, relevance=relevance, reason="", by=by, at=at)


def _mark_before(run: ValuationRun, holding: Holding) -> Mark | None:
    return (
        Mark.objects.filter(holding=holding, run__quarter_end__lt=run.quarter_end, run__locked_at__lte=run.opened_at)
        .order_by("-run__quarter_end", "-run__version", "-edition")
        .first()
    )


def _said_of_round(position: marks.Position, run: ValuationRun) -> str:
    """A draft of the relevance statement, for the analyst to confirm: plain facts with their days."""
    bought = position.last_round
    if bought is None or bought.round is None:
        return ""
    return f"{bought.round.name}: {bought.effective_on.isoformat()} → {run.quarter_end.isoformat()}"
