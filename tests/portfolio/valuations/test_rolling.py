"""What becomes of a mark until the next one: the rule in Python and the same in the database."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from portfolio.investments import services as positions
from portfolio.performance import queries as performance
from portfolio.valuations import fair_value, listing, queries, services, techniques
from portfolio.valuations.rolling import Step, roll
from tests.factories import investments
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, written_down

AUGUST = datetime(2026, 8, 3, 9, tzinfo=timezone.utc)
OCTOBER = datetime(2026, 10, 1, 9, tzinfo=timezone.utc)
SEPTEMBER = date(2026, 9, 30)
BOUGHT = ("purchase", 100, 1000, 1000)


def _step(kind, quantity, amount, cost):
    return Step(kind, Decimal(quantity), Decimal(amount), Decimal(cost))


@pytest.mark.parametrize(
    ("story", "since", "left"),
    [
        ("nothing happened", [], 3000),
        ("a quarter was sold, dear", [("sale", 25, 9000, 250)], 2250),
        ("a quarter was sold, cheap", [("sale", 25, 1, 250)], 2250),
        ("all was sold", [("sale", 100, 9000, 1000)], 0),
        ("as many again were bought, then half of all sold", [BOUGHT, ("sale", 100, 9000, 1000)], 2000),
        ("half was sold, then as many bought", [("sale", 50, 9000, 500), ("purchase", 50, 2000, 2000)], 3500),
        ("a fifth of the cost was written off", [("write-off", 0, 0, 200)], 2400),
        ("a part was written off, then half of all sold", [("write-off", 0, 0, 200), ("sale", 50, 9000, 400)], 1200),
        ("as much again was bought, then half of the cost written off", [BOUGHT, ("write-off", 0, 0, 1000)], 2000),
        ("all of the cost was written off, so nothing is left", [("write-off", 0, 0, 1000)], 0),
        ("a fund paid back, and called", [("stake-distribution", 0, 500, 100), ("stake-call", 0, 40, 40)], 2540),
        ("a fund paid back more than it was worth", [("stake-distribution", 0, 5000, 100)], 0),
    ],
)
def test_a_mark_is_carried_forward(story, since, left):
    found = roll([_step(*BOUGHT)], [_step(*one) for one in since])

    assert found.of(Decimal(3000)) == left, story


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "sale", "write-off", "stake-call", "stake-distribution"]),
        st.integers(1, 90),
        st.integers(0, 99_999),
        st.integers(0, 600),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mark=st.decimals("0", "99999999", places=2), known=STEPS, since=STEPS)
def test_the_database_carries_forward_by_the_same_rule(db, mark, known, since):
    rows = [(False, *one) for one in [BOUGHT, *known]] + [(True, *one) for one in since]
    values = ", ".join(["(%s, %s, %s, %s::numeric, %s::numeric, %s::numeric)"] * len(rows))
    numbered = [cell for number, row in enumerate(rows) for cell in (number, *row)]
    statement = (
        "SELECT portfolio_carried(%s, since, kind, quantity, amount, cost ORDER BY place) "
        f"FROM (VALUES {values}) AS rows (place, since, kind, quantity, amount, cost)"
    )

    with connection.cursor() as cursor:
        cursor.execute(statement, [mark, *numbered])
        (told,) = cursor.fetchone()

    assert told == roll([_step(*one) for one in [BOUGHT, *known]], [_step(*one) for one in since]).of(mark)


MARKS = st.decimals("0", "99999999", places=2)
PARTS = st.tuples(st.integers(1, 1000), st.integers(1, 1000)).map(sorted)


@given(mark=MARKS, parts=PARTS)
def test_what_is_written_off_goes_as_if_it_were_sold_for_nothing(mark, parts):
    part, whole = parts
    bought = _step("purchase", whole, 3 * whole, 3 * whole)

    written_off = roll([bought], [_step("write-off", 0, 0, 3 * part)])

    assert written_off == roll([bought], [_step("sale", part, 0, 3 * part)])
    assert 0 <= written_off.of(mark) <= mark


@given(mark=MARKS, cost=st.integers(3, 1000), parts=PARTS)
def test_writing_off_at_once_or_in_two_steps_leaves_the_same(mark, cost, parts):
    first, second = (Decimal(one) * cost / 2001 for one in parts)
    bought = _step("purchase", 1, cost, cost)

    at_once = roll([bought], [_step("write-off", 0, 0, first + second)])
    in_steps = roll([bought], [_step("write-off", 0, 0, first), _step("write-off", 0, 0, second)])

    assert abs(at_once.of(mark) - in_steps.of(mark)) <= Decimal("0.01")


def sell(holding, system, quantity, amount, *, on=date(2026, 7, 20), at=AUGUST):
    with clock.standing_at(at):
        return positions.sell(
            holding,
            quantity=Decimal(quantity),
            amount=Decimal(amount),
            effective_on=on,
            key=f"sale-{on}-{quantity}",
            by=system,
            at=at,
        )


def test_a_sale_between_two_quarters_takes_its_share_of_the_mark(locked, fund, holding, system):
    locked()
    before = performance.figures(fund, as_of=date(2026, 8, 3), known_at=JULY_1)

    sell(holding, system, 40, "900.00")
    after = performance.figures(fund, as_of=date(2026, 8, 3), known_at=AUGUST)

    assert (before.fair_value, after.fair_value, after.at_cost) == (1000, 600, 600)
    assert after.nav - before.nav == 500, "the sale fetched 900 for a share of 400"


def write_off(holding, system, cost, *, at=AUGUST):
    with clock.standing_at(at):
        return positions.write_off(
            holding,
            cost=Decimal(cost),
            reason="A product line was given up",
            effective_on=date(2026, 7, 20),
            key=f"off-{cost}",
            by=system,
            at=at,
        )


def test_a_partial_write_off_between_two_quarters_takes_its_share_of_the_mark(
    locked, fund, holding, system, analyst, committee
):
    fresh = services.reopen_run(locked(), reason="The pilot ended", by=analyst, at=JULY_1)
    written_down(queries.marks_of(fresh)[0], analyst)
    approved(services.submit_run(fresh, by=analyst, at=JULY_1), committee)

    write_off(holding, system, "600.00")
    after = performance.figures(fund, as_of=date(2026, 8, 3), known_at=AUGUST)

    assert (after.fair_value, after.at_cost) == (160, 400), "cost off the mark would leave nothing of 400"


def test_a_part_written_off_is_carried_alike_until_and_into_the_next_quarter(
    locked, fund, holding, system, analyst, committee, prepare
):
    fresh = services.reopen_run(locked(), reason="The pilot ended", by=analyst, at=JULY_1)
    written_down(queries.marks_of(fresh)[0], analyst)
    approved(services.submit_run(fresh, by=analyst, at=JULY_1), committee)
    write_off(holding, system, "250.00")

    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)
    (mark,) = queries.marks_of(run)
    (changed,) = queries.changes_against_last_quarter(run)

    assert rolled.value == mark.value == 300
    assert (changed.before, changed.moved, changed.revalued) == (400, -100, 0)


@pytest.mark.parametrize(("cost", "left"), [("250.00", "750.00"), ("1000.00", "0.00")])
def test_what_was_written_off_does_not_come_back_with_the_price_of_the_last_round(
    locked, fund, holding, system, prepare, cost, left
):
    locked()
    write_off(holding, system, cost)

    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)
    (mark,) = queries.marks_of(run)

    assert mark.technique == "last_round"
    assert rolled.value == mark.value == Decimal(left)
    assert services.computed(mark).difference == 0


def test_a_write_off_before_the_last_round_is_in_its_price(locked, fund, holding, system, prepare):
    locked()
    write_off(holding, system, "250.00")
    with clock.standing_at(AUGUST):
        investments.purchase(holding, "Round after", "500.00", on=date(2026, 7, 25), system=system)
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)

    (mark,) = queries.marks_of(run)

    assert "not_written_off" not in queries.amounts(mark.inputs)


def test_marks_of_the_second_arithmetic_know_no_write_off():
    given_then = {
        "quantity": Decimal(100),
        "round_amount": Decimal(1000),
        "round_quantity": Decimal(100),
        "adjustment": Decimal(0),
    }

    assert techniques.value("last_round", given_then) == 1000
    assert techniques.value("last_round", given_then | {"not_written_off": Decimal("0.75")}) == 750


def test_a_written_down_company_stays_down_by_the_share_that_is_held(
    locked, fund, holding, system, analyst, committee, prepare
):
    fresh = services.reopen_run(locked(), reason="The pilot ended", by=analyst, at=JULY_1)
    written_down(queries.marks_of(fresh)[0], analyst)
    approved(services.submit_run(fresh, by=analyst, at=JULY_1), committee)
    sell(holding, system, 25, "350.00")

    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)
    (mark,) = queries.marks_of(run)
    (changed,) = queries.changes_against_last_quarter(run)

    assert rolled.value == mark.value == 300
    assert queries.amounts(mark.inputs) == {"written_down_to": 400, "kept": Decimal("0.75"), "paid_since": 0}
    assert services.computed(mark).difference == 0
    assert (changed.before, changed.moved, changed.revalued) == (400, -100, 0)


def test_the_bridge_tells_what_a_sale_realised_from_what_was_revalued(
    locked, fund, holding, system, analyst, committee, prepare
):
    locked()
    sell(holding, system, 40, "900.00")
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)
    approved(services.submit_run(run, by=analyst, at=OCTOBER), committee, at=OCTOBER)

    first, second = listing.bridge(holding, as_of=SEPTEMBER, known_at=OCTOBER)

    assert (first.opening, first.bought, first.proceeds, first.realised, first.revalued) == (0, 1000, 0, 0, 0)
    assert (second.opening, second.proceeds, second.realised, second.revalued) == (1000, 900, 500, 0)
    assert second.closing == 600


def test_many_days_are_valued_in_one_query_as_each_is_alone(locked, fund, holding, system, django_assert_num_queries):
    locked()
    sell(holding, system, 40, "900.00")
    days = [date(2026, 1, 1), JUNE, date(2026, 7, 1), date(2026, 8, 3), SEPTEMBER]

    with django_assert_num_queries(1):
        together = fair_value.rows(fund, days, known_at=AUGUST)

    alone = [one for day in days for one in queries.fair_value_rows(fund, as_of=day, known_at=AUGUST)]
    assert together == alone
    assert [(one.value, one.gain) for one in together if one.day >= JUNE] == [(1000, 0), (1000, 0), (600, 0), (600, 0)]
    assert fair_value.rows(fund, [], known_at=AUGUST) == []


def test_a_sale_that_is_recorded_late_still_takes_its_share(locked, fund, holding, system):
    locked()

    sell(holding, system, 50, "900.00", on=date(2026, 6, 1))

    known = [queries.fair_value_rows(fund, as_of=JUNE, known_at=at)[0].value for at in (JULY_1, AUGUST)]
    assert known == [1000, 500]


def test_marks_of_the_first_arithmetic_are_still_computed_as_they_were():
    given_then = {"written_down_to": Decimal(400), "paid_since": Decimal(50), "received_since": Decimal(30)}

    assert techniques.value("write_down", given_then) == 420
