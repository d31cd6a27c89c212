"""Members of cohorts as published; offers, and participations with their phases."""

from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.lifecycle import (
    ADVANCEMENT_STEPS,
    OFFER_STEPS,
    STEPS,
    AdvancementState,
    OfferState,
    Standing,
)
from core import append_only
from core.identity import PublicIdField
from core.nations.models import Basis


class CohortMember(models.Model):
    """A start-up selected for a programme, as published."""

    public_id = PublicIdField(prefix="member")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey(
        "accelerator.Challenge", on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    is_challenge_inferred = models.BooleanField(default=False)
    """True where the challenge was inferred from the technology and not published."""
    technology = models.CharField(max_length=20, blank=True)
    """Code of the technology family; empty where no source names one."""
    is_technology_inferred = models.BooleanField(default=False)
    highest_phase = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12, choices=Basis.choices)
    source = models.CharField(max_length=400)
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="cohort_member_once"),
            models.CheckConstraint(condition=Q(highest_phase__in=[1, 2]), name="cohort_phase_one_or_two"),
            models.CheckConstraint(condition=~Q(source=""), name="cohort_member_has_a_source"),
        ]
        triggers = [append_only.kept("public_id", "programme_id", "organisation_id"), append_only.never_removed()]

    def __str__(self) -> str:
        return self.public_id


def _choices(values: type) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in values]  # type: ignore[attr-defined]  # each is a StrEnum


def _steps(name: str, steps: Mapping[Any, frozenset[Any]]) -> pgtrigger.FSM:
    """Only the steps of a lifecycle's table are taken."""
    joined = [(a.value, b.value) for a, targets in steps.items() for b in sorted(targets)]
    return pgtrigger.FSM(name=name, field="state", transitions=joined)


_OFFER_PASSES = """
    IF NEW.state NOT IN ('released', 'accepted') OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;
    SELECT g.public_id AS scope, array_remove(array_append(array_agg(c.public_id), NEW.public_id), NULL)::text[] AS subjects
      INTO of FROM accelerator_programme g
      LEFT JOIN accelerator_cohortmember c ON c.programme_id = g.id AND c.organisation_id = NEW.organisation_id
     WHERE g.id = NEW.programme_id GROUP BY g.id;
    PERFORM core_ethics_gate(of.scope, of.subjects, 'offer', NEW.public_id, NEW.amount, moved.day, moved.day)
       FROM (SELECT (COALESCE(NEW.answered_at, NEW.released_at) AT TIME ZONE 'UTC')::date AS day) moved;
    RETURN NEW;
"""
"""Asks the gate of core.ethics when an offer is released and when it is accepted."""
_ADVANCEMENT_PASSES = """
    IF NEW.state <> 'approved' OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;
    SELECT g.public_id AS scope, array_remove(ARRAY[p.public_id, o.public_id, c.public_id], NULL)::text[] AS subjects INTO of
      FROM accelerator_participation p JOIN accelerator_programme g ON g.id = p.programme_id
      JOIN accelerator_offer o ON o.id = p.offer_id LEFT JOIN accelerator_cohortmember c ON c.id = p.member_id
     WHERE p.id = NEW.participation_id;
    PERFORM core_ethics_gate(of.scope, of.subjects, 'offer', NEW.public_id, NEW.amount, moved.day, moved.day)
       FROM (SELECT (NEW.decided_at AT TIME ZONE 'UTC')::date AS day) moved;
    RETURN NEW;
"""


class Offer(models.Model):
    """What a programme offers a start-up: made by one person, released by another, accepted or declined by its owner."""

    public_id = PublicIdField(prefix="offer")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="offers")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    challenge = models.ForeignKey("accelerator.Challenge", on_delete=models.PROTECT, null=True, blank=True)
    application = models.ForeignKey(
        "accelerator.Application", on_delete=models.PROTECT, null=True, blank=True, related_name="offers"
    )
    """The application that led to it, where there is one."""
    technology = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """Funding of phase 1, in ``currency``."""
    months = models.PositiveSmallIntegerField()
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(max_length=10, choices=[("grant", _("Grant")), ("contract", _("Contract"))])
    terms = models.TextField(max_length=20_000)
    expires_at = models.DateTimeField()
    """The first moment at which an acceptance is late."""
    state = models.CharField(max_length=10, choices=_choices(OfferState), default=OfferState.MADE)
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    released_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """Of all that was released: what the start-up agreed to."""
    answered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)
    """Why it was declined or taken back."""
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                condition=Q(state__in=["made", "released", "accepted"]),
                name="offer_one_a_start_up_and_programme",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, months__gt=0), name="offer_amount_above_zero"),
            models.CheckConstraint(condition=~Q(terms=""), name="offer_has_terms"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="offer_expires_after_it_is_made"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True, released_at__isnull=True, digest="")
                | Q(released_by__isnull=False, released_at__isnull=False, digest__regex="^[0-9a-f]{64}$"),
                name="offer_released_at_and_by_with_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(state="made", released_by__isnull=True)
                | Q(state__in=["released", "accepted", "declined"], released_by__isnull=False)
                | Q(state="taken-back"),
                name="offer_says_who_released_it",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("made_by")), name="offer_released_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "declined"], answered_by__isnull=False, answered_at__isnull=False)
                | (~Q(state__in=["accepted", "declined"]) & Q(answered_by__isnull=True, answered_at__isnull=True)),
                name="offer_says_who_answered_it",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(answered_at__lt=F("expires_at")), name="offer_accepted_in_time"
            ),
            models.CheckConstraint(
                condition=Q(state="taken-back", taken_back_by__isnull=False, taken_back_at__isnull=False)
                | (~Q(state="taken-back") & Q(taken_back_by__isnull=True, taken_back_at__isnull=True)),
                name="offer_says_who_took_it_back",
            ),
        ]
        triggers = [
            _steps("steps_of_an_offer", OFFER_STEPS),
            pgtrigger.Protect(name="offer_is_kept", operation=pgtrigger.Delete),
            append_only.kept("public_id"),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("of", "RECORD")],
                func=_OFFER_PASSES,
            ),
            pgtrigger.Trigger(
                name="offer_stays_as_made",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (OLD.programme_id, OLD.organisation_id, OLD.challenge_id, OLD.application_id, OLD.technology, "
                    "OLD.amount, OLD.months, OLD.currency_id, OLD.agreement, OLD.terms, OLD.expires_at, OLD.made_by_id, "
                    "OLD.made_at) IS DISTINCT FROM (NEW.programme_id, NEW.organisation_id, NEW.challenge_id, "
                    "NEW.application_id, NEW.technology, NEW.amount, NEW.months, NEW.currency_id, NEW.agreement, NEW.terms, "
                    "NEW.expires_at, NEW.made_by_id, NEW.made_at) OR (OLD.digest <> '' AND (OLD.digest, OLD.released_by_id, "
                    "OLD.released_at) IS DISTINCT FROM (NEW.digest, NEW.released_by_id, NEW.released_at)) THEN "
                    "RAISE EXCEPTION 'an offer stays as it was made: take it back and make another' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Participation(models.Model):
    """A start-up in a programme, from the offer that it accepted. Its history stands in its steps."""

    public_id = PublicIdField(prefix="part")
    programme = models.ForeignKey("accelerator.Programme", on_delete=models.PROTECT, related_name="participations")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="participation")
    member = models.OneToOneField(
        CohortMember, on_delete=models.PROTECT, null=True, blank=True, related_name="participation"
    )
    """What was published of it, where something was."""
    state = models.CharField(max_length=10, choices=_choices(Standing), default=Standing.PHASE_1)
    began_on = models.DateField()
    recorded_at = models.DateTimeField()
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="participation_once_a_programme"),
        ]
        triggers = [
            _steps("steps_of_a_participation", STEPS),
            pgtrigger.Protect(name="participation_is_kept", operation=pgtrigger.Delete),
            append_only.kept("public_id"),
            pgtrigger.Trigger(
                name="goes_on_as_its_steps_say",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF (NEW.state <> 'phase-1' AND (TG_OP = 'INSERT' OR (OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 "
                    "FROM accelerator_participationstep s WHERE s.participation_id = NEW.id AND s.kind = NEW.state)))) "
                    "OR (TG_OP = 'UPDATE' AND OLD.member_id IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id) "
                    "OR (NEW.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accelerator_cohortmember c WHERE "
                    "c.id = NEW.member_id AND c.programme_id = NEW.programme_id AND c.organisation_id = NEW.organisation_id)) "
                    "THEN RAISE EXCEPTION 'a participation goes on by a step, and stays with what was published of it' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="participation_of_its_offer",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM accelerator_offer o WHERE o.id = NEW.offer_id AND o.state = 'accepted' "
                    "AND o.programme_id = NEW.programme_id AND o.organisation_id = NEW.organisation_id) "
                    "OR (TG_OP = 'UPDATE' AND OLD.offer_id <> NEW.offer_id) THEN "
                    "RAISE EXCEPTION 'a participation stays with the offer that was accepted' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Advancement(models.Model):
    """The proposal that a participation goes on to phase 2, with its funding; another person decides it."""

    public_id = PublicIdField(prefix="adv")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="advancements")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    """In the programme's currency."""
    months = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1_000)
    state = models.CharField(max_length=10, choices=_choices(AdvancementState), default=AdvancementState.PROPOSED)
    proposed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=500, blank=True)
    """Why it was refused."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation"], condition=Q(state="proposed"), name="advancement_one_in_work"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, months__gt=0), name="advancement_amount_above_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="advancement_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="advancement_says_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="advancement_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(because=""), name="advancement_refused_with_a_reason"
            ),
        ]
        triggers = [
            _steps("steps_of_an_advancement", ADVANCEMENT_STEPS),
            pgtrigger.Protect(name="advancement_is_kept", operation=pgtrigger.Delete),
            append_only.kept("public_id"),
            pgtrigger.Trigger(
                name="passes_the_ethics_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("of", "RECORD")],
                func=_ADVANCEMENT_PASSES,
            ),
            pgtrigger.Trigger(
                name="advancement_within_the_limit",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF EXISTS (SELECT 1 FROM accelerator_participation p JOIN accelerator_programme g "
                    "ON g.id = p.programme_id WHERE p.id = NEW.participation_id AND NEW.amount > g.phase_2_amount_at_most) "
                    "OR (TG_OP = 'UPDATE' AND (OLD.amount, OLD.months, OLD.participation_id, OLD.proposed_by_id) "
                    "IS DISTINCT FROM (NEW.amount, NEW.months, NEW.participation_id, NEW.proposed_by_id)) THEN "
                    "RAISE EXCEPTION 'phase 2 is funded within the programme''s limit, as proposed' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ParticipationStep(models.Model):
    """One step of a participation, written once: a phase with its funding, leaving, becoming alumni."""

    public_id = PublicIdField(prefix="pstep")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=_choices(Standing))
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    """Funding of the phase in the programme's currency; empty where the step begins no phase."""
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    advancement = models.OneToOneField(
        Advancement, on_delete=models.PROTECT, null=True, blank=True, related_name="step"
    )
    reason = models.CharField(max_length=1_000, blank=True)
    effective_on = models.DateField()
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "kind"], name="participation_step_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["phase-1", "phase-2"], amount__gt=0, months__gt=0)
                | Q(kind__in=["left", "alumni"], amount__isnull=True, months__isnull=True),
                name="participation_step_funds_exactly_phases",
            ),
            models.CheckConstraint(
                condition=Q(kind="phase-2", advancement__isnull=False)
                | (~Q(kind="phase-2") & Q(advancement__isnull=True)),
                name="participation_step_to_phase_2_was_decided",
            ),
            models.CheckConstraint(condition=~Q(kind="left") | ~Q(reason=""), name="participation_left_with_a_reason"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="funded_as_decided",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF (NEW.kind = 'phase-1' AND NOT EXISTS (SELECT 1 FROM accelerator_participation p "
                    "JOIN accelerator_offer o ON o.id = p.offer_id WHERE p.id = NEW.participation_id "
                    "AND (o.amount, o.months) = (NEW.amount, NEW.months))) "
                    "OR (NEW.kind = 'phase-2' AND NOT EXISTS (SELECT 1 FROM accelerator_advancement a "
                    "WHERE a.id = NEW.advancement_id AND a.state = 'approved' AND "
                    "(a.participation_id, a.amount, a.months) = (NEW.participation_id, NEW.amount, NEW.months))) "
                    "THEN RAISE EXCEPTION 'a phase is funded as it was offered or approved' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
