"""Answers that were given under a key, so that a request which is sent again is carried out once."""

from django.db import models
from django.db.models import Q


class KeptAnswer(models.Model):
    """The first answer to a request of a client under a key of its own choice. Kept for seven days."""

    client = models.CharField(max_length=40)
    """Public id of the client: another's key is another key."""
    key = models.CharField(max_length=200)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of method, address and body."""
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="kept_answer_once_a_key"),
            models.CheckConstraint(condition=Q(status__gte=200, status__lt=300), name="kept_answer_of_what_was_done"),
        ]
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.client} {self.key}"
