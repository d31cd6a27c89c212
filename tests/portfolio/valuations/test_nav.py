"""Fair value and net asset value follow the approved marks, and no figure that was known changes afterwards."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from portfolio.performance import queries as performance
from portfolio.performance import report, rows
from portfolio.valuations import queries, services
from portfolio.valuations.services import preparing
from tests.factories import funds, investments, people
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, written_down

LATER = datetime(2026, 8, 1, 9, tzinfo=timezone.utc)


def figures(fund, known_at, as_of=JUNE):
    return performance.figures(fund, as_of=as_of, known_at=known_at)


def test_nav_follows_once_the_run_is_locked_and_not_before(opened, prepare, fund, holding, analyst, committee):
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], analyst)
    before = figures(fund, JULY_1)

    approved(services.submit_run(run, by=analyst, at=LATER), committee, at=LATER)
    after = figures(fund, LATER)

    assert (before.fair_value, before.nav) == (Decimal("1000.00"), Decimal("1000000.00"))
    assert (after.fair_value, after.nav, after.at_cost) == (
        Decimal("400.00"),
        Decimal("999400.00"),
        Decimal("1000.00"),
    )
    assert figures(fund, JULY_1) == before
    assert figures(fund, LATER, as_of=date(2026, 6, 29)) == before


def test_fair_value_opens_into_its_rows_and_the_course_says_the_same(locked, fund, holding, stake, analyst, committee):
    fresh = services.reopen_run(locked(), reason="A late report", by=analyst, at=LATER)
    written_down(next(one for one in queries.marks_of(fresh) if one.holding_id == holding.pk), analyst, at=LATER)
    approved(services.submit_run(fresh, by=analyst, at=LATER), committee, at=LATER)

    found = performance.standing(fund, as_of=JUNE, known_at=LATER)
    shown = rows.opened(rows.Asked("fair_value", fund, found, JUNE, LATER))
    (told,) = report.values(fund, [JUNE], known_at=LATER)

    assert [row.amount for row in shown.tell(shown.found)] == [Decimal("400.00"), Decimal("1000.00")]
    assert shown.total == found.figures.fair_value == told.fair_value
    assert told.nav == found.figures.nav


def test_the_pool_is_read_in_two_queries_with_marks_too(locked, fund, holding, stake, django_assert_num_queries):
    locked()

    with django_assert_num_queries(2):
        figures(fund, LATER)


ACTS = st.lists(
    st.tuples(st.sampled_from(["reopen", "buy"]), st.integers(1, 999), st.integers(1, 40)), min_size=1, max_size=4
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_figure_changes_as_it_was_known(acts, system, db):
    with transaction.atomic():
        _play(acts, system)
        transaction.set_rollback(True)


def _play(acts, system):
    fund = funds.fund(system=system)
    investments.money(fund, system=system)
    services.record_policy(fund, version="1", first_day=date(2026, 1, 1), text="IPEV.", by=system, at=clock.now())
    holding = investments.holding(fund, system=system)
    investments.purchase(holding, system=system)

    def someone(role):
        return people.person(role=role, scope_kind="fund", scope_ref=fund.public_id, system=system)

    analyst, committee = someone("fund-analyst"), [someone("valuation-committee") for _ in range(2)]
    run = services.open_run(fund, quarter_end=JUNE, by=system, at=JULY_1)
    preparing.prepare_marks(run, [holding], by=system, at=JULY_1)
    run.state = "in_review"
    run.save(update_fields=["state"])
    run = approved(services.submit_run(run, by=analyst, at=JULY_1), committee)

    moment, known = JULY_1, {}
    known[moment] = _told(fund, moment)
    for number, (act, amount, days) in enumerate(acts):
        moment += timedelta(days=days)
        if act == "buy":
            with clock.standing_at(moment):
                investments.purchase(holding, f"Round {number}", f"{amount}.00", system=system)
        else:
            fresh = services.reopen_run(run, reason="Looked again", by=analyst, at=moment)
            assert _told(fund, moment) == {**known[max(known)]}
            written_down(queries.marks_of(fresh)[0], analyst, f"{amount}.00", at=moment)
            run = approved(services.submit_run(fresh, by=analyst, at=moment), committee, at=moment)
        known[moment] = _told(fund, moment)

    assert {at: _told(fund, at) for at in known} == known


def _told(fund, at):
    found = figures(fund, at)
    values = {one.holding_id: one.value for one in queries.fair_value_rows(fund, as_of=JUNE, known_at=at)}
    assert sum(values.values()) == found.fair_value
    return {"values": values, "nav": found.nav}
