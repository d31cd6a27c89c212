"""Milestones of a phase, the evidence that a start-up gives, and what the programme's people said of it."""

import pgtrigger
from django.db import models
from django.db.models import Q

from accelerator.milestones.lifecycle import STEPS, State, Verdict
from core import append_only
from core.identity import PublicIdField
from core.web.bilingual import Words


class Milestone(models.Model):
    """One milestone. The amounts of a phase's milestones add up to its funding, to the cent."""

    public_id = PublicIdField(prefix="mile")
    phase = models.ForeignKey("accelerator.ParticipationStep", on_delete=models.PROTECT, related_name="milestones")
    order = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200, blank=True)
    title_fr = models.CharField(max_length=200, blank=True)
    """One of the two titles is enough."""
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """What it releases of the phase's funding, in the programme's currency."""
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.PLANNED)
    planned_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phase", "order"], name="milestone_order_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="milestone_amount_above_zero"),
            models.CheckConstraint(condition=~Q(title_en="", title_fr=""), name="milestone_has_a_title"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_milestone",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Trigger(
                name="milestone_stays_as_planned",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    'IF (OLD.phase_id, OLD."order", OLD.title_en, OLD.title_fr, OLD.due_on, OLD.amount, OLD.planned_by_id, '
                    'OLD.planned_at) IS DISTINCT FROM (NEW.phase_id, NEW."order", NEW.title_en, NEW.title_fr, NEW.due_on, '
                    "NEW.amount, NEW.planned_by_id, NEW.planned_at) THEN RAISE EXCEPTION 'a milestone stays as it was "
                    "planned: plan the phase anew' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="accepted_by_two",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.state = 'accepted' AND (SELECT count(DISTINCT j.by_id) FROM accelerator_judgement j WHERE "
                    "j.verdict = 'accepted' AND j.evidence_id = (SELECT e.id FROM accelerator_evidence e WHERE "
                    'e.milestone_id = NEW.id ORDER BY e."order" DESC LIMIT 1)) < 2 THEN '
                    "RAISE EXCEPTION 'two people accept the same evidence' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="adds_up_to_the_phase",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("planned", "BIGINT")],
                func=(
                    "IF TG_OP = 'DELETE' THEN planned := OLD.phase_id; ELSE planned := NEW.phase_id; END IF; "
                    "IF EXISTS (SELECT 1 FROM accelerator_participationstep s JOIN accelerator_milestone m "
                    "ON m.phase_id = s.id WHERE s.id = planned GROUP BY s.id "
                    "HAVING sum(m.amount) IS DISTINCT FROM s.amount) THEN "
                    "RAISE EXCEPTION 'the milestones of a phase add up to its funding' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader's language, where it has one; in the other where not."""
        return str(Words(self.title_en or self.title_fr, self.title_fr or self.title_en))


class Evidence(models.Model):
    """What a start-up shows for a milestone, with its files, written once; the last one counts."""

    public_id = PublicIdField(prefix="evid")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="evidence")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=20_000)
    submitted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["milestone", "order"], name="evidence_order_once"),
            models.CheckConstraint(condition=~Q(text=""), name="evidence_says_something"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.public_id


class EvidenceFile(models.Model):
    """A file that shows that a milestone is reached: prepared until it is given with evidence, and kept as given from then on."""

    public_id = PublicIdField(prefix="efile")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="files")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="files")
    """Empty while it is prepared."""
    document = models.OneToOneField("core.Document", on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="given_stays_given",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__evidence__isnull=False),
            ),
            pgtrigger.ReadOnly(name="as_it_was_added", fields=["public_id", "milestone", "document"]),
            pgtrigger.Trigger(
                name="given_for_its_milestone",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.evidence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accelerator_evidence e WHERE "
                    "e.id = NEW.evidence_id AND e.milestone_id = NEW.milestone_id) THEN "
                    "RAISE EXCEPTION 'a file is given for the milestone for which it was added' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Judgement(models.Model):
    """What one of the programme's people said of evidence, once: accepted, or sent back with a reason."""

    public_id = PublicIdField(prefix="judge")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="judgements")
    verdict = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verdict])
    reason = models.CharField(max_length=1_000, blank=True)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "by"], name="judgement_once_a_person"),
            models.CheckConstraint(
                condition=~Q(verdict="sent-back") | ~Q(reason=""), name="judgement_sent_back_with_a_reason"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.public_id
