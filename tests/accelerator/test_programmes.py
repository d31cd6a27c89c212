"""Publishing programmes: who may, what is refused, and what stands in the audit trail afterwards."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from accelerator.challenges import services
from accelerator.challenges.models import Challenge, Programme, ProgrammeFigure
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from tests.factories import accelerator as factory
from tests.factories import nations


def test_a_published_programme_keeps_the_year_of_its_call_and_of_its_cohort_apart(manager):
    programme = factory.programme(by=manager)

    assert (programme.call_opens_on.year, programme.cohort_year) == (2025, 2026)
    event = AuditEvent.objects.get(kind="programme.published")
    assert (event.chain, event.subject, event.actor) == (programme.public_id, programme.public_id, manager.public_id)
    assert event.after["name_en"] == "2026 programme"


def test_whoever_only_reads_publishes_nothing(reader, programme):
    before = AuditEvent.objects.count()

    for refused in (
        lambda: factory.programme("2027", by=reader),
        lambda: factory.challenge(programme, by=reader),
        lambda: factory.figures(programme, factory.figure("phase-1", 150), by=reader),
        lambda: services.announce_selection(
            programme, phase=1, on=date(2025, 12, 10), precision="day", by=reader, at=factory.PUBLISHED_AT
        ),
    ):
        with pytest.raises(NotPermitted):
            refused()

    assert Programme.objects.count() == 1
    assert not Challenge.objects.exists()
    assert not ProgrammeFigure.objects.exists()
    assert AuditEvent.objects.count() == before


def test_the_manager_of_one_programme_publishes_for_it_and_no_other(manager_of_one, programme, system):
    other = factory.programme("2025", by=system)

    assert factory.challenge(programme, by=manager_of_one).programme == programme
    with pytest.raises(NotPermitted):
        factory.challenge(other, "P25-SPACE", by=manager_of_one)
    with pytest.raises(NotPermitted):
        factory.programme("2027", by=manager_of_one)

    assert Challenge.objects.count() == 1
    assert Programme.objects.count() == 2


@pytest.mark.parametrize(
    ("story", "given", "error"),
    [
        ("nobody can look it up", {"source": "  "}, services.NoSource),
        ("no source confirms it", {"basis": "unconfirmed"}, services.NotConfirmed),
        ("the address is another page's", {"slug": "network"}, services.UnfitAddress),
        ("it closes first", {"call": services.Call(date(2025, 7, 11), date(2025, 6, 2))}, services.UnfitCall),
        ("no funding", {"funding": services.Funding(Decimal(0), 6, Decimal(1), 6)}, services.UnfitFunding),
        ("half a cent", {"funding": services.Funding(Decimal("0.005"), 6, Decimal(1), 6)}, services.UnfitFunding),
        ("no time", {"funding": services.Funding(Decimal(1), 0, Decimal(1), 6)}, services.UnfitFunding),
    ],
)
def test_an_unfit_programme_is_refused_whole(story, given, error, system):
    with pytest.raises(error):
        factory.programme(by=system, **given)

    assert not Programme.objects.exists()
    assert not AuditEvent.objects.filter(kind="programme.published").exists()


def test_an_address_is_given_once(programme, system):
    with pytest.raises(services.AlreadyPublished):
        factory.programme("2026", by=system, name_en="Another")

    assert Programme.objects.get().name_en == "2026 programme"


def test_a_challenge_has_a_code_of_its_own_among_all_programmes(programme, space, system):
    other = factory.programme("2025", by=system)

    with pytest.raises(services.ChallengeAlreadyPublished):
        factory.challenge(other, space.code, by=system)
    with pytest.raises(services.ChallengeAlreadyPublished):
        factory.challenge(programme, "P26-SEA", order=space.order, by=system)

    assert Challenge.objects.get() == space


def test_sources_that_disagree_stand_side_by_side_and_one_is_gone_by(programme, manager):
    factory.figures(
        programme,
        factory.figure("phase-2", 14),
        factory.figure("phase-2", 15, is_preferred=False, source="another"),
        by=manager,
    )

    with pytest.raises(services.AlreadyStated):
        factory.figures(programme, factory.figure("phase-1", 74), factory.figure("phase-2", 16), by=manager)

    rows = ProgrammeFigure.objects.order_by("pk").values_list("stage", "value", "is_preferred")
    assert list(rows) == [("phase-2", 14, True), ("phase-2", 15, False)]
    event = AuditEvent.objects.get(kind="programme.figures_published")
    assert (event.chain, event.after["count"]) == (programme.public_id, 2)


@pytest.mark.parametrize(
    ("story", "given", "error"),
    [
        ("a stage has no nation", {"stage": "phase-1", "nation": "EE"}, services.UnfitFigure),
        ("a nation's count names none", {"stage": "applications-of-nation"}, services.UnfitFigure),
        ("no such stage", {"stage": "phase-9"}, services.UnfitFigure),
        ("less than nothing", {"stage": "phase-1", "value": -1}, services.UnfitFigure),
        ("from memory", {"stage": "phase-1", "basis": "unconfirmed"}, services.NotConfirmed),
    ],
)
def test_an_unfit_figure_takes_the_others_with_it(story, given, error, programme, system):
    nations.ally("EE", system=system)
    unfit = factory.figure(**{"value": 1} | given)

    with pytest.raises(error):
        factory.figures(programme, factory.figure("applications", 3680), unfit, by=system)

    assert not ProgrammeFigure.objects.exists()


def test_nothing_is_no_publication(programme, system):
    with pytest.raises(services.NothingToPublish):
        factory.figures(programme, by=system)


def test_a_selection_is_announced_once(programme, manager):
    at = datetime(2025, 12, 31, tzinfo=timezone.utc)

    announced = services.announce_selection(
        programme, phase=1, on=date(2025, 12, 1), precision="month", by=manager, at=at
    )
    with pytest.raises(services.AlreadyAnnounced):
        services.announce_selection(programme, phase=1, on=date(2025, 12, 10), precision="day", by=manager, at=at)

    assert (announced.phase_1_announced_on, announced.phase_1_announced_precision) == (date(2025, 12, 1), "month")
    assert announced.phase_2_announced_on is None
    assert AuditEvent.objects.get(kind="programme.selection_announced").after["phase"] == 1


@pytest.mark.parametrize(
    ("story", "changes"),
    [
        ("a second figure to go by", {}),
        ("a stage with a nation", {"is_preferred": False, "nation_id": "EE"}),
        ("a nation's count without one", {"stage": "applications-of-nation"}),
        ("no source", {"is_preferred": False, "source": ""}),
        ("less than nothing", {"is_preferred": False, "value": -1}),
    ],
)
def test_the_table_itself_refuses_an_unfit_figure(story, changes, programme, system):
    nations.ally("EE", system=system)
    factory.figures(programme, factory.figure("phase-1", 150), by=system)
    row = {
        "programme": programme,
        "stage": "phase-1",
        "value": 1,
        "basis": "solid",
        "source": "x",
        "recorded_at": factory.PUBLISHED_AT,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeFigure.objects.create(**row | changes)


def test_a_published_figure_is_never_changed_or_removed(programme, system):
    factory.figures(programme, factory.figure("phase-1", 150), by=system)

    with pytest.raises(DatabaseError), transaction.atomic():
        ProgrammeFigure.objects.update(value=151)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgrammeFigure.objects.all().delete()

    assert ProgrammeFigure.objects.get().value == 150


@pytest.mark.parametrize("changes", [{"call_closes_on": date(2025, 6, 1)}, {"phase_1_amount": 0}])
def test_the_table_itself_refuses_an_unfit_programme(changes, programme):
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**changes)
