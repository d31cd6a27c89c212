"""The outbox of mail."""

from django.db import models
from django.db.models import Q

from core.identity import PublicIdField


class OutboundMail(models.Model):
    """One mail to one address. Its body is blanked once it is sent, except in the demo, whose mailbox shows it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    ATTEMPTS_AT_MOST = 5

    public_id = PublicIdField(prefix="mail")
    recipient = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_is_sent_exactly_when_it_has_a_time",
            )
        ]
        indexes = [models.Index(fields=["next_attempt_at"], name="mail_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.state}"
