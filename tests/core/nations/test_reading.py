"""Who is an Ally on a day, and what each edition says: figures of two editions are never mixed."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.utils import translation

from core import clock
from core.nations import queries, services
from tests.factories import nations

JUNE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("day", "is_ally"),
    [(date(2024, 3, 6), False), (date(2024, 3, 7), True), (JUNE, True)],
)
def test_sweden_is_an_ally_from_the_day_of_its_accession(system, day, is_ally):
    sweden = nations.ally("SE", system=system)

    assert queries.is_ally(sweden, day) is is_ally


def test_an_ally_that_left_is_none_from_the_day_on_which_it_ends(system):
    former = nations.ally("EE", system=system, left=date(2020, 1, 1))

    assert [queries.is_ally(former, day) for day in (date(2019, 12, 31), date(2020, 1, 1))] == [True, False]


def test_allies_of_a_day_stand_in_the_order_of_their_names(system):
    for code in ("SE", "FR", "EE"):
        nations.ally(code, system=system)
    nations.nation("US", system=system)

    assert [ally.code for ally in queries.allies(date(2024, 3, 6))] == ["EE", "FR"]
    assert [ally.code for ally in queries.allies(JUNE)] == ["EE", "FR", "SE"]


def test_a_nation_names_itself_in_the_readers_language(system):
    sweden = nations.ally("SE", system=system)

    with translation.override("fr"):
        assert sweden.name == "Suède"
    with translation.override("en"):
        assert sweden.name == "Sweden"


@pytest.fixture
def editions(system):
    """One year told twice: 2024 as first estimated and as restated."""
    for code in ("EE", "FI", "IS"):
        nations.ally(code, system=system)
    nations.edition(
        "2024-06",
        nations.figure("EE", 2024, "3.43", estimate=True),
        nations.figure("europe-canada", 2014, "1.43"),
        nations.figure("europe-canada", 2024, "2.02", estimate=True),
        system=system,
        published_on=date(2024, 6, 17),
    )
    nations.edition(
        "2025-08",
        nations.figure("EE", 2023, "3.02"),
        nations.figure("EE", 2024, "3.38"),
        nations.figure("FI", 2024, "2.3", decimals=1),
        nations.figure("europe-canada", 2014, "1.40"),
        nations.figure("europe-canada", 2024, "1.99"),
        nations.figure("nato", 2024, "2.61"),
        system=system,
        published_on=date(2025, 8, 28),
    )


def found(as_of=JUNE, known_at=None, nation=None):
    return queries.figures_by_edition(as_of=as_of, known_at=known_at or clock.now(), nation=nation)


def test_each_edition_keeps_its_own_history(editions):
    later, earlier = found()

    assert (later.code, later.of("EE", 2024).share_of_gdp) == ("2025-08", Decimal("0.0338"))
    assert (earlier.code, earlier.of("EE", 2024).share_of_gdp) == ("2024-06", Decimal("0.0343"))
    assert earlier.of("EE", 2024).is_estimate
    assert earlier.of("EE", 2023) is None


def test_an_ally_without_a_figure_has_none(editions):
    assert found()[0].of("IS", 2024) is None


def test_the_aggregate_is_told_by_edition(editions):
    series = {edition.code: [(s.year, s.share_of_gdp) for s in edition.europe_and_canada] for edition in found()}

    assert series == {
        "2025-08": [(2014, Decimal("0.0140")), (2024, Decimal("0.0199"))],
        "2024-06": [(2014, Decimal("0.0143")), (2024, Decimal("0.0202"))],
    }


@pytest.mark.parametrize(
    ("day", "codes"),
    [(date(2024, 6, 16), []), (date(2024, 6, 17), ["2024-06"]), (date(2025, 8, 28), ["2025-08", "2024-06"])],
)
def test_an_edition_counts_from_the_day_of_its_publication(editions, day, codes):
    assert [edition.code for edition in found(as_of=day)] == codes
    assert [edition.code for edition in queries.editions(as_of=day)] == codes


def test_a_figure_counts_from_the_moment_of_its_recording(editions):
    assert found(known_at=datetime(2023, 1, 1, tzinfo=timezone.utc)) == []


def test_years_count_the_allies_that_the_edition_gives(editions):
    assert found()[0].years == {2024: 2, 2023: 1}
    assert found()[0].latest_year == 2024


def test_the_series_of_one_ally_leaves_the_others_out(editions):
    later = found(nation="EE")[0]

    assert [(s.year, s.share_of_gdp) for s in later.series("EE")] == [
        (2023, Decimal("0.0302")),
        (2024, Decimal("0.0338")),
    ]
    assert later.of("FI", 2024) is None
    assert len(later.europe_and_canada) == 2


def test_the_most_complete_edition_gives_most_allies(editions):
    assert queries.most_complete(found()).code == "2025-08"
    assert queries.most_complete(found(as_of=date(2025, 1, 1))).code == "2024-06"
    assert queries.most_complete([]) is None


def test_the_first_edition_with_the_aggregate_tells_history_as_first_told(editions):
    assert queries.first_with_aggregate(found()).code == "2024-06"
    assert queries.first_with_aggregate([]) is None


def test_one_edition_is_read_for_one_year(editions):
    edition = queries.editions(as_of=JUNE)[0]

    shares = queries.expenditure(edition, 2024, known_at=clock.now())

    assert {code: share.decimals for code, share in shares.items()} == {"EE": 2, "FI": 1}
    assert queries.latest_year(edition) == 2024


def test_figures_take_one_query(editions, django_assert_num_queries):
    with django_assert_num_queries(1):
        found()


@pytest.fixture
def two_rules(system):
    nations.two_per_cent(system=system)
    services.record_guideline(
        code="core", name_en="3.5 %", name_fr="3,5 %", share_of_gdp=Decimal("0.035"), starts_on=date(2025, 6, 25),
        ends_before=None, due_year=2035, source="declaration", by=system, at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2014, 9, 4), None),
        (date(2014, 9, 5), "two-percent"),
        (JUNE, "two-percent"),
        (date(2035, 1, 1), "core"),
    ],
)
def test_the_guideline_to_measure_against_is_the_last_one_due(two_rules, day, code):
    rule = queries.guideline(day)

    assert (rule and rule.code) == code


def test_a_later_aim_is_in_force_before_it_is_due(two_rules):
    assert [rule.code for rule in queries.guidelines(JUNE)] == ["two-percent", "core"]
