"""Conflicts: stated by a reviewer, hiding at once; a doubt is cleared by another, a conflict never."""

import pytest
from django.db import IntegrityError, transaction

from accelerator.reviews import queries, rules, services
from accelerator.reviews.models import Declaration
from core.audit.models import AuditEvent
from core.errors import NotFound
from core.people import services as people_services
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(application, ann, manager):
    return factory.assigned(application, ann, by=manager)


def test_three_lines_first_then_all_of_it(assignment, ann):
    (first,) = queries.to_review(list(queries.visible_to(ann)))
    assert (first.abstract, first.is_open) == ("It hears what others do not.", False)
    with pytest.raises(rules.NotDeclared):
        factory.saved(assignment, 3, 3)

    factory.declared(assignment)

    assert queries.to_review(list(queries.visible_to(ann)))[0].is_open


@pytest.mark.parametrize("says", ["conflict", "unsure"])
def test_a_conflict_or_a_doubt_hides_it_at_once(assignment, ann, says):
    factory.declared(assignment, says, "My cousin works there")

    assert list(queries.visible_to(ann)) == []
    assert queries.waiting(ann) == 0
    with pytest.raises(NotFound):
        queries.get_assignment(ann, assignment.public_id)
    with pytest.raises(NotFound):
        factory.declared(assignment, "none")
    with pytest.raises(NotFound):
        factory.saved(assignment, 3, 3)
    assert "cousin" not in str(AuditEvent.objects.get(kind="application.conflict_declared").after)


def test_a_doubt_is_cleared_by_another_and_the_reviewer_reads_on(assignment, application, ann, manager):
    factory.declared(assignment, "unsure")
    with pytest.raises(services.Unsaid):
        services.clear(application, ann, because="", by=manager, at=CLOSED_AT)

    services.clear(application, ann, because="They met once", by=manager, at=CLOSED_AT)

    assert queries.is_open(queries.get_assignment(ann, assignment.public_id))
    with pytest.raises(services.NotToClear):
        services.clear(application, ann, because="Again", by=manager, at=CLOSED_AT)


def test_a_conflict_is_never_cleared(assignment, application, ann, manager):
    factory.declared(assignment, "conflict")

    with pytest.raises(services.NotToClear):
        services.clear(application, ann, because="No matter", by=manager, at=CLOSED_AT)
    assert not queries.visible_to(ann).exists()


def test_a_later_conflict_takes_a_submitted_review_out(assignment, application, call, ann):
    factory.declared(assignment)
    factory.saved(assignment, 4, 3)
    services.submit_review(assignment, by=ann, at=CLOSED_AT)
    keys = [application.pk]
    assert len(queries.scores_of(call, keys)[application.pk]) == 1

    factory.declared(assignment, "conflict")

    assert queries.scores_of(call, keys) == {application.pk: {}}
    assert queries.verdicts(application) == []
    assert queries.lines([application])[0].reviewed == 0


def test_a_manager_with_a_conflict_has_it_at_no_desk(application, manager, second):
    services.declare(application, says="conflict", by=manager, at=CLOSED_AT)

    assert list(queries.at_desk(manager, at=CLOSED_AT)) == []
    assert list(queries.at_desk(second, at=CLOSED_AT)) == [application]
    with pytest.raises(NotFound):
        services.reopen_screening(application, because="Mine", by=manager, at=CLOSED_AT)


def test_a_conflict_follows_a_human_to_her_other_account(application, assignment, ann, programme, system, manager):
    again = factory.reviewer(programme, system=system)
    factory.declared(assignment, "conflict")
    people_services.state_same_person(again, ann, reason="One person", by=system, at=CLOSED_AT)

    again.refresh_from_db()
    assert rules.is_hidden(application, again)


def test_a_stranger_declares_nothing(application, bo, reader):
    for person in (bo, reader):
        with pytest.raises(services.NotYours):
            services.declare(application, says="none", by=person, at=CLOSED_AT)
    assert not Declaration.objects.exists()


def test_nobody_clears_herself_in_the_database_either(application, ann):
    given = {"application": application, "person": ann, "reason": "Fine", "declared_at": CLOSED_AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.create(**given, says="cleared", declared_by=ann)
