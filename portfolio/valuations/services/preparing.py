"""Writing the first edition of every mark of a run, in chunks that can be taken up again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core import failpoints
from core.jobs import apart
from core.jobs import services as jobs
from core.jobs.running import Running
from core.people.models import User
from portfolio.investments import queries as investments
from portfolio.investments.models import Holding, Transaction
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.services import marks
from portfolio.valuations.services.opening import PREPARE, job_key
from portfolio.valuations.services.recording import PREPARED, locked, record
from portfolio.valuations.services.refusals import MarksFailed, MarksMissing

HOLDINGS_A_CHUNK = 50
ZERO = Decimal(0)
Technique = Mark.Technique
ROLLED = (Technique.REPORTED_NAV, Technique.WRITE_DOWN)
"""What a person stated for an earlier quarter is carried to this one, while anything is held."""


def prepare(job: Running, *, by: User, at: datetime) -> None:
    """Write the first edition of every mark of a run, some at a time; what is written already stays as it is.

    A holding of which no mark can be made holds up none of the others. The run waits for it. Raises MarksFailed at the end.
    """
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    total = without_mark(run).count() + job.done
    failed: list[Holding] = []
    is_through = False
    while run.state == State.PREPARING and not is_through:
        with job.chunk() as chunk:
            run = locked(run)
            left = list(without_mark(run).exclude(pk__in=[one.pk for one in failed])[: HOLDINGS_A_CHUNK + 1])
            some = left[:HOLDINGS_A_CHUNK]
            came = apart.at_once_or_apart(some, partial(prepare_marks, run, by=by, at=at))
            failed += came.failed
            is_through = len(left) == len(some)
            done = chunk.count + len(came.done)
            if is_through and not failed:
                run.state = State.IN_REVIEW
                run.save(update_fields=["state"])
                record(PREPARED, run, by, after={"marks": done, "quarter_end": run.quarter_end})
            if came.done or not failed:
                chunk.done(done, max(done, total))
    if failed:
        raise MarksFailed([one.organisation.name for one in failed])


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


def covered(run: ValuationRun) -> QuerySet[Holding]:
    """The holdings that the run covers."""
    known = Transaction.objects.filter(
        investments.to_be_valued(quarter_end=run.quarter_end, known_at=run.opened_at), holding=OuterRef("pk")
    )
    return Holding.objects.filter(Exists(known), fund=run.fund_id)


def without_mark(run: ValuationRun) -> QuerySet[Holding]:
    """Those that have no mark yet, in order."""
    marked = Mark.objects.filter(run=run, holding=OuterRef("pk"))
    return covered(run).filter(~Exists(marked)).select_related("organisation", "currency", "fund").order_by("pk")


def prepare_marks(run: ValuationRun, holdings: Iterable[Holding], *, by: User, at: datetime) -> list[Mark]:
    """The first edition of some marks, in as many queries as of one."""
    positions = marks.positions_of(run, holdings)
    before = _marks_before(run, [one.holding for one in positions])
    written = Mark.objects.bulk_create(
        _drafted(run, one, before.get(one.holding.pk), by=by, at=at) for one in positions
    )
    for _mark in written:
        failpoints.reach("valuations.mark_written")
    return written


def _drafted(run: ValuationRun, position: marks.Position, before: Mark | None, *, by: User, at: datetime) -> Mark:
    """The technique of the quarter before where a person chose one, else the last round, else cost.

    An adjustment to the last round is carried with its source, its day and what was said of it, until another round is held.
    """
    if before is not None and position.cost > ZERO and before.technique in ROLLED:
        inputs = marks.carried(before, position, run.quarter_end)
        said = {"relevance": before.relevance, "reason": before.reason}
        return marks.drafted(run, position, before.technique, inputs, edition=1, **said, by=by, at=at)
    technique = Technique.LAST_ROUND if position.last_round and position.quantity > ZERO else Technique.COST
    adjusted = marks.adjusted_before(before, position) if technique == Technique.LAST_ROUND else None
    if before is not None and adjusted is not None:
        dated = date.fromisoformat(adjusted["date"])
        inputs = marks.given(
            run, position, technique, adjustment=Decimal(adjusted["value"]), source=adjusted["source"], dated=dated
        )
        said = {"relevance": before.relevance, "reason": before.reason}
        return marks.drafted(run, position, technique, inputs, edition=1, **said, by=by, at=at)
    inputs = marks.given(run, position, technique)
    relevance = _said_of_round(position, run) if technique == Technique.LAST_ROUND else ""
    return marks.drafted(run, position, technique, inputs, edition=1, relevance=relevance, reason="", by=by, at=at)


def _marks_before(run: ValuationRun, holdings: Sequence[Holding]) -> dict[int, Mark]:
    """By holding, the mark that was locked last for an earlier quarter."""
    rows = (
        Mark.objects.filter(
            holding__in=holdings, run__quarter_end__lt=run.quarter_end, run__locked_at__lte=run.opened_at
        )
        .select_related("run")
        .order_by("holding", "-run__quarter_end", "-run__version", "-edition")
        .distinct("holding")
    )
    return {one.holding_id: one for one in rows}


def _said_of_round(position: marks.Position, run: ValuationRun) -> str:
    """A draft of the relevance statement, for the analyst to confirm: plain facts with their days."""
    bought = position.last_round
    if bought is None or bought.round is None:
        return ""
    said = f"{bought.round.name}: {bought.effective_on.isoformat()} → {run.quarter_end.isoformat()}"
    if before := position.written_off_before(bought.round.held_on):
        day = before[-1].effective_on.isoformat()
        said += ". " + _("The round was priced after the write-off of %(day)s: its price is that of every share.") % {
            "day": day
        }
    return said
