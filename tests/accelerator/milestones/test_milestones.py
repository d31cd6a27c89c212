"""Milestones: they add up to the phase; evidence is accepted by two people, or sent back with a reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accelerator.cohorts import services as cohorts
from accelerator.grants import invariants
from accelerator.milestones import queries, rules, services
from accelerator.milestones.models import Evidence, Judgement, Milestone
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import services as people_services
from tests.factories import cohorts as factory
from tests.factories import people
from tests.factories.cohorts import OFFERED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase(participation):
    return queries.get_phase(participation, "phase-1")


@pytest.fixture
def planned(phase, manager):
    first, _second = factory.planned(phase, "40000.00", "60000.00", by=manager)
    return first


def test_a_plan_releases_the_whole_funding(phase, manager):
    made = factory.planned(phase, "33333.33", "33333.33", "33333.34", by=manager)

    assert [one.order for one in made] == [1, 2, 3]
    assert sum(one.amount for one in made) == phase.amount
    assert AuditEvent.objects.get(kind="milestones.planned").after["phase"] == "phase-1"


@pytest.mark.parametrize("amounts", [["99999.99"], ["100000.01"], ["50000.00", "50000.01"]])
def test_a_plan_that_does_not_add_up_is_refused(phase, manager, amounts):
    with pytest.raises(services.DoesNotAddUp):
        factory.planned(phase, *amounts, by=manager)
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        services.Line(date(2026, 9, 1), Decimal(0), "A"),
        services.Line(date(2026, 9, 1), Decimal("1.001"), "A"),
        services.Line(date(2026, 9, 1), Decimal("NaN"), "A"),
        services.Line(date(2026, 9, 1), Decimal("100000.00"), " ", " "),
    ],
)
def test_a_milestone_has_a_title_and_an_amount(phase, manager, line):
    with pytest.raises(services.UnfitPlan):
        services.plan(phase, [line], by=manager, at=OFFERED_AT)


def test_one_title_is_enough(phase, manager):
    made = services.plan(
        phase, [services.Line(date(2026, 9, 1), phase.amount, title_fr="Jalon")], by=manager, at=OFFERED_AT
    )

    assert made[0].title == "Jalon"


def test_the_database_adds_up_too(planned):
    Milestone.objects.create(
        phase=planned.phase,
        order=9,
        title_en="More",
        due_on=planned.due_on,
        amount=1,
        planned_by=planned.planned_by,
        planned_at=OFFERED_AT,
    )

    with pytest.raises(DatabaseError, match="add up to its funding"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_plan_is_made_anew_until_there_is_evidence(phase, planned, manager, owner):
    factory.planned(phase, by=manager)
    (whole,) = Milestone.objects.all()
    factory.shown(whole, by=owner)

    with pytest.raises(rules.WrongState):
        factory.planned(phase, "1.00", "99999.00", by=manager)


def test_two_people_accept(planned, manager, second, owner):
    factory.shown(planned, by=owner)

    factory.judged(planned, manager)
    assert planned.state == "submitted"
    factory.judged(planned, second)

    assert planned.state == "accepted"
    assert {one.by for one in Judgement.objects.all()} == {manager, second}
    assert AuditEvent.objects.filter(kind__in=["milestone.accepted_first", "milestone.accepted"]).count() == 2
    assert invariants.broken() == []


def test_the_same_human_does_not_accept_twice(planned, manager, owner, system):
    further = people.person(role="programme-manager", system=system)
    administrator = people.person(role="administrator", system=system)
    people_services.state_same_person(further, manager, reason="She told us", by=administrator, at=OFFERED_AT)
    further.refresh_from_db()
    factory.shown(planned, by=owner)
    factory.judged(planned, manager)

    with pytest.raises(rules.AlreadyJudged):
        factory.judged(planned, further)

    assert factory.judged(planned, manager).state == "submitted"
    assert Judgement.objects.count() == 1


def test_the_database_asks_for_two_accounts(planned, manager, owner):
    factory.shown(planned, by=owner)
    factory.judged(planned, manager)

    with pytest.raises(DatabaseError, match="two people accept"), transaction.atomic():
        Milestone.objects.filter(pk=planned.pk).update(state="accepted")


def test_evidence_that_is_sent_back_begins_anew(planned, manager, second, owner):
    factory.shown(planned, "A first try", by=owner)
    factory.judged(planned, manager)

    with pytest.raises(services.ReasonMissing):
        services.send_back(planned, read=factory.evidence_of(planned), because=" ", by=second, at=OFFERED_AT)
    services.send_back(
        planned, read=factory.evidence_of(planned), because="Where is the report?", by=second, at=OFFERED_AT
    )
    planned.refresh_from_db()
    assert planned.state == "planned"

    factory.shown(planned, "With the report", by=owner)
    factory.judged(planned, second)
    assert planned.state == "submitted"
    assert factory.judged(planned, manager).state == "accepted"
    assert [one.text for one in queries.evidence(planned)] == ["With the report", "A first try"]


def test_only_the_evidence_that_was_read_is_accepted(planned, manager, second, owner):
    first = factory.shown(planned, by=owner)
    services.send_back(planned, read=first.public_id, because="More", by=second, at=OFFERED_AT)
    factory.shown(planned, "More", by=owner)

    for read in (first.public_id, ""):
        with pytest.raises(services.OtherEvidence):
            services.accept(planned, read=read, by=manager, at=OFFERED_AT)
    assert not Judgement.objects.filter(verdict="accepted").exists()


def test_nobody_judges_her_own_evidence(planned, startup, manager, system):
    people_services.grant(
        manager,
        "startup-owner",
        scope_kind="organisation",
        scope_ref=startup.public_id,
        starts_on=people.JOINED_ON,
        by=system,
        at=OFFERED_AT,
    )
    manager.forget_grants()
    factory.shown(planned, by=manager)

    with pytest.raises(rules.OwnEvidence):
        factory.judged(planned, manager)


def test_others_neither_show_nor_judge(planned, stranger, owner, reader):
    with pytest.raises(NotPermitted):
        factory.shown(planned, by=stranger)
    factory.shown(planned, by=owner)
    for one in (owner, stranger, reader):
        with pytest.raises(NotPermitted):
            factory.judged(planned, one)
    assert (Evidence.objects.count(), Judgement.objects.count()) == (1, 0)


def test_whoever_left_shows_and_plans_nothing_more(planned, phase, participation, manager, owner):
    cohorts.leave(participation, reason="Sold", by=manager, on=date(2026, 7, 1), at=OFFERED_AT)

    with pytest.raises(rules.PhasesOver):
        factory.shown(planned, by=owner)
    with pytest.raises(rules.PhasesOver):
        factory.planned(phase, by=manager)


def test_evidence_and_judgements_are_written_once(planned, manager, owner):
    factory.shown(planned, by=owner)
    factory.judged(planned, manager)

    for rows in (Evidence.objects, Judgement.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(public_id="x")
