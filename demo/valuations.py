"""Nine quarters valued and locked; the tenth is left for the schedule to open. All values are illustrative.

Companies stand at the price of their last illustrative round and stakes at an illustrative report of the quarter before,
so that nothing adverse is invented about a real company: what moves is the published exchange rate.
"""

from datetime import date, time, timedelta, timezone
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from core import clock
from core.people import queries as people_queries
from demo import people
from portfolio.investments import queries as investments
from portfolio.valuations import queries, services

QUARTER_ENDS = [
    date(year, month, day) for year in (2024, 2025, 2026) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
][:10]
"""The first is that of the first reports; the others are valued."""
OPENED_AFTER, SUBMITTED_AFTER, APPROVED_AFTER = timedelta(days=15), timedelta(days=40), timedelta(days=46)
AFTERNOON = time(14, 0, tzinfo=timezone.utc)
CENT = Decimal("0.01")
REPORTED = Decimal("1.02")
"""Of what was paid into a fund, what its illustrative report says that it is worth."""
POLICY = """Illustrative. Fair value by the IPEV Valuation Guidelines (December 2022), at the end of every quarter.
A company is calibrated to its last round while a dated statement says why the round is still relevant; a stake in a fund
is taken at its last reported net asset value, rolled for what was paid and received since; otherwise cost, or a
write-down with its reason. An analyst checks and submits; two members of the committee who touched nothing approve."""


def plan(books: Any) -> None:
    """Add the acts of every quarter, and the policy before the first, to those of the books."""
    books.at(QUARTER_ENDS[1] - timedelta(days=20), partial(_state_policy, books), AFTERNOON)
    for reported_on, quarter_end in pairwise(QUARTER_ENDS):
        books.at(quarter_end + OPENED_AFTER, partial(_open, books, quarter_end), AFTERNOON)
        books.at(quarter_end + SUBMITTED_AFTER, partial(_check, books, quarter_end, reported_on), AFTERNOON)
        books.at(quarter_end + APPROVED_AFTER, partial(_approve, books, quarter_end), AFTERNOON)


def _state_policy(books: Any) -> None:
    services.record_policy(
        books.fund,
        version="2024-1",
        first_day=QUARTER_ENDS[1],
        text=POLICY,
        by=books.manager,
        at=clock.now(),
        is_illustrative=True,
    )


def _open(books: Any, quarter_end: date) -> None:
    run = services.open_run(books.fund, quarter_end=quarter_end, by=books.system, at=clock.now())
    services.prepare_at_once(run, by=books.system, at=clock.now())


def _check(books: Any, quarter_end: date, reported_on: date) -> None:
    """The analyst enters what the funds reported, and submits."""
    run = _run(books, quarter_end)
    for mark in queries.marks_of(run):
        if mark.holding.kind != mark.holding.Kind.FUND:
            continue
        rows = investments.transactions(mark.holding, as_of=reported_on, known_at=run.opened_at)
        paid = investments.position(mark.holding, rows).cost
        if paid:
            services.change_mark(
                mark,
                technique=mark.Technique.REPORTED_NAV,
                amount=(paid * REPORTED).quantize(CENT),
                dated=reported_on,
                source="Illustrative report of the fund",
                reason="Illustrative: the report of the quarter before came in",
                by=books.analyst,
                at=clock.now(),
            )
    services.submit_run(run, by=books.analyst, at=clock.now())


def _approve(books: Any, quarter_end: date) -> None:
    run = _run(books, quarter_end)
    for email in (people.COMMITTEE, people.SECOND_COMMITTEE):
        member: Any = people_queries.by_email(email)
        services.approve_run(run, digest=queries.digest(run), by=member, at=clock.now())


def _run(books: Any, quarter_end: date) -> Any:
    return queries.runs_visible_to(books.analyst).get(quarter_end=quarter_end)
