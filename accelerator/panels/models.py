"""Selections, which one programme manager proposes and another decides; and the programme's words for the applicant."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accelerator.panels.lifecycle import STEPS, Outcome, State
from core import append_only
from core.identity import PublicIdField


class Selection(models.Model):
    """One proposal of what becomes of every application to a challenge of a call."""

    public_id = PublicIdField(prefix="sel")
    call = models.ForeignKey("accelerator.Call", on_delete=models.PROTECT, related_name="selections")
    challenge = models.ForeignKey("accelerator.Challenge", on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.PROPOSED)
    reason = models.TextField(max_length=2000)
    release_on = models.DateField()
    """The day from which on applicants may be told."""
    digest = models.CharField(max_length=64)
    """Of every line with its mean, and of the reason and the day."""
    proposed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_because = models.TextField(max_length=2000, blank=True)
    released_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "challenge"],
                condition=~Q(state="sent_back"),
                name="selection_one_at_a_time",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="selection_says_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="selection_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="released", released_by__isnull=False, released_at__isnull=False)
                | (~Q(state="released") & Q(released_by__isnull=True, released_at__isnull=True)),
                name="selection_says_who_released_it",
            ),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="selection_has_a_digest"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_selection",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="selection_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="selection_stays_as_proposed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=(
                    pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                    | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                    | pgtrigger.Q(old__release_on__df=pgtrigger.F("new__release_on"))
                    | pgtrigger.Q(old__call__df=pgtrigger.F("new__call"))
                    | pgtrigger.Q(old__challenge__df=pgtrigger.F("new__challenge"))
                    | pgtrigger.Q(old__proposed_by__df=pgtrigger.F("new__proposed_by"))
                ),
                func=(
                    "RAISE EXCEPTION 'a selection is decided as it was proposed: propose another one' "
                    "USING ERRCODE = 'restrict_violation';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class SelectionLine(models.Model):
    """What a selection says of one application, with the mean by which it was proposed. Written once."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey("accelerator.Application", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Outcome])
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    """On the reserve list, from one."""
    mean = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    """From 0 to 5; empty where nobody reviewed it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selection", "application"], name="selection_line_once_an_application"),
            models.CheckConstraint(
                condition=Q(outcome="reserve", place__gte=1) | (~Q(outcome="reserve") & Q(place__isnull=True)),
                name="selection_line_has_a_place_on_the_reserve_list_alone",
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.selection_id}: {self.application_id}"


class Feedback(models.Model):
    """The programme's words for the applicant about one criterion. They name nobody."""

    application = models.ForeignKey("accelerator.Application", on_delete=models.PROTECT, related_name="feedback")
    criterion = models.ForeignKey("accelerator.CallCriterion", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=3000)
    written_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="feedback_once_a_criterion"),
            models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="feedback_stays_once_told",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM accelerator_selectionline l JOIN accelerator_selection s "
                    "ON s.id = l.selection_id WHERE s.state = 'released' AND l.application_id = "
                    "CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END) THEN "
                    "RAISE EXCEPTION 'feedback stays as the start-up was told it' "
                    "USING ERRCODE = 'restrict_violation'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.criterion_id}"
