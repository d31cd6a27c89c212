"""Many series at once have the rates that each has alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from portfolio.finance import irr, irr_rows
from portfolio.finance.cashflows import Flow
from portfolio.finance.irr import Status
from tests.portfolio.finance import counts

rows = st.tuples(st.integers(1, 12), st.integers(1, 9)).flatmap(
    lambda shape: st.tuples(
        arrays.arrays(float, shape, elements=st.integers(0, 4000).map(lambda days: days / 365)).map(
            lambda t: np.sort(t, axis=1)
        ),
        arrays.arrays(float, shape, elements=st.integers(-500, 500).map(float)),
    )
)


def assert_as_alone(times, amounts):
    batch = irr_rows.solve_rows(times, amounts)
    for row, (years, flows) in enumerate(zip(times, amounts, strict=True)):
        alone = irr.irr(map(Flow, (years - years[0]).tolist(), flows.tolist()))
        assert batch.status(row) is alone.status
        assert batch.rates[row] == pytest.approx(
            np.nan if alone.rate is None else alone.rate, rel=1e-9, abs=1e-11, nan_ok=True
        )


@counts
@given(rows)
def test_every_row_is_answered_as_it_is_alone(series):
    assert_as_alone(*series)


def test_funds_of_several_blocks_are_answered_as_they_are_alone():
    chance = np.random.default_rng(7)
    times = np.sort(chance.integers(0, 5000, (3000, 20)), axis=1) / 365
    amounts = chance.random((3000, 20)) * np.where(np.arange(20) < 8, -1, 1)
    amounts[::3, 15:] = 0

    assert_as_alone(times, amounts)


def test_no_rows_and_no_columns_are_no_obstacle():
    assert irr_rows.solve_rows(np.zeros((0, 3)), np.zeros((0, 3))).rates.tolist() == []
    assert irr_rows.solve_rows(np.zeros((2, 0)), np.zeros((2, 0))).status(1) is Status.NO_SIGN_CHANGE


@pytest.mark.parametrize(
    ("times", "amounts"),
    [([[0.0, 1.0]], [[1.0]]), ([[1.0, 0.0]], [[-1.0, 1.0]]), ([[0.0, 1.0]], [[-1.0, np.nan]]), ([0.0], [1.0])],
    ids=["shapes differ", "times descend", "not a number", "no rows"],
)
def test_what_is_no_table_of_flows_is_refused(times, amounts):
    with pytest.raises(ValueError, match=r"rows and columns|finite"):
        irr_rows.solve_rows(np.array(times), np.array(amounts))
