"""A mark beside the quarter before: what stood, what moved, what was revalued, and what a page says for ever."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from core import clock
from portfolio.investments import services as positions
from portfolio.valuations import listing, queries, services
from tests.portfolio.valuations.conftest import JUNE, approved, written_down

SEPTEMBER = date(2026, 9, 30)
OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, month, 1, 9, tzinfo=timezone.utc) for month in (10, 11, 12))


def sold(holding, system, quantity, *, on, at):
    with clock.standing_at(at):
        told = {"quantity": Decimal(quantity), "amount": Decimal("600.00"), "effective_on": on}
        return positions.sell(holding, **told, key=f"sold-{on}", by=system, at=at)


@pytest.fixture
def third_quarter(locked, prepare, fund, system):
    """The run of the third quarter after a locked second one, prepared."""

    def make(at=OCTOBER):
        locked()
        with clock.standing_at(at):
            run = services.open_run(fund, quarter_end=SEPTEMBER, by=system, at=at)
            return prepare(run, at=at)

    return make


def lock(run, analyst, committee, at):
    return approved(services.submit_run(run, by=analyst, at=at), committee, at=at)


def figures(run):
    (one,) = listing.compared(run)
    return one.changed.start, one.changed.moved, one.changed.revalued, one.mark.value


def test_what_a_copied_mark_does_not_know_moved_nothing(third_quarter, holding, system, analyst, committee, fund):
    """Half is sold in September and recorded in October; the pool takes it off the mark, the page invents no revaluation."""
    run = lock(third_quarter(), analyst, committee, OCTOBER)
    sold(holding, system, "50", on=date(2026, 9, 15), at=datetime(2026, 10, 10, 9, tzinfo=timezone.utc))

    fresh = services.reopen_run(run, reason="A late report", by=analyst, at=NOVEMBER)

    assert figures(fresh) == figures(run) == (1000, 0, 0, 1000)
    lock(fresh, analyst, committee, NOVEMBER)
    assert [one.value for one in queries.fair_value_rows(fund, as_of=SEPTEMBER, known_at=NOVEMBER)] == [500]


def test_a_mark_that_is_changed_in_a_reopened_run_knows_what_moved(third_quarter, holding, system, analyst, committee):
    run = lock(third_quarter(), analyst, committee, OCTOBER)
    sold(holding, system, "50", on=date(2026, 9, 15), at=datetime(2026, 10, 10, 9, tzinfo=timezone.utc))
    fresh = services.reopen_run(run, reason="A late report", by=analyst, at=NOVEMBER)

    written_down(queries.marks_of(fresh)[0], analyst, "400.00", at=NOVEMBER)

    assert figures(fresh) == (1000, -500, -100, 400)


def test_a_quarter_before_that_is_opened_again_changes_no_page_of_the_past(
    third_quarter, fund, holding, analyst, committee
):
    run = lock(third_quarter(), analyst, committee, OCTOBER)
    before = fund.valuation_runs.get(quarter_end=JUNE)
    fresh = services.reopen_run(before, reason="The pilot ended", by=analyst, at=NOVEMBER)
    written_down(queries.marks_of(fresh)[0], analyst, "400.00", at=NOVEMBER)
    lock(fresh, analyst, committee, NOVEMBER)

    assert figures(run) == (1000, 0, 0, 1000)
    again = services.reopen_run(run, reason="The quarter before changed", by=analyst, at=DECEMBER)
    assert figures(again) == (400, 0, 600, 1000)


def test_an_outlier_is_measured_against_what_is_held(third_quarter, holding, system, analyst):
    """Of 1,000.00 nine tenths are sold; the tenth that is left doubles."""
    sold(holding, system, "90", on=date(2026, 9, 15), at=datetime(2026, 9, 20, 9, tzinfo=timezone.utc))
    run = third_quarter(at=OCTOBER)
    (mark,) = queries.marks_of(run)
    services.change_mark(
        mark, technique="last_round", adjustment=Decimal(100), reason="A pilot won", source="board minutes",
        relevance="Still says something", by=analyst, at=OCTOBER,
    )  # fmt: skip

    (one,) = listing.compared(run)

    assert figures(run) == (1000, -900, 100, 200)
    assert (one.changed.share, one.is_outlier, listing.totals([one]).share) == (1, True, 1)


def test_a_first_mark_starts_from_nothing_and_its_cost_was_bought(opened, prepare, holding, stake, analyst):
    run = prepare(opened())
    written_down(next(one for one in queries.marks_of(run) if one.holding_id == holding.pk), analyst)

    first, second = rows = listing.compared(run)
    totals = listing.totals(rows)

    assert [(one.changed.start, one.changed.moved, one.changed.revalued) for one in (first, second)] == [
        (0, 1000, -600),
        (0, 1000, 0),
    ]
    assert [(one.changed.share, one.is_outlier) for one in rows] == [(None, False), (None, False)]
    assert (totals.start, totals.moved, totals.revalued, totals.value) == (0, 2000, -600, 1400)
    assert totals.share == Decimal("-0.3")
