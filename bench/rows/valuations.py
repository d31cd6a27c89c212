"""The quarter-end run: marks appended in durable chunks, beside a job each and beside the same chunks without a checkpoint."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from bench.harness import Arm, Beside, Operation, Timed
from core import clock, identity
from core.jobs import registry, worker
from core.jobs import services as jobs
from core.jobs.lifecycle import State as JobState
from core.jobs.models import Job
from core.jobs.running import Running
from core.money.models import Currency, ExchangeRate
from core.nations.models import Basis
from core.organisations.models import Organisation
from core.people.models import User
from core.people.services import ensure_system
from portfolio.funds import queries as fund_queries
from portfolio.funds import services as funds
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding, Round, Transaction
from portfolio.ledger.models import Entry
from portfolio.valuations import services, techniques
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun
from portfolio.valuations.services import marks, preparing

BOUGHT_ON = date(2009, 1, 5)
LOCKED_QUARTER = date(2009, 3, 31)
ONE_EACH = "bench.mark"
EVERY_THIRD, EVERY_FIFTH, EVERY_SEVENTH = 3, 5, 7
PUT_IN = ("portfolio_entry", "portfolio_transaction")
"""Written by the owner without their triggers: the rows, not the way to them."""


@dataclass
class Ground:
    """A fund with a locked quarter; every run that is timed is of a further one, so that all begin from the same marks."""

    fund: Fund
    system: User
    quarter_end: date = LOCKED_QUARTER
    statements: list[int] = field(default_factory=list)

    def next_run(self) -> ValuationRun:
        self.quarter_end = techniques.quarter_end_before(self.quarter_end + timedelta(days=100))
        _rate(self.quarter_end)
        return services.open_run(self.fund, quarter_end=self.quarter_end, by=self.system, at=clock.now())

    def put_aside(self, run: ValuationRun) -> None:
        """The run's own job, where an arm does the work in another way."""
        Job.objects.filter(name=services.PREPARE, key=services.job_key(run)).update(
            state="discarded", reason="bench", finished_at=clock.now()
        )


def operations(*, full: bool) -> Iterator[Operation]:
    """Row 2, twice: a job a mark takes so long that it stands beside a smaller run, where it is no slower a mark."""
    yield _beside_a_job_each(ground("Bench of runs", 1_000 if full else 30))
    yield _beside_bare_chunks(ground("Bench of larger runs", 5_000 if full else 100))


def ground(name: str, holdings: int) -> Ground:
    """Companies and stakes in funds, some in dollars, some written down, with the marks of a locked quarter."""
    system = ensure_system(at=clock.now())
    for code in ("EUR", "USD"):
        Currency.objects.get_or_create(code=code, defaults={"name_en": code, "name_fr": code})
    _rate(LOCKED_QUARTER)
    at = clock.now()
    fund = funds.establish(
        name=name, currency="EUR", target_size=Decimal(10**9), term_years=15, investment_period_years=8,
        time_zone="Europe/Luxembourg", source="synthetic", by=system, at=at,
    )  # fmt: skip
    services.record_policy(fund, version="1", first_day=LOCKED_QUARTER, text="IPEV.", by=system, at=at)
    _hold(fund, holdings, system, at)
    on = Ground(fund, system)
    # What the demo's world left for a worker would be taken first.
    Job.objects.filter(state=JobState.QUEUED).update(run_at=at + timedelta(days=365))
    run = services.open_run(fund, quarter_end=LOCKED_QUARTER, by=system, at=at)
    services.prepare_at_once(run, by=system, at=clock.now())
    _state(run, system, at)
    ValuationRun.objects.filter(pk=run.pk).update(
        state=State.LOCKED, submitted_at=at, submitted_by=system, locked_at=at
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return on


def _beside_a_job_each(on: Ground) -> Operation:
    return Operation(
        2,
        f"a quarter's run of {on.fund.holdings.count():,} holdings",
        _timed(on, _by_its_job),
        [Beside("a job a mark", _timed(on, _a_job_each), at_least=25)],
        _equal,
        f"{_statements(on)} statements write the marks of a chunk of {preparing.HOLDINGS_A_CHUNK}; "
        "the jobs of single marks are put on the list in one transaction and worked by one worker",
    )


def _beside_bare_chunks(on: Ground) -> Operation:
    return Operation(
        2,
        f"a quarter's run of {on.fund.holdings.count():,} holdings",
        _timed(on, _by_its_job),
        [Beside("limit: the same chunks without checkpoint", _timed(on, _bare_chunks), at_most=2)],
        _equal,
    )


def _by_its_job(_on: Ground, _run: ValuationRun) -> None:
    """As a worker does it: claimed, with its pulse, chunk by chunk, until nothing waits."""
    while worker.drain(seconds=3600):
        continue


@registry.handles(ONE_EACH, "One mark")  # type: ignore[arg-type]
def _one(job: Running) -> None:
    run = ValuationRun.objects.select_related("fund").get(pk=job.ids["run"])
    holding = Holding.objects.select_related("organisation", "currency", "fund").get(pk=job.ids["holding"])
    with job.chunk() as chunk:
        preparing.prepare_marks(run, [holding], by=ensure_system(at=clock.now()), at=clock.now())
        chunk.done(1, 1)


def _a_job_each(on: Ground, run: ValuationRun) -> None:
    on.put_aside(run)
    with transaction.atomic():
        for holding in preparing.covered(run).values_list("pk", flat=True):
            key = f"{run.pk}-{holding}"
            jobs.start(ONE_EACH, key=key, by=on.system, on=run.quarter_end, run=run.pk, holding=holding)
    _by_its_job(on, run)


def _bare_chunks(on: Ground, run: ValuationRun) -> None:
    on.put_aside(run)
    left = list(preparing.without_mark(run))
    for start in range(0, len(left), preparing.HOLDINGS_A_CHUNK):
        with transaction.atomic():
            some = left[start : start + preparing.HOLDINGS_A_CHUNK]
            preparing.prepare_marks(run, some, by=on.system, at=clock.now())


def _timed(on: Ground, work: Callable[[Ground, ValuationRun], None]) -> Arm:
    """Its result is every mark; opening the run before and reading the marks after are not timed."""

    def arm() -> Timed:
        run = on.next_run()
        begun = time.perf_counter()
        work(on, run)
        seconds = time.perf_counter() - begun
        rows = Mark.objects.filter(run=run).values_list("holding", "technique", "local_value", "value", "cost")
        return Timed(seconds, sorted(rows))

    return arm


def _statements(on: Ground) -> int:
    run = on.next_run()
    left = list(preparing.without_mark(run)[: preparing.HOLDINGS_A_CHUNK])
    with CaptureQueriesContext(connections["default"]) as asked, transaction.atomic():
        preparing.prepare_marks(run, left, by=on.system, at=clock.now())
    on.put_aside(run)
    return len(asked)


def _hold(fund: Fund, count: int, system: User, at: datetime) -> None:
    """Every fifth is a stake in a fund and every third is held in dollars."""
    bodies = Organisation.objects.bulk_create(
        Organisation(name=f"{fund.name} {number}", kind="company", created_at=at) for number in range(count)
    )
    holdings = Holding.objects.bulk_create(
        Holding(
            fund=fund, organisation=body, kind="direct" if number % EVERY_FIFTH else "fund",
            currency_id="EUR" if number % EVERY_THIRD else "USD", recorded_at=at,
        )
        for number, body in enumerate(bodies)
    )  # fmt: skip
    rounds = Round.objects.bulk_create(
        Round(
            organisation=body,
            name="Round",
            held_on=BOUGHT_ON,
            basis=Basis.ILLUSTRATIVE,
            source="synthetic",
            recorded_at=at,
        )
        for body in bodies
    )
    book = fund_queries.book_of(fund)
    with connections["owner"].cursor() as cursor:
        _switch(cursor, "DISABLE")
        entries = Entry.objects.using("owner").bulk_create(
            Entry(
                book_id=book.pk, number=number + 1, key=f"bench-{number}", kind="bench", effective_on=BOUGHT_ON,
                recorded_at=at, actor=system.public_id, previous=str(number), digest=str(number + 1),
            )
            for number in range(count)
        )  # fmt: skip
        Transaction.objects.using("owner").bulk_create(
            _bought(*found, system_id=system.pk, at=at)
            for found in zip(holdings, rounds, entries, strict=True)
        )  # fmt: skip
        _switch(cursor, "ENABLE")


def _bought(holding: Holding, round_: Round, entry: Entry, *, system_id: int, at: datetime) -> Transaction:
    amount = Decimal(1_000_000 + entry.number)
    is_direct = holding.kind == Holding.Kind.DIRECT
    return Transaction(
        holding_id=holding.pk, kind="purchase" if is_direct else "stake-call", round_id=round_.pk if is_direct else None,
        effective_on=BOUGHT_ON, quantity=Decimal(1000) if is_direct else None, amount=amount, fund_amount=amount,
        cost=amount, fund_cost=amount, key=identity.new("bench"), entry_id=entry.pk, recorded_at=at, recorded_by_id=system_id,
    )  # fmt: skip


def _state(run: ValuationRun, system: User, at: datetime) -> None:
    """What people stated for the locked quarter: net asset values of funds, and every seventh company written down."""
    held = list(Holding.objects.filter(fund=run.fund_id).select_related("fund", "currency").order_by("pk"))
    Mark.objects.bulk_create(
        marks.drafted(
            run, position, technique,
            marks.given(run, position, technique, amount=Decimal(900_000), source="synthetic"),
            edition=2, relevance="", reason="synthetic", by=system, at=at,
        )
        for number, position in enumerate(marks.positions_of(run, held))
        if (technique := _stated(number, position.holding))
    )  # fmt: skip


def _stated(number: int, holding: Holding) -> str:
    if holding.kind == Holding.Kind.FUND:
        return Mark.Technique.REPORTED_NAV
    return "" if number % EVERY_SEVENTH else Mark.Technique.WRITE_DOWN


def _rate(day: date) -> None:
    ExchangeRate.objects.get_or_create(
        currency_id="USD", effective_on=day, defaults={"units_per_euro": Decimal("1.1"), "source": "synthetic", "recorded_at": clock.now()}
    )  # fmt: skip


def _switch(cursor: Any, what: str) -> None:
    for table in PUT_IN:
        cursor.execute(f"ALTER TABLE {table} {what} TRIGGER USER")


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)
