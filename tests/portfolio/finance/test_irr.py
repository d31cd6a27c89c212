"""A rate of return is found wherever one exists, and never made up."""

import math
import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from portfolio.finance import irr
from portfolio.finance.cashflows import Flow
from portfolio.finance.day_count import DayCount
from portfolio.finance.irr import Irr, Status
from tests.portfolio.finance import counts, sturm

START = date(2023, 8, 1)


def periodic(*amounts, **rest):
    return irr.irr([Flow(i, amount) for i, amount in enumerate(amounts)], **rest)


def on(*flows):
    return [Flow(START + timedelta(days), amount) for days, amount in flows]


@pytest.mark.parametrize(
    ("story", "flows", "terminal", "status", "rate"),
    [
        ("a tenth in a year", [(0, -100), (365, 110)], None, Status.OK, 0.1),
        ("the same, all signs reversed", [(0, 100), (365, -110)], None, Status.OK, 0.1),
        ("nothing gained", [(0, -100), (365, 100)], None, Status.OK, 0.0),
        ("still held at a value", [(0, -100)], (365, 110), Status.OK, 0.1),
        ("written off", [(0, -100), (90, -50)], (365, 0), Status.TOTAL_LOSS, -1.0),
        ("written off on the day of the call", [(0, -100), (0, 50)], (0, 0), Status.TOTAL_LOSS, -1.0),
        (
            "something came back before it was written off",
            [(0, -100), (90, 5)],
            (365, 0),
            Status.OK,
            0.05 ** (365 / 90) - 1,
        ),
        ("nothing happened", [], None, Status.NO_SIGN_CHANGE, None),
        ("worthless, and nothing was paid in", [], (365, 0), Status.NO_SIGN_CHANGE, None),
        ("only zeros", [(0, 0), (9, 0)], None, Status.NO_SIGN_CHANGE, None),
        ("only paid in", [(0, -1), (9, -1)], None, Status.NO_SIGN_CHANGE, None),
        ("only received", [(0, 1)], (9, 0), Status.NO_SIGN_CHANGE, None),
        ("in and out on one day", [(0, -1), (0, 2)], None, Status.SINGLE_DATE, None),
        ("in and out on one day, all of it", [(0, -1), (0, 1)], None, Status.SINGLE_DATE, None),
        ("bought and valued on one day", [(0, -1)], (0, 2), Status.SINGLE_DATE, None),
        ("a flow that cancels on its day", [(0, -1), (5, 0.1), (5, 0.2), (5, -0.3)], None, Status.NO_SIGN_CHANGE, None),
        ("tenfold in a week", [(0, -1), (7, 10)], None, Status.OUT_OF_RANGE, None),
        ("all but lost in a week", [(0, -1e9), (7, 1)], None, Status.NO_ROOT, None),
        ("the highest rate", [(0, -1), (365, 10_001)], None, Status.OK, 10_000.0),
        ("the lowest rate", [(0, -1), (365, 2e-9)], None, Status.OK, -1 + 2e-9),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_end_of_the_search_has_its_status(story, flows, terminal, status, rate):
    result = irr.xirr(on(*flows), terminal=on(terminal)[0] if terminal else None)

    assert result.status is status
    assert result.rate == (rate if rate is None else pytest.approx(rate, abs=1e-12))
    assert result.roots == ((result.rate,) if status is Status.OK else ())


def test_several_rates_are_listed_and_none_is_chosen():
    result = periodic(-1000, 2300, -1320)

    assert result == Irr(Status.MULTIPLE_ROOTS, None, (pytest.approx(0.1, abs=1e-12), pytest.approx(0.2, abs=1e-12)))


def test_flows_without_any_rate_have_none():
    assert periodic(-100, 150, -100) == Irr(Status.NO_ROOT)


def test_a_rate_at_which_the_value_only_touches_zero_counts_once():
    assert periodic(-1, 2.2, -1.21) == Irr(Status.OK, pytest.approx(0.1, abs=1e-9), (pytest.approx(0.1, abs=1e-9),))


def test_time_runs_by_the_day_count_from_the_earliest_flow():
    flows = [Flow(date(2024, 1, 31), -100), Flow(date(2025, 1, 31), 110)]

    assert irr.xirr(flows, day_count=DayCount.THIRTY_E_360).rate == pytest.approx(0.1)
    assert irr.xirr(flows, day_count=DayCount.ACT_360).rate == pytest.approx(1.1 ** (360 / 366) - 1)


def test_days_that_a_convention_takes_for_one_make_no_rate():
    flows = [Flow(date(2024, 1, 30), -100), Flow(date(2024, 1, 31), 100)]

    assert irr.xirr(flows, day_count=DayCount.THIRTY_E_360) == Irr(Status.NO_ROOT)


@pytest.mark.parametrize(
    "flows", [[Flow(START, -1), Flow(1, 2)], [Flow(0, math.nan), Flow(1, 2)], [Flow(math.inf, -1)]]
)
def test_what_is_no_series_is_refused(flows):
    with pytest.raises(ValueError, match=r"never both|finite"):
        irr.xirr(flows)


def test_ten_thousand_flows_of_any_sign_are_no_obstacle():
    chance = random.Random(7)
    times = sorted(chance.uniform(0, 30) for _ in range(10_000))
    result = irr.irr([Flow(t, chance.gauss(0, 1)) for t in times])

    assert result.status is not Status.NO_SIGN_CHANGE


def test_a_modified_rate_needs_receipts_payments_and_time():
    assert irr.mirr([Flow(0, -1), Flow(1, -1)], finance_rate=0, reinvest_rate=0) == (Status.NO_SIGN_CHANGE, None)
    assert irr.mirr([Flow(0, -1), Flow(0, 2)], finance_rate=0, reinvest_rate=0) == (Status.NO_SIGN_CHANGE, None)
    assert irr.mirr([], finance_rate=0, reinvest_rate=0) == (Status.NO_SIGN_CHANGE, None)
    assert irr.mirr([Flow(0, -1), Flow(1, 4), Flow(2, 0)], finance_rate=0, reinvest_rate=0) == (
        Status.OK,
        pytest.approx(1),
    )


amount = st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda a: round(a, 2))
amounts = st.lists(amount, min_size=2, max_size=9)


def assert_same(one, other, *, within=1e-9):
    assert len(one) == len(other)
    assert all(abs(a - b) <= within * max(1, abs(b)) for a, b in zip(one, other, strict=True))


def apart(rates):
    """Whether rates are far enough from each other for floats to tell them from one."""
    return all(math.log1p(b) - math.log1p(a) > 1e-3 for a, b in pairwise(rates))


@counts
@given(amounts)
def test_all_rates_agree_with_exact_arithmetic(series):
    exact = sturm.rates(series)
    result = periodic(*series)

    if result.status not in {Status.SINGLE_DATE, Status.NO_SIGN_CHANGE} and apart(exact) and apart(result.roots):
        assert_same(result.roots, exact, within=1e-6 if len(exact) > 1 else 1e-9)


@counts
@given(st.lists(st.tuples(st.integers(0, 9000), amount), min_size=2, max_size=30))
def test_the_witness_finds_no_rate_that_we_do_not(series):
    flows = on(*series)
    result = irr.xirr(flows)
    if result.status in {Status.SINGLE_DATE, Status.NO_SIGN_CHANGE}:
        return
    rate = pyxirr.xirr([at for at, _ in flows], [float(a) for _, a in flows])

    is_root = rate is not None and irr.LOWEST < rate < irr.HIGHEST and abs(_worth(series, rate)) < 1e-12
    assert not is_root or any(abs(root - rate) <= 1e-6 * max(1, abs(rate)) for root in result.roots)


def _worth(series, rate):
    """The value at a rate relative to all that flows, discounted so that nothing overflows."""
    x, last = math.log1p(rate), max(days for days, _ in series)
    terms = [a * math.exp(((last if x < 0 else 0) - days) / 365 * x) for days, a in series]
    return math.fsum(terms) / (sum(map(abs, terms)) or 1)


paid_then_received = st.tuples(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(-(10**9), -1)), min_size=1, max_size=10),
    st.lists(st.tuples(st.integers(1501, 5000), st.integers(1, 10**9)), min_size=1, max_size=10),
).map(lambda both: [*both[0], *both[1]])


@counts
@given(paid_then_received, st.sampled_from([1e-3, 0.37, 100, 1e9]))
def test_doubling_every_flow_leaves_the_rate_alone(series, scale):
    one, other = irr.xirr(on(*series)), irr.xirr(on(*[(t, a * scale) for t, a in series]))

    assert one.status is other.status
    assert_same(one.roots, other.roots, within=1e-12)


@counts
@given(st.lists(st.tuples(st.integers(0, 5000), amount), max_size=12))
def test_reversing_all_signs_leaves_the_answer_alone(series):
    assert irr.xirr(on(*series)) == irr.xirr(on(*[(t, -a) for t, a in series]))


@counts
@given(st.lists(st.tuples(st.integers(0, 5000), amount), max_size=12), st.integers(-9000, 9000), st.randoms())
def test_other_days_and_another_order_leave_the_answer_alone(series, shift, chance):
    moved = [(t + shift, a) for t, a in series]
    chance.shuffle(moved)

    assert irr.xirr(on(*series)) == irr.xirr(on(*moved))


@counts
@given(paid_then_received, st.floats(0.1, 0.9))
def test_splitting_a_flow_within_its_day_leaves_the_rate_alone(series, part):
    days, whole = series[0]
    halves = [(days, whole * part), (days, whole - whole * part), *series[1:]]

    assert_same(irr.xirr(on(*series)).roots, irr.xirr(on(*halves)).roots)


@counts
@given(paid_then_received)
def test_a_rate_makes_the_flows_worth_nothing_and_more_receipts_raise_it(series):
    result = irr.xirr(on(*series))
    more = irr.xirr(on(*series, (3000, 10**6)))

    if result.status is Status.OK and more.status is Status.OK:
        assert abs(_worth(series, result.rate)) < 1e-7
        assert more.rate >= result.rate
