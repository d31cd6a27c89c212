"""Conditions: evidence by the owner, the word of another, a moved day, a waiver with a reason."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.ethics import services
from core.ethics.models import Answer, Condition
from core.ethics.services.conditions import NotAnswered, ReasonMissing
from tests.core.ethics.conftest import TODAY
from tests.factories import people

pytestmark = pytest.mark.django_db


def stands(condition):
    return Condition.objects.get(pk=condition.pk)


def test_the_owner_gives_evidence_and_an_officer_accepts_it(condition, manager, officer):
    services.answer(condition, evidence="Letter of 5 June", by=manager, at=clock.now())
    services.accept(condition, by=officer, at=clock.now())

    row = stands(condition)
    assert (row.state, row.answered_by, row.decided_by) == ("met", manager, officer)


def test_nobody_accepts_evidence_of_her_own(condition, officer, other_officer):
    services.answer(condition, evidence="Letter", by=officer, at=clock.now())

    with pytest.raises(services.OwnEvidence):
        services.accept(condition, by=officer, at=clock.now())
    assert stands(condition).state == "answered"
    services.accept(condition, by=other_officer, at=clock.now())

    assert stands(condition).state == "met"


def test_evidence_that_is_not_enough_goes_back_with_the_reason(condition, manager, officer):
    services.answer(condition, evidence="Letter", by=manager, at=clock.now())

    services.send_back(condition, because="It names nobody", by=officer)

    assert stands(condition).state == "open"
    assert AuditEvent.objects.get(kind="ethics.condition_sent_back").after["because"] == "It names nobody"


def test_a_condition_is_waived_or_moved_with_a_reason_alone(condition, officer):
    with pytest.raises(ReasonMissing):
        services.waive(condition, because=" ", by=officer, at=clock.now())
    with pytest.raises(ReasonMissing):
        services.move(condition, due_on=date(2026, 8, 1), because="", on=TODAY, by=officer)

    row = stands(condition)
    assert (row.state, row.due_on) == ("open", date(2026, 7, 1))


def test_a_condition_is_not_moved_into_the_past(condition, officer):
    with pytest.raises(services.DueInThePast):
        services.move(condition, due_on=date(2026, 5, 31), because="earlier", on=TODAY, by=officer)

    assert stands(condition).due_on == date(2026, 7, 1)


def test_what_has_no_evidence_is_not_accepted(condition, officer):
    with pytest.raises(NotAnswered):
        services.accept(condition, by=officer, at=clock.now())

    assert stands(condition).state == "open"


def test_what_is_decided_stays_decided(condition, officer, manager):
    services.waive(condition, because="The product changed", by=officer, at=clock.now())

    for step in (
        lambda: services.answer(condition, evidence="Letter", by=manager, at=clock.now()),
        lambda: services.move(condition, due_on=date(2026, 9, 1), because="later", on=TODAY, by=officer),
        lambda: services.waive(condition, because="again", by=officer, at=clock.now()),
    ):
        with pytest.raises(services.AlreadyDecided):
            step()

    assert stands(condition).state == "waived"


def test_a_stranger_neither_answers_nor_decides(condition, system):
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_other", system=system)

    for step in (
        lambda: services.answer(condition, evidence="Letter", by=stranger, at=clock.now()),
        lambda: services.waive(condition, because="why not", by=stranger, at=clock.now()),
    ):
        with pytest.raises(NotPermitted):
            step()

    assert stands(condition).state == "open"


@pytest.mark.parametrize(
    ("story", "changes", "constraint"),
    [
        ("answered without evidence", {"state": "answered"}, "condition_answered_with_evidence"),
        ("due before it was set", {"due_on": date(2026, 5, 1)}, "condition_due_not_before_it_was_set"),
    ],
)
def test_the_table_refuses_what_can_never_be_true(condition, story, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Condition.objects.filter(pk=condition.pk).update(**changes)

    assert stands(condition).state == "open"


def test_answers_are_written_once(answered):
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.update(words="changed")

    assert set(Answer.objects.values_list("words", flat=True)) == {"Words."}
