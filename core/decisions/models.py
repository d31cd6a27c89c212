"""Proposals, their texts, and the circulations of a text: before whom, until when, who read, who broke silence, what became of it."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core import append_only
from core.decisions import walls
from core.decisions.lifecycle import STEPS, Ending, State, Verdict
from core.identity import PublicIdField
from core.web import numerals


def _choices(kind: type[State | Ending | Verdict]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class Proposal(models.Model):
    """Something to be decided about one fund or programme. ``expires_at`` stands exactly while silence runs."""

    public_id = PublicIdField(prefix="prop")
    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=40)
    """Public id of the fund or programme."""
    state = models.CharField(max_length=10, choices=_choices(State), default=State.DRAFT)
    expires_at = models.DateTimeField(null=True, blank=True)
    """The first moment at which an objection is late."""
    drafted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="silent", expires_at__isnull=False)
                | (~Q(state="silent") & Q(expires_at__isnull=True)),
                name="proposal_expires_exactly_under_silence",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="proposal_expiry", condition=Q(state="silent"))]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_proposal",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="proposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="as_its_circulation_says",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                declare=[("latest", "bigint")],
                func=walls.PROPOSAL_STANDS,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ProposalText(models.Model):
    """One version of the text, in both languages, with the terms of its effect. Written once, pinned by its digest."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="texts")
    version = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200)
    body_en = models.TextField()
    body_fr = models.TextField()
    terms = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version"], name="proposal_text_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="proposal_text_version_from_one"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="proposal_text_has_a_digest"),
            models.CheckConstraint(
                condition=~Q(title_en="") & ~Q(title_fr="") & ~Q(body_en="") & ~Q(body_fr=""),
                name="proposal_text_in_both_languages",
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.title_en} ({self.version})"

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_fr if numerals.is_french() else self.title_en

    @property
    def body(self) -> str:
        """In the reader's language."""
        return self.body_fr if numerals.is_french() else self.body_en


class Circulation(models.Model):
    """A text put before the Allies that are entitled on a day, by another person than wrote it. Written once."""

    public_id = PublicIdField(prefix="circ")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="circulations")
    text = models.ForeignKey(ProposalText, on_delete=models.PROTECT, related_name="circulations")
    order = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    """The day on whose participants the entitled Allies are; working days are counted from the next."""
    working_days = models.PositiveSmallIntegerField()
    hour = models.TimeField()
    zone = models.CharField(max_length=40)
    calendar = models.CharField(max_length=2)
    passed_over = models.JSONField(default=list)
    """Days that were not counted."""
    expires_at = models.DateTimeField()
    told_otherwise = models.CharField(max_length=300, blank=True)
    """How Allies for whom nobody has an account were told, as the secretariat states."""
    circulated_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    circulated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "order"], name="circulation_order_once"),
            models.CheckConstraint(condition=Q(order__gte=1, working_days__gte=1), name="circulation_from_one"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("circulated_at")), name="circulation_ends_after_it_begins"
            ),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="of_its_own_text_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=walls.CIRCULATED_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Addressee(models.Model):
    """An Ally that was entitled on the day of a circulation. Frozen with it."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="addressees")
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circulation", "nation"], name="addressee_once_a_circulation")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.circulation_id} {self.nation_id}"


class Telling(models.Model):
    """One person who was told of a circulation, of a new expiry, or of how it ended; on behalf of an Ally. Written once."""

    class What(models.TextChoices):
        CIRCULATED = "circulated", "circulated"
        EXTENDED = "extended", "extended"
        ENDED = "ended", "ended"

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="tellings")
    person = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What.choices)
    told_at = models.DateTimeField()

    class Meta:
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.what}"


class Reading(models.Model):
    """The first time that a person read a circulated text for an Ally. Written once."""

    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["addressee", "person"], name="reading_once_a_person")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.addressee_id} {self.person_id}"


class Extension(models.Model):
    """A later end of a circulation that still runs, for every Ally alike. Written once."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="extensions")
    order = models.PositiveSmallIntegerField()
    working_days = models.PositiveSmallIntegerField()
    """Further ones, counted from the day of the former expiry."""
    expires_at = models.DateTimeField()
    passed_over = models.JSONField(default=list)
    because = models.CharField(max_length=300)
    extended_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    extended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circulation", "order"], name="extension_order_once"),
            models.CheckConstraint(condition=~Q(because=""), name="extension_says_why"),
            models.CheckConstraint(condition=Q(order__gte=1, working_days__gte=1), name="extension_from_one"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="later_and_while_it_runs",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=walls.EXTENDED_WHILE_IT_RUNS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circulation_id} {numerals.day(self.expires_at)}"


class Objection(models.Model):
    """The written word with which an Ally breaks silence. One that came late is kept, and counts for nothing. Written once."""

    public_id = PublicIdField(prefix="obj")
    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="objections")
    addressee = models.ForeignKey(Addressee, on_delete=models.PROTECT, related_name="objections")
    reason = models.TextField()
    amendment = models.TextField(blank=True)
    """The change that the Ally proposes, where it does."""
    letter = models.CharField(max_length=200, blank=True)
    """Reference of the letter that the secretariat entered; empty where the representative wrote here."""
    verdict = models.CharField(max_length=6, choices=_choices(Verdict))
    arrived_at = models.DateTimeField()
    """When the request arrived: by it the expiry is judged, to the microsecond."""
    given_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="objection_says_why")]
        indexes = [models.Index(fields=["circulation", "arrived_at"], name="objection_of_circulation")]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="judged_by_its_arrival",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("over", "boolean")],
                func=walls.JUDGED_BY_ARRIVAL,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Outcome(models.Model):
    """
    What became of a circulation, with its minute. ``effective_at`` of an adoption is the expiry itself, whenever the clock
    came to it; ``known_at`` is when it was written. ``evidence_digest`` pins who was told, who read and who spoke by then.
    """

    circulation = models.OneToOneField(Circulation, on_delete=models.PROTECT, related_name="outcome")
    ending = models.CharField(max_length=10, choices=_choices(Ending))
    effective_at = models.DateTimeField()
    known_at = models.DateTimeField()
    minute_en = models.TextField()
    minute_fr = models.TextField()
    because = models.CharField(max_length=300, blank=True)
    objections_by_then = models.PositiveSmallIntegerField(default=0)
    """How many objections stood, by their keys; those that came late may be added to."""
    evidence_digest = models.CharField(max_length=64)
    ended_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(known_at__gte=F("effective_at")), name="outcome_known_once_it_is"),
            models.CheckConstraint(condition=Q(evidence_digest__regex="^[0-9a-f]{64}$"), name="outcome_has_evidence"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="adopted_by_the_clock_alone",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=walls.ADOPTED_BY_THE_CLOCK,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circulation_id} {self.ending}"

    @property
    def minute(self) -> str:
        """In the reader's language."""
        return self.minute_fr if numerals.is_french() else self.minute_en


class Effect(models.Model):
    """That what was adopted took effect, once: ``made`` is the public id of what it made. Written once."""

    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="effect")
    made = models.CharField(max_length=40)
    taken_at = models.DateTimeField()

    class Meta:
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.made
