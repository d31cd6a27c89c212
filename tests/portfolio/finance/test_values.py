"""Day counts, present values and multiples."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.finance import irr, multiples, present_value
from portfolio.finance.cashflows import Flow
from portfolio.finance.day_count import DayCount, year_fraction
from tests.portfolio.finance import counts

day = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("story", "start", "end", "day_count", "days", "basis"),
    [
        ("a leap year of 366 days", "2024-01-01", "2025-01-01", "act/365F", 366, 365),
        ("the same over 360", "2024-01-01", "2025-01-01", "act/360", 366, 360),
        ("the same is one year", "2024-01-01", "2025-01-01", "act/act ISDA", 1, 1),
        ("years between are one each", "2019-12-31", "2024-01-01", "act/act ISDA", 4 * 365 + 1, 365),
        ("both days capped", "2024-01-31", "2024-03-31", "30E/360", 60, 360),
        ("February's end is not capped", "2024-02-29", "2024-03-31", "30E/360", 31, 360),
        ("the 31st stays after another day", "2024-01-29", "2024-03-31", "30/360 ISDA", 62, 360),
        ("the 31st falls to 30 after the 30th", "2024-01-30", "2024-03-31", "30/360 ISDA", 60, 360),
        ("February's end starts as the 30th", "2023-02-28", "2023-03-31", "30/360 SIA", 30, 360),
        ("but not in ISDA", "2023-02-28", "2023-03-31", "30/360 ISDA", 33, 360),
        ("two Februaries' ends are whole years apart", "2023-02-28", "2024-02-29", "30/360 SIA", 360, 360),
        ("the 28th of a leap year is not its end", "2023-02-28", "2024-02-28", "30/360 SIA", 358, 360),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_days_become_years_by_convention(story, start, end, day_count, days, basis):
    years = year_fraction(date.fromisoformat(start), date.fromisoformat(end), DayCount(day_count))

    assert years == pytest.approx(days / basis, abs=1e-12)


@counts
@given(day, day, day)
def test_actual_days_add_up(one, two, three):
    first, middle, last = sorted([one, two, three])

    for day_count in (DayCount.ACT_365F, DayCount.ACT_360, DayCount.ACT_ACT_ISDA):
        parts = year_fraction(first, middle, day_count) + year_fraction(middle, last, day_count)
        assert year_fraction(first, last, day_count) == pytest.approx(parts, abs=1e-10)


@counts
@given(day, day, st.sampled_from(DayCount))
def test_every_convention_is_near_the_calendar(one, two, day_count):
    first, last = sorted([one, two])

    years = year_fraction(first, last, day_count)

    assert years == pytest.approx((last - first).days / 365.2425, rel=0.02, abs=0.01)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(ValueError, match="lies before"):
        year_fraction(date(2024, 1, 2), date(2024, 1, 1))


series = st.lists(st.tuples(st.integers(0, 4000), st.integers(-(10**6), 10**6)), min_size=1, max_size=12)


@counts
@given(series, st.floats(-0.5, 2))
def test_the_future_value_is_the_present_value_carried_on(rows, rate):
    flows = [Flow(date(2024, 1, 1) + timedelta(days), amount) for days, amount in rows]
    years = (max(flows).at - min(flows).at).days / 365

    now, later = present_value.present_value(flows, rate), present_value.future_value(flows, rate)

    assert later == pytest.approx(now * (1 + rate) ** years, rel=1e-9, abs=1e-6 * (1 + rate) ** years)


@counts
@given(series)
def test_flows_are_worth_nothing_at_their_own_rate(rows):
    flows = [Flow(days / 365, amount) for days, amount in rows]

    for rate in irr.irr(flows).roots:
        if -0.5 < rate < 10:
            assert present_value.present_value(flows, rate) == pytest.approx(
                0, abs=1e-6 * sum(abs(a) for _, a in flows)
            )


def test_a_flow_on_the_day_of_value_is_worth_itself():
    today, later = date(2024, 1, 1), date(2025, 1, 1)

    value = present_value.curve_future_value([(today, 3), (later, 5)], start=today, curve={later: 0.0}, value_on=later)

    assert value == 8


def test_a_day_off_the_curve_is_refused():
    with pytest.raises(ValueError, match="not on the curve"):
        present_value.curve_future_value(
            [(date(2024, 6, 1), 1)], start=date(2024, 1, 1), curve={}, value_on=date(2024, 1, 1)
        )


@pytest.mark.parametrize("rate", [-1, -2, math.nan])
def test_a_rate_of_minus_one_or_less_has_no_value(rate):
    with pytest.raises(ValueError, match="above -1"):
        present_value.present_value([Flow(0, 1)], rate)


@counts
@given(series, st.integers(0, 10**7), st.integers(1, 10**7))
def test_value_to_paid_in_is_the_sum_of_its_parts(rows, nav, committed):
    result = multiples.fund_multiples([Flow(*row) for row in rows], nav=nav, committed=committed)

    assert result.pic == result.paid_in / committed
    if result.status is multiples.Status.OK:
        assert result.tvpi == pytest.approx(result.dpi + result.rvpi)
        assert result.distributed - result.paid_in == sum(amount for _, amount in rows)


def test_nothing_paid_in_has_no_multiple_and_nothing_invested_none_either():
    assert multiples.fund_multiples([Flow(0, 5)], nav=1).status is multiples.Status.NO_PAID_IN
    assert multiples.fund_multiples([Flow(0, -5)], nav=1).pic is None
    assert multiples.moic(invested=0, realised=1, unrealised=1) is None
    assert multiples.moic(invested=10, realised=5, unrealised=20) == 2.5
