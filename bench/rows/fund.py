"""A fund of some size: marks as of a day, its course by quarter, its figures, a list of the admin, and the pool page."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import by_django, synthetic
from bench.harness import Beside, Operation
from bench.rows import timing
from bench.synthetic import Play, Size
from core import clock
from core.nations.models import MembershipPeriod, Nation
from core.people import queries as people
from core.people.models import User
from core.people.services import ensure_system
from demo import people as accounts
from demo import world
from portfolio.capital_calls.models import CallNotice
from portfolio.investments.models import Transaction
from portfolio.investments.queries import ADDING
from portfolio.performance import course, diary
from portfolio.performance import queries as performance
from portfolio.valuations import queries as valuations
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, ValuationRun

POOL = "/manage/pool"
TRANSACTIONS = "/admin/portfolio/transaction/?all="
ALLIES, FEW_ALLIES = 24, 8
FULL_SIZE = Size(holdings=200, quarters=60)
SMALL_SIZE = Size(holdings=12, quarters=4)
POOL_MS, POOL_TIMES_THE_DEMO = 150, 2
"""What the pool page of the full size may take, p95, and how much longer than the demo's."""

_QUARTERS = """
SELECT q::date, coalesce(c.total, 0), coalesce(p.total, 0)
  FROM generate_series(%(first)s::date, %(last)s::date, interval '3 months') q
  LEFT JOIN LATERAL (SELECT sum(n.inside) AS total FROM portfolio_callnotice n JOIN portfolio_capitalcall k ON k.id = n.call_id
                      WHERE k.fund_id = %(fund)s AND k.issued_on < q + interval '3 months' AND k.issued_on <= %(last)s
                        AND k.cancelled_on IS NULL) c ON true
  LEFT JOIN LATERAL (SELECT sum(t.fund_cost) AS total FROM portfolio_transaction t JOIN portfolio_holding h ON h.id = t.holding_id
                      WHERE h.fund_id = %(fund)s AND t.kind = ANY(%(adding)s) AND t.effective_on < q + interval '3 months'
                        AND t.effective_on <= %(last)s) p ON true
 ORDER BY q
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """The demo beside a synthetic fund, and the day and the moment that are asked about."""

    play: Play
    size: Size
    today: date
    now: datetime


def ground(*, full: bool) -> Ground:
    world.play()
    size = FULL_SIZE if full else SMALL_SIZE
    today = clock.today()
    members = Nation.objects.filter(pk__in=MembershipPeriod.objects.filter(starts_on__year__lte=2009).values("nation"))
    play = synthetic.build(
        size,
        allies=list(members.order_by("pk")[: ALLIES if full else FEW_ALLIES]),
        until=today,
        system=ensure_system(at=clock.now()),
    )
    return Ground(play, size, today, clock.now())


def operations(on: Ground) -> Iterator[Operation]:
    """Rows 8, 9, 18 and 7, of a fund that is valued every quarter."""
    ends = _value_every_quarter(on)
    _analyze()
    yield _course(on)
    yield _figures(on)
    yield _list_of_the_admin(on)
    yield _marks(on, ends)


def pool_page(on: Ground, *, full: bool) -> tuple[str, bool]:
    """Both pages in turn, so that both meet the same load; whether the larger is within what it may take."""
    demo_page, large_page = _page(people.by_email(accounts.MANAGER), POOL), _page(on.play.manager, POOL)
    for page in (demo_page, large_page):
        page()
    times = [(_ms(demo_page), _ms(large_page)) for _round in range(200 if full else 10)]
    demo_times, large_times = [one for one, _ in times], [other for _, other in times]
    with CaptureQueriesContext(connections["default"]) as asked:
        large_page()
    longer = median(large_times) / median(demo_times)
    said = (
        f"pool page: demo p95 {timing.p95(demo_times):.0f} ms; {on.size.holdings} holdings over {on.size.quarters} quarters "
        f"p95 {timing.p95(large_times):.0f} ms (at most {POOL_MS}), {longer:.2f} x the demo (at most {POOL_TIMES_THE_DEMO}), "
        f"{len(asked)} queries"
    )
    return said, longer <= POOL_TIMES_THE_DEMO


def _course(on: Ground) -> Operation:
    fund = on.play.fund
    starts = [
        one.starts_on for one in course.quarters(diary.read(fund, as_of=on.today, known_at=on.now), as_of=on.today)
    ]
    ends = [*starts[1:], on.today + timedelta(days=1)]

    def ours() -> list[tuple[Decimal, Decimal]]:
        told = diary.read(fund, as_of=on.today, known_at=on.now)
        return [(one.called, one.invested) for one in course.quarters(told, as_of=on.today)]

    def in_python() -> list[tuple[Decimal, Decimal]]:
        called = list(
            CallNotice.objects.filter(call__fund=fund, call__issued_on__lte=on.today, call__cancelled_on=None)
            .select_related("call")
        )  # fmt: skip
        bought = list(Transaction.objects.filter(holding__fund=fund, kind__in=ADDING, effective_on__lte=on.today))
        return [
            (
                sum((one.inside for one in called if one.call.issued_on and one.call.issued_on < after), Decimal(0)),
                sum((one.fund_cost for one in bought if one.effective_on < after), Decimal(0)),
            )
            for after in ends
        ]

    def lateral() -> list[tuple[Decimal, Decimal]]:
        asked: dict[str, Any] = {"first": starts[0], "last": on.today, "fund": fund.pk, "adding": sorted(ADDING)}
        with connections["default"].cursor() as cursor:
            cursor.execute(_QUARTERS, asked)
            return [(called, bought) for _day, called, bought in cursor.fetchall()]

    return Operation(
        8,
        f"called and invested by quarter, {len(ends)} quarters",
        timing.arm(ours),
        [
            Beside("Python over fetched rows", timing.arm(in_python), at_least=7),
            Beside("a LATERAL a quarter", timing.arm(lateral), at_least=4),
        ],
        _equal,
        "ours is as known on a moment, and reads commitments, receipts, distributions and marks in the same query",
    )


def _figures(on: Ground) -> Operation:
    """Every figure of the pool as of a day and as known on a moment, by all: two of them the ways of Django."""
    point: dict[str, Any] = {"as_of": on.today, "known_at": on.now}
    return Operation(
        9,
        f"figures of the pool, {on.size.holdings} holdings",
        timing.arm(lambda: performance.figures(on.play.fund, **point)),
        [
            Beside("Python over fetched rows", timing.arm(lambda: by_django.figures_in_python(on.play.fund, **point))),
            Beside(
                "ORM aggregates",
                timing.arm(lambda: by_django.figures_by_aggregates(on.play.fund, **point)),
                at_least=10,
            ),
        ],
        _equal,
        "every arm gives all twelve figures, as of a day and as known on a moment",
    )


def _list_of_the_admin(on: Ground) -> Operation:
    listed: Any = admin.site.get_model_admin(Transaction)
    ask = _page(on.play.manager, TRANSACTIONS)
    joined = listed.list_select_related

    def one_by_one() -> int:
        listed.list_select_related = ()
        try:
            return ask()
        finally:
            listed.list_select_related = joined

    with CaptureQueriesContext(connections["default"]) as captured:
        ask()
    return Operation(
        18,
        "a list of the admin",
        timing.arm(ask),
        [Beside("the same without joins", timing.arm(one_by_one), at_least=3.5)],
        lambda its, ours: abs(its - ours) < 100,  # noqa: PLR2004 -- bytes: a nonce differs
        f"{len(captured)} queries a page, with those of the session and of the frame",
    )


def _marks(on: Ground, ends: list[date]) -> Operation:
    """As of a quarter end in the middle, so that nothing is rolled: every arm picks the latest mark by then."""
    fund, day = on.play.fund, ends[len(ends) // 2]
    asked = {"run__fund": fund, "run__quarter_end__lte": day, "run__locked_at__lte": on.now}

    def ours() -> Decimal:
        return sum((one.value for one in valuations.fair_value_rows(fund, as_of=day, known_at=on.now)), Decimal(0))

    def in_python() -> Decimal:
        latest: dict[int, tuple[date, Decimal]] = {}
        for mark in Mark.objects.filter(run__fund=fund, run__locked_at__lte=on.now).select_related("run"):
            found = mark.run.quarter_end, mark.value
            if mark.run.quarter_end <= day and found[0] >= latest.get(mark.holding_id, found)[0]:
                latest[mark.holding_id] = found
        return sum((value for _day, value in latest.values()), Decimal(0))

    def distinct_on() -> Decimal:
        rows = Mark.objects.filter(**asked).order_by("holding", "-run__quarter_end", "-run__version", "-edition")
        return sum(rows.distinct("holding").values_list("value", flat=True), Decimal(0))

    return Operation(
        7,
        f"fair value as of a day, {Mark.objects.filter(run__fund=fund).count():,} marks",
        timing.arm(ours),
        [
            Beside("Python over fetched marks", timing.arm(in_python), at_least=3.5),
            Beside("DISTINCT ON", timing.arm(distinct_on)),
        ],
        _equal,
        "ours also rolls every mark for what moved since, and tells cost where there is none",
    )


def _value_every_quarter(on: Ground) -> list[date]:
    """A locked run a quarter with a mark of every holding that stood, put in by the owner: the rows, not the way to them."""
    fund, manager = on.play.fund, on.play.manager
    ends = [on.today - timedelta(days=synthetic.QUARTER_DAYS * back) for back in range(on.size.quarters, 0, -1)]
    first_days = dict(
        Transaction.objects.filter(holding__fund=fund).order_by("-effective_on").values_list("holding", "effective_on")
    )
    told = {
        "rates": [],
        "policy_version": "bench",
        "code_version": "bench",
        "opened_at": on.now,
        "opened_by_id": manager.pk,
    }
    runs = [
        ValuationRun(
            fund_id=fund.pk, quarter_end=end, state=State.LOCKED, locked_at=on.now, submitted_at=on.now,
            submitted_by_id=manager.pk, is_illustrative=True, **told,
        )
        for end in ends
    ]  # fmt: skip
    tables = ("portfolio_valuationrun", "portfolio_mark")
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        ValuationRun.objects.using("owner").bulk_create(runs)
        Mark.objects.using("owner").bulk_create(
            Mark(
                run=run, holding_id=holding, technique=Mark.Technique.COST, local_value=amount, value=amount, cost=amount,
                inputs=[{"name": "cost", "value": "1", "source": "bench", "on": run.quarter_end.isoformat()}],
                known_at=on.now, recorded_at=on.now, recorded_by_id=manager.pk,
            )
            for number, run in enumerate(runs)
            for holding, day in first_days.items()
            if day <= run.quarter_end
            for amount in [Decimal(1_000_000 + 1_000 * number + holding)]
        )  # fmt: skip
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return ends


def _page(person: User | None, address: str) -> Callable[[], int]:
    """Ask for a page as somebody signed in, for its length. Raises AssertionError for any answer but the page."""
    client = Client(headers={"host": "localhost"})
    if person is None:
        raise AssertionError("the demo has no manager")
    if not is_mfa_enabled(person):
        TOTP.activate(person, generate_totp_secret())
    client.force_login(person)

    def ask() -> int:
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 -- the one good answer
            raise AssertionError(f"{address} answered {answer.status_code}")
        return len(answer.content)

    return ask


def _ms(page: Callable[[], object]) -> float:
    begun = time.perf_counter()
    page()
    return (time.perf_counter() - begun) * 1000


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)


def _analyze() -> None:
    """What the planner of a database in use knows by itself."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
