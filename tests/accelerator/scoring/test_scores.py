"""Scores: weighted, averaged, how far they lie apart, and what a harsh reviewer does to a mean."""

from decimal import Decimal
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelerator.scoring import calibration, scores

D = Decimal
WEIGHTS = {1: 60, 2: 40}
reviews = st.lists(st.integers(0, 500).map(lambda hundredths: D(hundredths) / 100), min_size=1, max_size=6)


def test_each_criterion_counts_by_its_weight():
    assert scores.weighted({1: 4, 2: 3}, WEIGHTS) == D("3.6")


@pytest.mark.parametrize(
    ("story", "given_scores", "weights"),
    [
        ("a criterion lacks", {1: 4}, WEIGHTS),
        ("one too many", {1: 4, 2: 3, 3: 5}, WEIGHTS),
        ("above the highest", {1: 6, 2: 3}, WEIGHTS),
        ("below the lowest", {1: -1, 2: 3}, WEIGHTS),
        ("the weights do not add up", {1: 4, 2: 3}, {1: 60, 2: 30}),
        ("nothing at all", {}, {}),
    ],
)
def test_what_cannot_be_weighted_is_refused(story, given_scores, weights):
    with pytest.raises(ValueError, match=r".+"):
        scores.weighted(given_scores, weights)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=2))
def test_a_weighted_score_lies_between_its_scores(values):
    found = scores.weighted(dict(zip(WEIGHTS, values, strict=True)), WEIGHTS)

    assert min(values) <= found <= max(values)


@given(reviews)
def test_a_mean_lies_between_the_reviews(values):
    assert min(values) <= scores.mean(values) <= max(values)


@given(reviews)
def test_the_spread_is_the_range_and_the_sample_deviation(values):
    found = scores.spread(values)

    if len(values) < 2:
        assert found is None
    else:
        assert found.range == max(values) - min(values)
        assert abs(found.deviation - D(stdev(map(float, values)))) < D("0.001")


def test_a_harsh_reviewer_is_seen_and_taken_off():
    given_scores = {key: {"mild": D(4), "harsh": D(2)} for key in "abc"} | {"d": {"harsh": D(3)}}

    assert calibration.severities(given_scores) == {"mild": D(1), "harsh": D("-0.75")}
    assert calibration.corrected_means(given_scores)["d"] == D("3.75")


def test_little_is_said_of_who_reviewed_little():
    given_scores = {"a": {"one": D(4), "other": D(2)}}

    assert calibration.severities(given_scores) == {}
    assert calibration.corrected_means(given_scores) == {"a": D(3)}


@given(st.dictionaries(st.integers(0, 5), reviews.map(lambda values: dict(enumerate(values))), max_size=6))
def test_reviewers_who_agree_change_nothing(given_scores):
    same = {key: dict.fromkeys(values, D(3)) for key, values in given_scores.items()}

    assert calibration.corrected_means(same) == dict.fromkeys(same, D(3))
