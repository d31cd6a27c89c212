"""The way of a participation: phase 2 decided by two, leaving, alumni; each step written once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accelerator.cohorts import queries, rules, services
from accelerator.cohorts.models import Advancement, Participation, ParticipationStep
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import services as people_services
from tests.factories import cohorts as factory
from tests.factories import people
from tests.factories.cohorts import BEGAN_ON, OFFERED_AT

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def ways(participation):
    return [one.kind for one in queries.steps(participation)]


def test_another_person_decides_for_phase_2(participation, manager, second):
    step = factory.advanced(participation, "250000.00", by=manager, second=second)

    assert (participation.state, step.amount, step.months) == ("phase-2", Decimal("250000.00"), 6)
    assert ways(participation) == ["phase-1", "phase-2"]
    assert AuditEvent.objects.get(kind="participation.advanced").after["amount"] == "250000.00"


def test_nobody_decides_her_own_proposal(participation, manager, system):
    waiting = factory.proposed(participation, by=manager)
    further = people.person(role="programme-manager", system=system)
    administrator = people.person(role="administrator", system=system)
    people_services.state_same_person(further, manager, reason="She told us", by=administrator, at=OFFERED_AT)
    further.refresh_from_db()

    for herself in (manager, further):
        with pytest.raises(rules.OwnProposal):
            services.approve_advancement(waiting, by=herself, on=DECEMBER, at=OFFERED_AT)
        with pytest.raises(rules.OwnProposal):
            services.refuse_advancement(waiting, because="No", by=herself, at=OFFERED_AT)
    waiting.refresh_from_db()
    assert waiting.state == "proposed"
    assert ways(participation) == ["phase-1"]


@pytest.mark.parametrize("amount", ["0", "-1", "300000.01", "1.001", "NaN"])
def test_phase_2_is_funded_within_the_programmes_limit(participation, manager, amount):
    with pytest.raises(services.OverTheLimit):
        factory.proposed(participation, amount, by=manager)
    assert not Advancement.objects.exists()


def test_the_database_holds_the_limit_too(participation, manager):
    given = {"months": 6, "reason": "x", "proposed_by": manager, "proposed_at": OFFERED_AT}
    with pytest.raises(DatabaseError, match="within the programme"), transaction.atomic():
        Advancement.objects.create(participation=participation, amount=Decimal("300000.01"), **given)


def test_one_proposal_waits_at_a_time(participation, manager, second):
    waiting = factory.proposed(participation, by=manager)

    with pytest.raises(services.ProposalWaits):
        factory.proposed(participation, by=second)
    with pytest.raises(services.ProposalWaits):
        services.leave(participation, reason="Sold", by=second, on=DECEMBER, at=OFFERED_AT)
    services.refuse_advancement(waiting, because="Not ripe yet", by=second, at=OFFERED_AT)

    assert factory.proposed(participation, by=second).state == "proposed"
    assert ways(participation) == ["phase-1"]


def test_deciding_again_answers_with_the_same_step(participation, manager, second):
    waiting = factory.proposed(participation, by=manager)

    steps = {services.approve_advancement(waiting, by=second, on=DECEMBER, at=OFFERED_AT) for _ in range(2)}

    assert len(steps) == 1
    assert AuditEvent.objects.filter(kind="participation.advanced").count() == 1


def test_phase_2_comes_once(participation, manager, second):
    factory.advanced(participation, by=manager, second=second)

    with pytest.raises(rules.WrongState):
        factory.proposed(participation, by=manager)


def test_a_start_up_leaves_with_a_reason_and_does_not_come_back(participation, manager, second):
    with pytest.raises(services.ReasonMissing):
        services.leave(participation, reason=" ", by=manager, on=DECEMBER, at=OFFERED_AT)
    services.leave(participation, reason="Sold to another", by=manager, on=DECEMBER, at=OFFERED_AT)

    participation.refresh_from_db()
    assert ways(participation) == ["phase-1", "left"]
    for step in (
        lambda: services.graduate(participation, by=second, on=DECEMBER, at=OFFERED_AT),
        lambda: factory.proposed(participation, by=second),
    ):
        with pytest.raises(rules.WrongState):
            step()


def test_alumni_come_from_either_phase(participation, manager, second):
    factory.advanced(participation, by=manager, second=second)
    services.graduate(participation, by=manager, on=date(2027, 6, 1), at=OFFERED_AT)

    participation.refresh_from_db()
    assert participation.state == "alumni"
    assert ways(participation) == ["phase-1", "phase-2", "alumni"]


def test_no_step_is_dated_before_the_last(participation, manager):
    with pytest.raises(services.BeforeItBegan):
        services.graduate(participation, by=manager, on=BEGAN_ON - timedelta(days=1), at=OFFERED_AT)


def test_people_of_another_programme_take_no_step(participation, owner, reader):
    for one in (owner, reader):
        with pytest.raises(NotPermitted):
            services.leave(participation, reason="x", by=one, on=DECEMBER, at=OFFERED_AT)


def test_steps_are_written_once_and_lead_nowhere_else(participation, manager):
    with pytest.raises(DatabaseError), transaction.atomic():
        ParticipationStep.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Participation.objects.filter(pk=participation.pk).update(state="left")  # without the step that says so
    services.leave(participation, reason="Sold", by=manager, on=factory.BEGAN_ON, at=OFFERED_AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Participation.objects.filter(pk=participation.pk).update(state="phase-1")
