"""
The audit trail. No foreign keys to live data: the trail blocks nothing and nothing blocks it.

Personal data stands here as public ids only, so that a person can be forgotten and the chain still holds.
"""

from django.db import models
from django.db.models import Q

from core import append_only

DIGEST_LENGTH = 64
"""SHA-256 in hexadecimal."""


class AuditChain(models.Model):
    """The head of one chain: its last position and digest. Locked by every writer of the chain."""

    name = models.CharField(primary_key=True, max_length=60)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=DIGEST_LENGTH, default="0" * DIGEST_LENGTH)

    def __str__(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One thing that was done. ``digest`` covers every other field and the digest before it."""

    chain = models.CharField(max_length=60)
    position = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=40)
    """Public id of the person who acted."""
    client = models.CharField(max_length=40, blank=True)
    """Public id of the OAuth client through which it was done, if any."""
    subject = models.CharField(max_length=80)
    """Public id, or other stable key, of the thing that it was done to."""
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    request_id = models.CharField(max_length=40, blank=True)
    from_address = models.GenericIPAddressField(null=True, blank=True)
    previous = models.CharField(max_length=DIGEST_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="audit_one_event_a_position"),
            models.CheckConstraint(condition=Q(position__gte=1), name="audit_positions_begin_at_one"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="audit_digest_is_sha256"),
        ]
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="audit_newest_first"),
            models.Index(fields=["subject"], name="audit_by_subject"),
            models.Index(fields=["actor"], name="audit_by_actor"),
            models.Index(fields=["kind"], name="audit_by_kind"),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"
