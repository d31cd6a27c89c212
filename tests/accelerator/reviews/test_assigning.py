"""Assigning: within limits, the least loaded first, never against a conflict; tried without effect before."""

import pytest
from django.db import IntegrityError, transaction

from accelerator.applications import services as applications
from accelerator.reviews import queries, services
from accelerator.reviews.models import Assignment
from core.errors import NotPermitted
from core.notifications.models import Message, OutboundMail
from core.people import services as people_services
from tests.factories import applications as starts
from tests.factories import people
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


def test_a_reviewer_is_told_without_a_name(application, ann, manager):
    made = factory.assigned(application, ann, by=manager)

    assert queries.visible_to(ann).get() == made
    mail = OutboundMail.objects.get(recipient=ann.email)
    told = mail.subject + mail.body + Message.objects.get(reader=ann).title
    assert "Sensing in the deep" in told
    assert "Deep Ear" not in told
    assert application.public_id not in told


def test_nobody_has_more_than_the_limit(call, application, ann, manager, system):
    factory.planned(call, by=manager, most=1)
    other = factory.to_review(call, "Other Ear", by=manager, system=system)
    factory.assigned(application, ann, by=manager)

    with pytest.raises(services.AtTheLimit, match="1 applications of this call"):
        factory.assigned(other, ann, by=manager)
    assert Assignment.objects.count() == 1


def test_a_role_in_the_start_up_is_a_conflict_for_ever(application, ann, manager, system):
    people_services.grant(
        ann, "startup-member", scope_kind="organisation", scope_ref=application.organisation.public_id,
        starts_on=people.JOINED_ON, by=system, at=CLOSED_AT,
    )  # fmt: skip
    people_services.revoke(ann.grants.get(role="startup-member"), by=system, at=CLOSED_AT)

    with pytest.raises(services.HasAConflict, match="belongs or belonged"):
        factory.assigned(application, ann, by=manager)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(("host", "is_refused"), [("deep-ear.example", True), ("gmail.com", False)])
def test_one_mail_domain_is_a_conflict_unless_everybody_has_it(
    call, plan, programme, manager, system, host, is_refused
):
    of = starts.startup("Deep Ear", by=system)
    made = starts.submitted(call, of, by=starts.owner(of, email=f"owner@{host}", system=system))
    factory.screened(made, by=manager)
    cy = factory.reviewer(programme, email=f"cy@{host}", system=system)

    if is_refused:
        with pytest.raises(services.HasAConflict, match=host):
            factory.assigned(made, cy, by=manager)
    else:
        assert factory.assigned(made, cy, by=manager).reviewer == cy


def test_only_what_passed_its_screening_is_assigned(call, plan, ann, manager, system):
    sent = factory.sent(call, "Other Ear", system=system)

    with pytest.raises(services.NotScreenedYet):
        factory.assigned(sent, ann, by=manager)


def test_only_reviewers_of_the_programme_review(application, ann, manager, reader, system):
    for person in (reader, manager):
        with pytest.raises(services.NotAReviewer):
            factory.assigned(application, person, by=manager)
    with pytest.raises(NotPermitted):
        factory.assigned(application, ann, by=reader)
    factory.assigned(application, ann, by=manager)
    with pytest.raises(services.AlreadyAssigned):
        factory.assigned(application, ann, by=manager)


def test_without_a_plan_nothing_is_assigned(call, ann, manager, system):
    sent = factory.to_review(call, "Deep Ear", by=manager, system=system)

    with pytest.raises(services.NoPlan):
        factory.assigned(sent, ann, by=manager)


def test_in_bulk_a_conflict_is_said_in_its_row(application, ann, bo, call, manager):
    factory.declared(factory.assigned(application, ann, by=manager), "conflict")

    trial = services.preview(call, by=manager, at=CLOSED_AT)

    assert [(one.outcome, one.reviewer, one.lacking) for one in trial.rows] == [
        ("assigned", bo, 0),
        ("lacking", None, 1),
    ]
    assert "stated a conflict or a doubt" in trial.rows[1].rules[0]


def test_a_reviewer_is_replaced(application, ann, bo, manager):
    made = factory.assigned(application, ann, by=manager)
    with pytest.raises(services.BecauseMissing):
        services.end(made, because=" ", by=manager, at=CLOSED_AT)

    services.end(made, because="She is away", by=manager, at=CLOSED_AT)

    assert not queries.visible_to(ann).exists()
    with pytest.raises(services.AlreadyAssigned):
        services.end(made, because="Again", by=manager, at=CLOSED_AT)
    factory.assigned(application, bo, by=manager)


def test_what_is_withdrawn_is_gone_for_its_reviewers(application, ann, manager):
    factory.assigned(application, ann, by=manager)

    applications.withdraw(application, by=application.begun_by, at=CLOSED_AT)

    assert not queries.visible_to(ann).exists()


def test_the_database_takes_no_second_assignment_of_one(application, ann, manager):
    factory.assigned(application, ann, by=manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            application=application, reviewer=ann, due_on=factory.DUE_ON, assigned_by=manager, assigned_at=CLOSED_AT
        )


@pytest.mark.parametrize("given", [{"each": 0}, {"each": 10}, {"most": 0}, {"due_on": CLOSED_AT.date()}])
def test_an_unfit_plan_is_refused(call, manager, given):
    with pytest.raises(services.UnfitPlan):
        factory.planned(call, by=manager, **given)
