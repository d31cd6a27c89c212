"""A review: of exactly what was sent, saved as it grows, submitted once; others' scores after one's own."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accelerator.applications import queries as applications
from accelerator.challenges import queries as challenges
from accelerator.reviews import queries, services
from accelerator.reviews.models import Review, Score
from core.errors import NotFound
from core.people import services as people_services
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(application, ann, manager):
    made = factory.assigned(application, ann, by=manager)
    factory.declared(made)
    return made


def submit(assignment):
    return services.submit_review(assignment, by=assignment.reviewer, at=CLOSED_AT)


def test_a_review_remembers_what_it_read(assignment, application):
    factory.saved(assignment, 4, 3)

    review = submit(assignment)

    sent = applications.last_submission(application)
    assert (review.submission, review.submission_digest) == (sent, sent.digest)
    (verdict,) = queries.verdicts(application)
    assert verdict.total == Decimal("3.6")


def test_a_draft_may_have_gaps_and_is_not_submitted_with_them(assignment):
    factory.saved(assignment, 4, None)

    with pytest.raises(services.NotWhole):
        submit(assignment)
    factory.saved(assignment, 4, 0, edition=1)
    assert submit(assignment).state == "submitted"


def test_a_score_without_a_word_is_not_enough(assignment, application):
    given = {one.pk: services.Given(3) for one in challenges.criteria(application.call)}
    services.save_review(assignment, given, by=assignment.reviewer, at=CLOSED_AT)

    with pytest.raises(services.NotWhole):
        submit(assignment)


def test_another_tabs_text_is_not_overwritten_unseen(assignment):
    factory.saved(assignment, 4, 3)

    with pytest.raises(services.ChangedSince):
        factory.saved(assignment, 1, 1)
    assert [one.value for one in Score.objects.order_by("criterion__order")] == [4, 3]


@pytest.mark.parametrize("value", [-1, 6])
def test_a_score_lies_from_0_to_5(assignment, value):
    with pytest.raises(services.UnfitScore):
        factory.saved(assignment, value, 3)
    assert not Score.objects.exists()


def test_a_submitted_review_stays(assignment):
    factory.saved(assignment, 4, 3)
    review = submit(assignment)

    with pytest.raises(services.AlreadySubmitted):
        factory.saved(assignment, 1, 1, edition=1)
    with pytest.raises(services.AlreadySubmitted):
        submit(assignment)
    changes = (
        lambda: Score.objects.update(value=1),
        Score.objects.all().delete,
        lambda: Review.objects.update(comment="Other"),
        review.delete,
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_others_scores_are_seen_after_ones_own(assignment, application, bo, manager):
    factory.reviewed(application, bo, 2, 2, by=manager)
    assert queries.verdicts_for(queries.get_assignment(assignment.reviewer, assignment.public_id)) == []

    factory.saved(assignment, 4, 3)
    submit(assignment)

    own = queries.get_assignment(assignment.reviewer, assignment.public_id)
    assert [one.total for one in queries.verdicts_for(own)] == [Decimal(2)]


def test_another_reviewer_neither_reads_nor_writes_it(assignment, bo):
    with pytest.raises(NotFound):
        queries.get_assignment(bo, assignment.public_id)
    with pytest.raises(NotFound):
        services.submit_review(assignment, by=bo, at=CLOSED_AT)


def test_a_role_that_was_revoked_is_gone_at_the_next_request(assignment, ann, system):
    people_services.revoke(ann.grants.get(), by=system, at=CLOSED_AT)
    ann.forget_grants()

    assert not queries.visible_to(ann).exists()
    with pytest.raises(NotFound):
        factory.saved(assignment, 3, 3)
