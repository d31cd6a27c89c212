"""Screenings, assignments, declarations and reviews of applications; the desk's words for the applicant."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import translation

from accelerator.reviews.lifecycle import STEPS, Says, State
from accelerator.scoring.scores import HIGHEST, LOWEST
from core import append_only
from core.identity import PublicIdField


class Screening(models.Model):
    """One edition of whether an application is complete and eligible; the last one counts. Neither said: opened again."""

    application = models.ForeignKey("accelerator.Application", on_delete=models.PROTECT, related_name="screenings")
    edition = models.PositiveSmallIntegerField()
    is_complete = models.BooleanField(null=True)
    is_eligible = models.BooleanField(null=True)
    rule = models.CharField(max_length=300, blank=True)
    """The rule of the call that is not kept, in words."""
    reasons = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "edition"], name="screening_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="screening_edition_from_one"),
            models.CheckConstraint(
                condition=Q(is_complete=True, is_eligible=True)
                | (Q(is_complete__isnull=False, is_eligible__isnull=False) & ~Q(reasons=""))
                | (Q(is_complete__isnull=True, is_eligible__isnull=True) & ~Q(reasons="")),
                name="screening_gives_reasons_unless_it_passes",
            ),
            models.CheckConstraint(
                condition=~Q(is_eligible=False) | ~Q(rule=""), name="screening_names_the_rule_not_kept"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.application_id}: {self.edition}"


class ReviewPlan(models.Model):
    """How the applications of a call are reviewed: by how many, how many a reviewer takes at most, and until when."""

    call = models.OneToOneField("accelerator.Call", on_delete=models.PROTECT, related_name="review_plan")
    reviewers_each = models.PositiveSmallIntegerField()
    most_each = models.PositiveSmallIntegerField()
    """Applications of this call that one reviewer has at most."""
    due_on = models.DateField()
    """The last day for a review."""
    set_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewers_each__gte=1, most_each__gte=1), name="review_plan_asks_for_somebody"
            )
        ]

    def __str__(self) -> str:
        return str(self.call_id)


class Assignment(models.Model):
    """An application given to a reviewer; ended where another takes her place."""

    public_id = PublicIdField(prefix="asg")
    application = models.ForeignKey("accelerator.Application", on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    assigned_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                condition=Q(ended_at__isnull=True),
                name="assignment_once_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, ended_because="")
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_because="")),
                name="assignment_ended_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(reviewer=F("assigned_by")), name="assignment_never_to_oneself"),
        ]
        indexes = [
            models.Index(fields=["reviewer", "due_on"], name="assignment_open", condition=Q(ended_at__isnull=True))
        ]
        triggers = [
            pgtrigger.Protect(name="assignment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="assignment_stays_of_one",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.ended_at IS NOT NULL OR OLD.application_id <> NEW.application_id "
                    "OR OLD.reviewer_id <> NEW.reviewer_id THEN "
                    "RAISE EXCEPTION 'an assignment stays with its application and reviewer, and ends once' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Assigning(models.Model):
    """That everything of a call be assigned, as somebody read it. A job does it whole or not at all, and says here how it ended."""

    public_id = PublicIdField(prefix="asgs")
    call = models.ForeignKey("accelerator.Call", on_delete=models.PROTECT, related_name="assignings")
    read = models.CharField(max_length=64)
    """Digest of the trial: exactly this is assigned."""
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    job = models.OneToOneField("core.Job", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    assigned = models.PositiveIntegerField(null=True, blank=True)
    refusal = models.JSONField(default=dict, blank=True)
    """Why nothing was assigned, by the code of each language."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, assigned__isnull=True, refusal={})
                | Q(ended_at__isnull=False, assigned__isnull=False, refusal={})
                | (Q(ended_at__isnull=False, assigned__isnull=True) & ~Q(refusal={})),
                name="assigning_ends_done_or_refused",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="assigning_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="assigning_ends_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.ended_at IS NOT NULL OR OLD.call_id <> NEW.call_id OR OLD.read <> NEW.read "
                    "OR OLD.asked_by_id <> NEW.asked_by_id THEN "
                    "RAISE EXCEPTION 'what was asked to be assigned stays as it was read, and ends once' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def because(self) -> str:
        """Why nothing was assigned, in the reader's language; empty where something was, or nothing came of it yet."""
        code = (translation.get_language() or "en")[:2]
        return str(self.refusal.get(code) or self.refusal.get("en", ""))


class Declaration(models.Model):
    """What was stated about a person's freedom from conflict with an application. Written once; the last one counts."""

    public_id = PublicIdField(prefix="coi")
    application = models.ForeignKey("accelerator.Application", on_delete=models.PROTECT, related_name="declarations")
    person = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    says = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Says])
    reason = models.TextField(max_length=1000, blank=True)
    """Private to whoever wrote it."""
    declared_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(says="cleared") | (~Q(declared_by=F("person")) & ~Q(reason="")),
                name="declaration_cleared_by_another_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(says="none") | Q(declared_by=F("person")), name="declaration_of_none_is_ones_own"
            ),
        ]
        indexes = [models.Index(fields=["person", "application", "-id"], name="declaration_last")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.public_id


class Review(models.Model):
    """What one reviewer found, about exactly the submission that she read."""

    public_id = PublicIdField(prefix="rev")
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    submission = models.ForeignKey("accelerator.Submission", on_delete=models.PROTECT, related_name="+")
    submission_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.DRAFT)
    comment = models.TextField(max_length=5000, blank=True)
    edition = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False)
                | Q(state="draft", submitted_at__isnull=True),
                name="review_says_when_it_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(submission_digest__regex="^[0-9a-f]{64}$"), name="review_remembers_what_it_read"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_review",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="review_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="submitted_review_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="submitted"),
                func="RAISE EXCEPTION 'a submitted review stays as it is' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Score(models.Model):
    """A reviewer's score of one criterion, with her words."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("accelerator.CallCriterion", on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    """From 0 to 5; empty while the review is a draft."""
    comment = models.TextField(max_length=3000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=LOWEST, value__lte=HIGHEST), name="score_from_0_to_5"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="score_stays_with_its_review",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM accelerator_review WHERE state = 'submitted' AND id = "
                    "CASE WHEN TG_OP = 'DELETE' THEN OLD.review_id ELSE NEW.review_id END) THEN "
                    "RAISE EXCEPTION 'a submitted review stays as it is' USING ERRCODE = 'restrict_violation'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.criterion_id}"
