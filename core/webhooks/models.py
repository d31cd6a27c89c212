"""The feed of events, the endpoints that are told of them, and what became of each message."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from core import append_only
from core.identity import PublicIdField
from core.webhooks.lifecycle import OPEN, STEPS, Reason, Standing, State

LONGEST_START = 200
"""Characters of an answer that its owner may see."""
_STATES = [(one.value, one.value) for one in State]
_REASONS = [(one.value, one.value) for one in Reason]


class Event(models.Model):
    """
    One thing that happened, told by ids alone. Written in the transaction of the change, and once.

    ``position`` is its place in the feed, given afterwards by the one writer of places, so that the order in which places
    become visible is their own order: a number drawn by the change itself would be skipped by whoever reads between.
    """

    public_id = PublicIdField(prefix="evt")
    position = models.PositiveBigIntegerField(null=True, blank=True, unique=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    """Public id of the thing that it happened to."""
    scope_kind = models.CharField(max_length=12)
    scope_ref = models.CharField(max_length=40)
    nations = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    organisation = models.CharField(max_length=40, blank=True, default="")
    occurred_at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)
    audit_event = models.OneToOneField("core.AuditEvent", on_delete=models.PROTECT, related_name="told")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__gte=1), name="event_places_from_one"
            ),
            models.CheckConstraint(
                condition=Q(scope_kind__in=["fund", "programme", "organisation"]) & ~Q(scope_ref=""),
                name="event_belongs_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="event_without_a_place", condition=Q(position__isnull=True)),
            models.Index(fields=["scope_ref", "position"], name="event_of_a_scope"),
            models.Index(fields=["organisation", "position"], name="event_of_an_organisation"),
            GinIndex(fields=["nations"], name="event_of_nations"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="written_once_but_for_its_place",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'UPDATE' AND OLD.position IS NULL
                       AND to_jsonb(NEW) - 'position' = to_jsonb(OLD) - 'position' THEN RETURN NEW; END IF;
                    RAISE EXCEPTION '{append_only.REFUSAL}' USING ERRCODE = 'restrict_violation';
                """,
            ),
            append_only.never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind}"


class Endpoint(models.Model):
    """
    An address of a partner's system that is told of one fund, programme or organisation.

    It is told what ``owner``, the account as which its system calls the interface, may know. ``contact`` is the person who is
    told when it fails.
    """

    public_id = PublicIdField(prefix="hook")
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    scope_kind = models.CharField(max_length=12)
    scope_ref = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    """Codes of the kinds that it is told; empty for every one."""
    standing = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Standing], default=Standing.ACTIVE
    )
    because = models.CharField(max_length=20, choices=_REASONS, blank=True, default="")
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)
    """When it last took a message."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing="disabled") & ~Q(because="") | ~Q(standing="disabled") & Q(because=""),
                name="endpoint_disabled_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(url__startswith="http"), name="endpoint_has_an_address"),
        ]
        indexes = [models.Index(fields=["scope_ref"], name="endpoint_of_a_scope")]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.public_id


class EndpointSecret(models.Model):
    """What messages are signed with, kept encrypted; two hold at once while one is rotated out."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.CharField(max_length=300)
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    """Empty for the one in use; for one before, the end of the overlap."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(ends_at__isnull=True), name="endpoint_one_secret_without_an_end"
            )
        ]

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"


class Delivery(models.Model):
    """One message to one endpoint, under one id however often it is sent; ``event`` is empty for a test."""

    public_id = PublicIdField(prefix="delivery")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    message_id = models.CharField(max_length=40)
    """What the receiver tells messages apart by: the event's public id."""
    state = models.CharField(max_length=10, choices=_STATES, default=State.PENDING)
    because = models.CharField(max_length=20, choices=_REASONS, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    """Since it was last put on the list."""
    claims = models.PositiveSmallIntegerField(default=0)
    """How often a worker took it since then; more than ``attempts`` where workers stopped at it."""
    claim = models.UUIDField(null=True, blank=True)
    next_at = models.DateTimeField()
    """When it may be sent next; while a worker has it, when another may take it."""
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message_id"], name="delivery_once_a_message"),
            models.CheckConstraint(
                condition=Q(state="dead") & ~Q(because="") | ~Q(state="dead") & Q(because=""),
                name="delivery_dead_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="delivery_delivered_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="delivery_due", condition=Q(state__in=sorted(one.value for one in OPEN))
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_delivery",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.state}"


class Attempt(models.Model):
    """One try of a delivery as it went. ``status`` is empty where no answer came; ``failure`` says why none was good."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    failure = models.CharField(max_length=30, blank=True, default="")
    answer = models.CharField(max_length=LONGEST_START, blank=True, default="")
    """How the answer begins, for the owner to read; never more."""
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["delivery", "id"], name="attempt_of_a_delivery")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.failure}"
