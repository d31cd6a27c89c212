"""Ranks, and between which ranks each may lie."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from accelerator.scoring import ranks

D = Decimal
several = st.dictionaries(
    st.integers(0, 20), st.lists(st.integers(0, 5).map(D), min_size=1, max_size=4), min_size=1, max_size=8
)


def test_the_variance_of_all_says_who_is_tied():
    """s2 = (0.5 + 0.5 + 0.5) / 3 = 0.5, so every mean of two has a standard error of 0.5."""
    found = ranks.ranked({"a": [D(4), D(5)], "b": [D("3.5"), D("4.5")], "c": [D(1), D(2)]})

    assert [(one.key, one.mean, one.rank, one.best, one.worst) for one in found] == [
        ("a", D("4.5"), 1, 1, 2),
        ("b", D(4), 2, 1, 2),
        ("c", D("1.5"), 3, 3, 3),
    ]
    assert [one.error for one in found] == [D("0.5")] * 3
    assert [one.is_tied for one in found] == [True, True, False]


def test_equal_means_share_the_better_rank():
    found = ranks.ranked({"a": [D(4)], "b": [D(5)], "c": [D(4)], "d": [D(1)], "none": []})

    assert [(one.key, one.rank, one.best, one.worst) for one in found] == [
        ("b", 1, 1, 1),
        ("a", 2, 2, 3),
        ("c", 2, 2, 3),
        ("d", 4, 4, 4),
    ]
    assert found[0].error is None


@given(several)
def test_a_rank_lies_between_its_best_and_its_worst(scored):
    for one in ranks.ranked(scored):
        assert 1 <= one.best <= one.rank <= one.worst <= len(scored)


@given(several)
def test_the_order_given_changes_no_rank(scored):
    backwards = dict(reversed(scored.items()))

    assert {one.key: one for one in ranks.ranked(scored)} == {one.key: one for one in ranks.ranked(backwards)}


@given(several, st.integers(0, 5))
def test_a_better_review_never_lowers_a_rank_by_the_mean(scored, extra):
    key = next(iter(scored))
    before = {one.key: one.rank for one in ranks.ranked(scored)}[key]
    better = scored | {key: [max(D(extra), one) for one in scored[key]]}

    assert {one.key: one.rank for one in ranks.ranked(better)}[key] <= before


@given(several)
def test_every_other_is_counted(scored):
    """Best and worst are what comparing each interval with every other gives."""
    found = ranks.ranked(scored)
    variance = ranks.pooled_variance(list(scored.values()))
    half = {key: (variance / len(each)).sqrt() if variance is not None else D(0) for key, each in scored.items()}

    for one in found:
        above = sum(other.mean - half[other.key] > one.mean + half[one.key] for other in found)
        below = sum(other.mean + half[other.key] < one.mean - half[one.key] for other in found)
        higher = sum(other.mean > one.mean for other in found)
        assert (one.rank, one.best, one.worst) == (1 + higher, 1 + above, len(found) - below)
