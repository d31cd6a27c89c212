"""What becomes of a mark until the next one: the rule in Python and the same in the database."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from portfolio.investments import services as positions
from portfolio.investments.models import Round
from portfolio.performance import queries as performance
from portfolio.valuations import fair_value, listing, queries, services, techniques, telling
from portfolio.valuations.rolling import Step, roll
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


CENTS = st.integers(0, 99_999).map(lambda cents: Decimal(cents) / 100)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "sale", "sale", "write-off", "stake-call", "stake-distribution"]),
        st.sampled_from([1, 2, 3, 5, 10, 25, 50, Decimal("0.125"), Decimal("33.333333")]),
        CENTS,
        st.sampled_from([1, 2, 5, 50, 125, Decimal("166.67")]),
    ),
    max_size=12,
)
"""Halves, fifths and eighths, so that a cent is often split in the middle, with thirds in between."""


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mark=st.decimals("0", "99999999", places=2), known=STEPS, since=STEPS)
def test_the_database_carries_forward_by_the_same_rule(db, mark, known, since):
    told = in_the_database(mark, [BOUGHT, *known], since)

    assert told == roll([_step(*one) for one in [BOUGHT, *known]], [_step(*one) for one in since]).of(mark)


def in_the_database(mark, known, since):
    rows = [(False, *one) for one in known] + [(True, *one) for one in since]
    values = ", ".join(["(%s, %s, %s, %s::numeric, %s::numeric, %s::numeric)"] * len(rows))
    numbered = [cell for number, row in enumerate(rows) for cell in (number, *row)]
    statement = (
        "SELECT portfolio_carried(%s::numeric, since, kind, quantity, amount, cost ORDER BY place) "
        f"FROM (VALUES {values}) AS rows (place, since, kind, quantity, amount, cost)"
    )

    with connection.cursor() as cursor:
        cursor.execute(statement, [mark, *numbered])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("mark", "held", "since", "left"),
    [
        ("3000000.03", 600, [("sale", 500, 0, 500)], "500000.00"),
        ("0.01", 3, [("sale", 1, 0, 1), ("purchase", 2, 0, 0), ("sale", 1, 0, 1)], "0.00"),
        ("0.03", 3, [("sale", 1, 0, 1), ("purchase", 2, 0, 0), ("sale", 1, 0, 1)], "0.02"),
    ],
)
def test_a_half_of_a_cent_is_seen_as_one_in_python_and_in_the_database(db, mark, held, since, left):
    bought = ("purchase", held, 1000, 1000)

    assert roll([_step(*bought)], [_step(*one) for one in since]).of(Decimal(mark)) == Decimal(left)
    assert in_the_database(mark, [bought], since) == Decimal(left)


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
        found = positions.record_round(
            holding.organisation, name="Round after", held_on=date(2026, 7, 25), precision="day", total=None, currency=None,
            role="", co_investors="", basis="solid", source="https://example.org/round", note="", fund=fund, by=system,
            at=AUGUST,
        )  # fmt: skip
        positions.buy(
            holding, round=found, quantity=Decimal(50), amount=Decimal(500), effective_on=date(2026, 7, 25), key="after",
            by=system, at=AUGUST,
        )  # fmt: skip
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)

    (mark,) = queries.marks_of(run)

    (changed,) = queries.changes_against_last_quarter(run)

    assert (mark.technique, mark.value) == ("last_round", 150 * 10)
    assert "not_written_off" not in queries.amounts(mark.inputs)
    assert (changed.moved, changed.revalued) == (250, 250), "the pool had 1 250: the price of the round is news"
    assert "priced after the write-off of 2026-07-20" in mark.relevance


def test_a_further_tranche_at_the_old_price_gives_nothing_back(locked, fund, holding, system, prepare):
    locked()
    write_off(holding, system, "250.00")
    with clock.standing_at(AUGUST):
        positions.buy(
            holding, round=Round.objects.get(), tranche=2, quantity=Decimal(50), amount=Decimal(500),
            effective_on=date(2026, 7, 25), key="tranche", by=system, at=AUGUST,
        )  # fmt: skip
    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)

    mark = of_september(fund, system, prepare)

    assert rolled.value == mark.value == 1250
    assert "write-off" not in mark.relevance


def test_marks_of_the_second_arithmetic_know_no_write_off():
    given_then = {
        "quantity": Fraction(100),
        "round_amount": Fraction(1000),
        "round_quantity": Fraction(100),
        "adjustment": Fraction(0),
    }

    assert techniques.value("last_round", given_then) == 1000
    assert techniques.value("last_round", given_then | {"not_written_off": Fraction("0.75")}) == 750


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
    assert queries.amounts(mark.inputs) == {
        "written_down_to": 400,
        "mark_before": 400,
        "kept": Decimal("0.75"),
        "paid_since": 0,
    }
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
    given_then = {"written_down_to": Fraction(400), "paid_since": Fraction(50), "received_since": Fraction(30)}

    assert techniques.value("write_down", given_then) == 420


def test_marks_of_the_third_arithmetic_are_still_computed_as_they_were():
    """A price that does not end, in decimals; a stake without the share that is kept."""
    of_a_round = {
        "quantity": Fraction(100),
        "round_amount": Fraction("1000.01"),
        "round_quantity": Fraction(300),
        "adjustment": Fraction(50),
    }
    of_a_stake = {"nav": Fraction(1000), "paid_since": Fraction(50), "received_since": Fraction(30)}

    assert techniques.value("last_round", of_a_round) == Decimal("500.00")
    assert techniques.value("reported_nav", of_a_stake) == 1020


def of_september(fund, system, prepare):
    """The one mark of the third quarter as its run prepares it."""
    with clock.standing_at(OCTOBER):
        run = prepare(services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=OCTOBER), at=OCTOBER)
    (mark,) = queries.marks_of(run)
    assert services.computed(mark).difference == 0
    return mark


def reported(run, stake, analyst, committee, *, on=JUNE):
    """The stake's net asset value of 1000 as its manager reported it, and the run locked with it."""
    services.change_mark(
        next(one for one in queries.marks_of(run) if one.holding_id == stake.pk),
        technique="reported_nav", amount=Decimal(1000), dated=on, source="report of the manager", reason="It came in",
        by=analyst, at=JULY_1,
    )  # fmt: skip
    return approved(services.submit_run(run, by=analyst, at=JULY_1), committee)


def test_what_was_written_off_of_a_stake_does_not_come_back_with_the_next_quarter(
    opened, prepare, fund, stake, system, analyst, committee
):
    reported(prepare(opened()), stake, analyst, committee)
    write_off(stake, system, "400.00")
    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)

    mark = of_september(fund, system, prepare)

    assert rolled.value == mark.value == 600
    assert queries.amounts(mark.inputs) == {
        "nav": 1000,
        "mark_before": 1000,
        "kept": Fraction(3, 5),
        "paid_since": 0,
        "received_since": 0,
    }


def test_a_report_of_an_earlier_day_is_rolled_for_what_was_written_off_since(
    opened, prepare, fund, stake, system, analyst, committee
):
    with clock.standing_at(JULY_1 - timedelta(days=1)):
        positions.write_off(
            stake, cost=Decimal(250), reason="A company of the fund failed", effective_on=date(2026, 6, 1), key="off",
            by=system, at=clock.now(),
        )  # fmt: skip
    run = reported(prepare(opened()), stake, analyst, committee, on=date(2026, 5, 31))

    assert [one.value for one in queries.marks_of(run)] == [750]


def test_a_sale_recorded_late_is_not_lost_where_a_written_down_company_is_carried(
    locked, fund, holding, system, analyst, committee, prepare
):
    fresh = services.reopen_run(locked(), reason="The pilot ended", by=analyst, at=JULY_1)
    written_down(queries.marks_of(fresh)[0], analyst)
    approved(services.submit_run(fresh, by=analyst, at=JULY_1), committee)
    sell(holding, system, 50, "100.00", on=date(2026, 6, 20))
    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)

    mark = of_september(fund, system, prepare)

    assert rolled.value == mark.value == 200


def test_a_call_recorded_late_is_in_the_next_mark_of_a_stake(opened, prepare, fund, stake, system, analyst, committee):
    reported(prepare(opened()), stake, analyst, committee)
    with clock.standing_at(AUGUST):
        positions.pay_stake(stake, amount=Decimal(80), effective_on=date(2026, 6, 20), key="late", by=system, at=AUGUST)
    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)

    assert rolled.value == of_september(fund, system, prepare).value == 1080


def test_thirds_are_carried_to_the_cent_of_the_pool(locked, fund, holding, system, analyst, committee, prepare):
    fresh = services.reopen_run(locked(), reason="The pilot ended", by=analyst, at=JULY_1)
    written_down(queries.marks_of(fresh)[0], analyst, "400.05")
    approved(services.submit_run(fresh, by=analyst, at=JULY_1), committee)
    sell(holding, system, "33.333333", "1.00")
    write_off(holding, system, "222.23")
    (rolled,) = queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=AUGUST)

    mark = of_september(fund, system, prepare)

    assert rolled.value == mark.value
    assert "/" in next(one["value"] for one in mark.inputs if one["name"] == "kept")
    assert "≈ 0.444" in {one.name: one.value for one in telling.inputs(mark)}["Share still held"]
