"""The funnel: figures to go by, those that differ, and rates that say no more than they can."""

from decimal import Decimal

import pytest
from django.utils import translation

from accelerator.challenges import queries
from accelerator.dashboards import drawings
from core.errors import NotFound
from core.web.bilingual import Words
from tests.factories import accelerator as factory
from tests.factories import nations


def count(value, *, at_least=False, basis="solid", stage="applications", preferred=True):
    return queries.Count(stage, value, at_least, preferred, basis, "a source", Words(""))


@pytest.mark.parametrize(
    ("story", "part", "whole", "said"),
    [
        ("both are known", count(74), count(2600), "2.8\u00a0%"),
        ("only a lower bound of the whole", count(44), count(1300, at_least=True), "at most 3.4\u00a0%"),
        ("only a lower bound of the part", count(44, at_least=True), count(1300), "at least 3.4\u00a0%"),
    ],
)
def test_a_rate_says_when_it_is_a_bound(story, part, whole, said):
    assert queries.rate(part, whole).said == said


@pytest.mark.parametrize(
    ("story", "part", "whole"),
    [
        ("no part", None, count(10)),
        ("no whole", count(1), None),
        ("of nothing", count(0), count(0)),
        ("two bounds leave nothing to say", count(1, at_least=True), count(10, at_least=True)),
    ],
)
def test_a_rate_that_nobody_can_know_is_none(story, part, whole):
    assert queries.rate(part, whole) is None


def test_a_rate_is_as_doubtful_as_the_more_doubtful_of_its_figures():
    assert queries.rate(count(150), count(3680, basis="weak")).basis == "weak"
    assert queries.rate(count(150, basis="partial"), count(3680)).basis == "partial"


def test_the_figure_to_go_by_stands_before_the_one_that_differs(programme, system):
    factory.figures(
        programme,
        factory.figure("phase-1", 76, is_preferred=False, source="another"),
        factory.figure("phase-1", 74),
        factory.figure("phase-2", 14),
        factory.figure("phase-2", 15, is_preferred=False, source="another"),
        by=system,
    )

    funnel = queries.programme("2026").funnel

    assert (funnel.phase_1.value, [one.value for one in funnel.phase_1.others]) == (74, [76])
    assert (funnel.phase_2.value, [one.value for one in funnel.phase_2.others]) == (14, [15])
    assert funnel.phase_2_rate.share == Decimal(14) / Decimal(74)
    assert (funnel.applications.count, funnel.phase_1_rate) == (None, None)


def test_applications_by_nation_come_largest_first(programme, system):
    for code in ("EE", "FI"):
        nations.ally(code, system=system)
    factory.figures(
        programme,
        factory.figure("applications-of-nation", 43, nation="EE"),
        factory.figure("applications-of-nation", 215, nation="FI"),
        by=system,
    )

    by_nation = queries.programme("2026").funnel.applications_by_nation

    assert [(one.nation.en, one.value) for one in by_nation] == [("Finland", 215), ("Estonia", 43)]


def test_an_unknown_programme_is_not_found(db):
    with pytest.raises(NotFound):
        queries.programme("2099")


@pytest.mark.parametrize("programmes", [1, 3])
def test_all_programmes_take_three_queries(programmes, system, django_assert_num_queries):
    for year in range(programmes):
        programme = factory.programme(str(2026 + year), by=system)
        factory.challenge(programme, f"P{year}", by=system)
        factory.figures(programme, factory.figure("phase-1", 150), by=system)

    with django_assert_num_queries(3):
        found = queries.programmes()

    assert len(found) == programmes


def test_the_finding_is_worded_in_both_languages(programme, system):
    factory.figures(
        programme,
        factory.figure("applications", 1300, is_at_least=True),
        factory.figure("phase-1", 44),
        factory.figure("phase-2", 10),
        by=system,
    )
    funnel = queries.programme("2026").funnel

    assert (
        drawings.funnel_finding(funnel)
        == "At most 3.4\u00a0% of applications reached phase 1, and 22.7\u00a0% of those phase 2"
    )
    with translation.override("fr"):
        assert "3,4\u00a0%" in drawings.funnel_finding(funnel)
