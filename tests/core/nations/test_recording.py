"""Recording Allies and their figures: who may, what is refused, and that a refusal changes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.nations import services
from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from tests.factories import nations, people

JUNE = date(2026, 6, 1)


def recorded():
    """How many rows of everything there are."""
    tables = (Nation, MembershipPeriod, ExpenditureEdition, DefenceExpenditure, Guideline, AuditEvent)
    return [table.objects.count() for table in tables]


def test_an_ally_is_recorded_with_its_audit_row(system):
    nations.ally("EE", system=system)

    kinds = list(AuditEvent.objects.order_by("position").values_list("kind", "subject"))
    assert kinds == [("nation.recorded", "EE"), ("nation.membership_recorded", "EE")]


def test_an_auditor_reads_and_records_nothing(system):
    auditor = people.person(role="auditor", scope_kind="everywhere", system=system)
    before = recorded()

    with pytest.raises(NotPermitted):
        services.record_nation(code="EE", name_en="Estonia", name_fr="Estonie", by=auditor, at=clock.now())

    assert recorded() == before


@pytest.mark.parametrize("code", ["ee", "EST", "E1", "", "ÉE"])
def test_a_nation_needs_a_code_of_two_capitals(system, code):
    with pytest.raises(services.UnfitCode):
        services.record_nation(code=code, name_en="Estonia", name_fr="Estonie", by=system, at=clock.now())


def test_a_nation_is_recorded_once(system):
    nations.ally("EE", system=system)

    with pytest.raises(services.AlreadyRecorded):
        nations.ally("EE", system=system)


@pytest.mark.parametrize(
    ("story", "starts_on", "ends_before"),
    [
        ("the same days", date(2004, 3, 29), None),
        ("a span inside", date(2010, 1, 1), date(2011, 1, 1)),
        ("one that reaches into it", date(2000, 1, 1), date(2004, 3, 30)),
    ],
)
def test_membership_periods_do_not_overlap(system, story, starts_on, ends_before):
    ally = nations.ally("EE", system=system)
    before = recorded()

    with pytest.raises(services.OverlappingMembership):
        services.record_membership(
            ally, starts_on=starts_on, ends_before=ends_before, source="treaty", by=system, at=clock.now()
        )

    assert recorded() == before


def test_a_period_may_begin_on_the_day_on_which_another_ends(system):
    ally = nations.ally("EE", system=system, left=date(2020, 1, 1))

    services.record_membership(
        ally, starts_on=date(2020, 1, 1), ends_before=None, source="treaty", by=system, at=clock.now()
    )

    assert ally.memberships.count() == 2


def test_a_period_ends_after_it_starts(system):
    with pytest.raises(services.EndsBeforeItStarts):
        nations.ally("EE", system=system, joined=date(2020, 1, 1), left=date(2020, 1, 1))


def test_the_table_itself_refuses_overlapping_periods(system):
    ally = nations.ally("EE", system=system)

    with pytest.raises(IntegrityError, match="membership_periods_of_a_nation_do_not_overlap"), transaction.atomic():
        MembershipPeriod.objects.create(nation=ally, starts_on=JUNE, source="treaty")


def test_a_publication_is_one_audit_row_with_its_counts(system):
    nations.ally("EE", system=system)

    nations.edition(
        "2025-05",
        nations.figure("EE", 2023, "2.9"),
        nations.figure("EE", 2024, "3.4"),
        nations.figure("europe-canada", 2024, "2.02"),
        system=system,
    )

    event = AuditEvent.objects.get(kind="expenditure.published")
    assert event.after == {"rows": 3, "nations": 1, "first_year": 2023, "last_year": 2024}


@pytest.mark.parametrize(
    ("story", "bad"),
    [
        ("an unknown nation", nations.figure("XX", 2024, "2.0")),
        ("an unknown aggregate", nations.figure("europe", 2024, "2.0")),
        ("the same figure twice", nations.figure("EE", 2024, "2.0")),
        ("a hundred per cent", nations.figure("EE", 2023, "100")),
        ("less than nothing", nations.figure("EE", 2023, "-1")),
        ("a year before the treaty", nations.figure("EE", 1948, "2.0")),
        ("more decimals than are kept", nations.figure("EE", 2023, "2.0", decimals=9)),
    ],
)
def test_one_bad_figure_refuses_the_whole_publication(system, story, bad):
    nations.ally("EE", system=system)
    edition = nations.edition("2025-05", system=system)
    before = recorded()

    with pytest.raises(services.UnfitFigure):
        services.publish_expenditure(edition, [nations.figure("EE", 2024, "3.4"), bad], by=system, at=clock.now())

    assert recorded() == before


def test_an_edition_does_not_state_a_figure_twice_in_two_publications(system):
    nations.ally("EE", system=system)
    edition = nations.edition("2025-05", nations.figure("EE", 2024, "3.4"), system=system)

    with pytest.raises(services.UnfitFigure):
        services.publish_expenditure(edition, [nations.figure("EE", 2024, "3.4")], by=system, at=clock.now())


def test_a_figure_once_written_is_never_changed(system):
    nations.ally("EE", system=system)
    nations.edition("2025-05", nations.figure("EE", 2024, "3.4"), system=system)

    with pytest.raises(DatabaseError), transaction.atomic():
        DefenceExpenditure.objects.update(share_of_gdp=Decimal("0.05"))
    with pytest.raises(DatabaseError), transaction.atomic():
        DefenceExpenditure.objects.all().delete()


@pytest.mark.parametrize("share", ["0", "1", "-0.02"])
def test_a_guideline_is_a_fraction_of_one(system, share):
    with pytest.raises(services.UnfitShare):
        services.record_guideline(
            code="odd", name_en="Odd", name_fr="Étrange", share_of_gdp=Decimal(share), starts_on=JUNE,
            ends_before=None, due_year=None, source="declaration", by=system, at=clock.now(),
        )  # fmt: skip


def test_a_guideline_is_recorded_once(system):
    nations.two_per_cent(system=system)

    with pytest.raises(services.AlreadyRecorded):
        nations.two_per_cent(system=system)
