"""Writing a review of exactly what was sent, and submitting it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications import queries as applications
from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.challenges import queries as challenges
from accelerator.reviews.lifecycle import State
from accelerator.reviews.models import Assignment, Review, Score
from accelerator.reviews.rules import Withdrawn, refusal_to_review
from accelerator.scoring.scores import HIGHEST, LOWEST
from core import locks
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.people.models import User

SUBMITTED = declare("application.reviewed", _("{actor} submitted a review of the application {subject}."))
LONGEST, LONGEST_COMMENT = 3_000, 5_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a reviewer says of one criterion; ``value`` is None where she has not scored it yet."""

    value: int | None
    comment: str = ""


class UnfitScore(Invalid):
    code = "unfit_score"
    sentence = _("Score every criterion from 0 to 5, and keep comments within 3,000 characters.")


class NotWhole(Conflict):
    code = "review_not_whole"
    sentence = _("Score every criterion and say why in a few words, then submit.")


class AlreadySubmitted(Conflict):
    code = "review_submitted"
    sentence = _("Your review is submitted and stays as it is.")


class ChangedSince(Conflict):
    code = "review_changed_since"
    sentence = _(
        "The review was saved elsewhere in the meantime. What you typed is still here; reload to see the other text."
    )


@transaction.atomic
def save_review(
    assignment: Assignment, given: Mapping[int, Given], *, comment: str = "", edition: int = 0, by: User, at: datetime
) -> Review:
    """
    Keep a draft, whatever is still missing in it. ``given`` is by the key of the criterion.

    ``edition`` is the one that the page showed, so that another tab's text is not overwritten unseen; 0 for a first draft. Raises
    NotFound, NotDeclared, Withdrawn, AlreadySubmitted, ChangedSince, UnfitScore.
    """
    row = rows.locked(assignment.application)
    kept = _open(assignment, row, by=by, at=at)
    if edition != (kept.edition if kept.saved_before else 0):
        raise ChangedSince
    criteria = {one.pk: one for one in challenges.criteria(row.call)}
    if not given.keys() <= criteria.keys() or not all(map(_fits, given.values())) or len(comment) > LONGEST_COMMENT:
        raise UnfitScore
    for key, one in given.items():
        Score.objects.update_or_create(
            review=kept.review, criterion=criteria[key], defaults={"value": one.value, "comment": one.comment.strip()}
        )
    review = kept.review
    review.comment, review.saved_at = comment.strip(), at
    review.edition = kept.edition + 1 if kept.saved_before else 1
    review.save(update_fields=["comment", "saved_at", "edition"])
    return review


@transaction.atomic
def submit_review(assignment: Assignment, *, by: User, at: datetime) -> Review:
    """Submit what was saved, for good. Raises NotFound, NotDeclared, Withdrawn, AlreadySubmitted, NotWhole."""
    row = rows.locked(assignment.application)
    review = _open(assignment, row, by=by, at=at).review
    said = {one.criterion_id: one for one in review.scores.all()}
    for criterion in challenges.criteria(row.call):
        one = said.get(criterion.pk)
        if one is None or one.value is None or not one.comment:
            raise NotWhole
    review.state, review.submitted_at = State.SUBMITTED, at
    review.save(update_fields=["state", "submitted_at"])
    rows.record(SUBMITTED, row, by, {"digest": review.submission_digest})
    return review


@dataclass(frozen=True, slots=True)
class _Kept:
    review: Review
    edition: int
    saved_before: bool


def _open(assignment: Assignment, row: Application, *, by: User, at: datetime) -> _Kept:
    """The draft of a review, begun about the submission that counts. Raises what forbids to write it."""
    kept = locks.in_order(Assignment.objects.filter(pk=assignment.pk)).get()
    kept.application = row
    if refused := refusal_to_review(by, kept):
        raise refused
    found = Review.objects.filter(assignment=kept).first()
    if found is not None:
        if found.state == State.SUBMITTED:
            raise AlreadySubmitted
        return _Kept(found, found.edition, saved_before=True)
    sent = applications.last_submission(row)
    if sent is None:
        raise Withdrawn
    made = Review.objects.create(assignment=kept, submission=sent, submission_digest=sent.digest, saved_at=at)
    return _Kept(made, 0, saved_before=False)


def _fits(one: Given) -> bool:
    return (one.value is None or LOWEST <= one.value <= HIGHEST) and len(one.comment) <= LONGEST
