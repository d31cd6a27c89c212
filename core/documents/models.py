"""Documents: one row a file that was received, for ever; its bytes stand in the folder under a random key."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core.documents.lifecycle import STEPS, State
from core.documents.limits import LONGEST_NAME
from core.identity import PublicIdField

STATES = [(state.value, state.value) for state in State]
AS_RECEIVED = [
    "public_id",
    "kind",
    "subject",
    "scope",
    "organisation",
    "name",
    "media",
    "size_bytes",
    "sha256",
    "key",
    "uploaded_by",
    "uploaded_at",
]


class Document(models.Model):
    """One file. ``kind`` says whose it is, as registered in ``access``; ``subject`` is the public id of that thing."""

    public_id = PublicIdField(prefix="doc")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    """Public id of the fund or programme in whose audit chain it stands; empty for neither."""
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    """As the person called it, made fit to be shown; never the name of a file on disk."""
    media = models.CharField(max_length=8)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=STATES, default=State.QUARANTINED)
    reason = models.CharField(max_length=20, blank=True)
    """Code of the rule by which it was refused."""
    uploaded_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.CharField(max_length=100, blank=True)
    """The engines that looked at it, with their versions."""
    verified_at = models.DateTimeField(null=True, blank=True)
    """When the bytes were last compared with ``sha256``, and were the same."""
    damaged_at = models.DateTimeField(null=True, blank=True)
    """When they were first found to differ, or to be gone; empty again once they were restored."""
    removed_at = models.DateTimeField(null=True, blank=True)
    """Since then there are no bytes."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_digest_is_sha256"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="document_is_not_empty"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(kind="") & ~Q(subject=""), name="document_names_itself"),
            models.CheckConstraint(
                condition=Q(state__in=["clean", "refused"], checked_at__isnull=False)
                | (Q(state__in=["quarantined", "scanning"], checked_at__isnull=True, checked_by="")),
                name="document_checked_at_exactly_when_checked",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(reason="")) | (~Q(state="refused") & Q(reason="")),
                name="document_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(removed_at__isnull=False), name="document_refused_is_not_kept"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject", "uploaded_at"], name="document_of_a_subject"),
            models.Index(fields=["organisation", "uploaded_at"], name="document_quota"),
            models.Index(
                fields=["uploaded_at"],
                name="document_waits",
                condition=Q(state__in=["quarantined", "scanning"], removed_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_a_document",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.ReadOnly(name="as_it_was_received", fields=AS_RECEIVED),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="removed_for_ever",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__removed_at__isnull=False)
                & pgtrigger.Q(old__removed_at__df=pgtrigger.F("new__removed_at")),
                func="RAISE EXCEPTION 'bytes that were removed do not come back' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
