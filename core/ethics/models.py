"""Principles with their sources, reviews, answers and conditions; the gate's days and the overrides that pass it.

A review is about a holding or a cohort member, which the businesses keep: it names it by public id, and the company
behind it by its organisation. ``scope`` is the fund or programme to whose people it belongs.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import append_only
from core.ethics.lifecycle import CONDITION_STEPS, STEPS, ConditionState, Money, Outcome, Risk, State
from core.identity import PublicIdField
from core.nations.models import Basis
from core.web import bilingual


def _choices(values: type) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in values]  # type: ignore[attr-defined]  # each is a StrEnum


class Principle(models.Model):
    """One Principle of Responsible Use of a family of technology, in our own words with the text's source."""

    code = models.CharField(max_length=20, unique=True)
    family = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    meaning_en = models.CharField(max_length=400)
    meaning_fr = models.CharField(max_length=400)
    adopted_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=400)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["family", "order"], name="principle_order_once")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return str(bilingual.Words(self.name_en, self.name_fr))

    @property
    def meaning(self) -> str:
        return str(bilingual.Words(self.meaning_en, self.meaning_fr))


class Review(models.Model):
    """One review of one subject, by an officer with a second behind. ``expires_on`` is the last day on which it holds."""

    public_id = PublicIdField(prefix="review")
    subject_kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=40)
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="ethics_reviews")
    scope = models.CharField(max_length=40)
    families = models.JSONField(default=list)
    questionnaire = models.ForeignKey("core.Questionnaire", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=_choices(State), default=State.OPEN)
    officer = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    risk = models.CharField(max_length=6, choices=_choices(Risk), blank=True)
    outcome = models.CharField(max_length=10, choices=_choices(Outcome), blank=True)
    summary = models.TextField(blank=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seconded_at = models.DateTimeField(null=True, blank=True)
    seconded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    concluded_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    """Since when the organisation's own people answer it; empty where they are not asked."""
    shared_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    renews = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewed_by")
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state__in=["open", "assessed"]), name="review_one_in_work_a_subject"
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="concluded"), name="review_one_in_force_a_subject"
            ),
            models.CheckConstraint(condition=~Q(officer=F("second")), name="review_has_two_officers"),
            models.CheckConstraint(
                condition=Q(assessed_at__isnull=True, assessed_by__isnull=True)
                | Q(assessed_at__isnull=False, assessed_by__isnull=False),
                name="review_assessed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(seconded_at__isnull=True, seconded_by__isnull=True)
                | Q(seconded_at__isnull=False, seconded_by__isnull=False),
                name="review_seconded_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True, shared_by__isnull=True)
                | Q(shared_at__isnull=False, shared_by__isnull=False),
                name="review_shared_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("assessed_by")),
                name="review_seconded_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "closed"])
                | (Q(concluded_on__isnull=False, expires_on__isnull=False) & ~Q(outcome="") & ~Q(risk="")),
                name="review_concluded_with_outcome_and_expiry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "closed"], risk="high") | Q(seconded_by__isnull=False),
                name="review_of_high_risk_has_a_second",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="review_closed_exactly_when_it_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("concluded_on")),
                name="review_expires_after_it_concludes",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_on"], name="review_expiring", condition=Q(state="concluded")),
            models.Index(fields=["scope", "state"], name="review_by_scope"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            append_only.kept("public_id", "subject_kind", "subject", "organisation_id", "scope", "renews_id"),
            append_only.never_removed(),
            pgtrigger.Trigger(
                name="stays_as_concluded",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["concluded", "closed"]),
                func=(
                    "IF (OLD.risk, OLD.outcome, OLD.summary, OLD.concluded_on, OLD.assessed_by_id, OLD.assessed_at, "
                    "OLD.seconded_by_id, OLD.seconded_at) IS DISTINCT FROM (NEW.risk, NEW.outcome, NEW.summary, "
                    "NEW.concluded_on, NEW.assessed_by_id, NEW.assessed_at, NEW.seconded_by_id, NEW.seconded_at) "
                    "OR (OLD.state = 'closed' AND OLD.expires_on <> NEW.expires_on) THEN "
                    "RAISE EXCEPTION 'a review stays as it was concluded: renew it' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Answer(models.Model):
    """What was answered to one question of a review. A later answer stands beside the earlier one. Written once."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey("core.Question", on_delete=models.PROTECT, related_name="+")
    says_yes = models.BooleanField(null=True, blank=True)
    """For a question of yes or no; empty where it does not apply or asks for words alone."""
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["review", "question", "-given_at"], name="answer_latest")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.review_id} {self.question_id}"


class Condition(models.Model):
    """Something that must be done by a day, with the evidence that is wanted. ``is_blocking`` holds money back."""

    public_id = PublicIdField(prefix="condition")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="conditions")
    text = models.CharField(max_length=400)
    evidence_wanted = models.CharField(max_length=300)
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    is_blocking = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=_choices(ConditionState), default=ConditionState.OPEN)
    evidence = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_because = models.CharField(max_length=300, blank=True)
    set_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("set_on")), name="condition_due_not_before_it_was_set"),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "met"])
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(evidence="")),
                name="condition_answered_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["met", "waived"], decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(state__in=["met", "waived"]) & Q(decided_at__isnull=True, decided_by__isnull=True)),
                name="condition_decided_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="met") | ~Q(decided_by=F("answered_by")), name="condition_met_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(decided_because=""), name="condition_waived_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="condition_due", condition=Q(state__in=["open", "answered"])),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_the_lifecycle",
                field="state",
                transitions=[(a.value, b.value) for a, targets in CONDITION_STEPS.items() for b in sorted(targets)],
            ),
            append_only.kept("public_id", "review_id", "text", "evidence_wanted", "is_blocking", "set_on", "set_by_id"),
            append_only.never_removed(),
            pgtrigger.Trigger(
                name="waits_for_money_on_its_way",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__is_blocking=True),
                func="PERFORM 1 FROM core_review WHERE id = NEW.review_id FOR UPDATE; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class GateStart(models.Model):
    """The day from which the gate judges the money of a fund or programme. The earliest stated counts. Written once."""

    public_id = PublicIdField(prefix="gate")
    scope = models.CharField(max_length=40)
    in_force_from = models.DateField()
    reason = models.CharField(max_length=300)
    stated_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="gate_start_with_a_reason")]
        indexes = [models.Index(fields=["scope", "in_force_from"], name="gate_start_of_a_scope")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.scope} {self.in_force_from:%Y-%m-%d}"


class Override(models.Model):
    """The wish that one thing of a subject passes the gate: up to an amount, to a last day. Counts once another approved it.

    ``amount`` is in the currency of the thing. ``decision`` names the adopted proposal on whose authority it stands.
    """

    public_id = PublicIdField(prefix="override")
    scope = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=_choices(Money))
    subject = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    reason = models.CharField(max_length=500)
    decision = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField()
    """The last day on which it counts."""
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="override_amount_above_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_with_a_reason"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("asked_on")), name="override_expires_after_it_is_asked"
            ),
        ]
        indexes = [models.Index(fields=["subject", "kind"], name="override_of_a_subject")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return str(self.public_id)


class OverrideApproval(models.Model):
    """The second person's yes to an override. Written once."""

    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="approved_by_another_person",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF (SELECT COALESCE(u.same_person_as_id, u.id) FROM core_user u WHERE u.id = NEW.by_id) = "
                    "(SELECT COALESCE(u.same_person_as_id, u.id) FROM core_override o JOIN core_user u "
                    "ON u.id = o.asked_by_id WHERE o.id = NEW.override_id) THEN "
                    "RAISE EXCEPTION 'an override is approved by another person than the one who asked' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.override_id)


class OverrideUse(models.Model):
    """The one thing that passed the gate under an override: written by the gate in the database itself."""

    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="use")
    object = models.CharField(max_length=40)
    used_at = models.DateTimeField()

    class Meta:
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.override_id} {self.object}"
