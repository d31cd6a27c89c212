"""The outbox of mail, messages shown in the product, and the book of reminders."""

from django.db import models
from django.db.models import Q

from core import append_only
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


class Message(models.Model):
    """One thing told to one person in the product, in her language. ``address`` leads to what it is about."""

    public_id = PublicIdField(prefix="message")
    reader = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="messages")
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["reader", "-created_at"], name="message_of_a_reader"),
            models.Index(fields=["reader"], name="message_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ReminderStep(models.Model):
    """One step of the plan as it went: sent, or superseded by a later one that was sent in its place. Written once.

    ``kind`` and ``subject`` name what falls due on ``due_on``; ``code`` is the step of ``core.notifications.steps``.
    """

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        SUPERSEDED = "superseded", "Superseded by a later step"

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    due_on = models.DateField()
    reader = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    on = models.DateField()
    """The day for which the step was planned."""
    state = models.CharField(max_length=10, choices=State.choices)
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="step")
    mail = models.ForeignKey(OutboundMail, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "due_on", "reader", "code"], name="reminder_once_a_step"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", message__isnull=False, mail__isnull=False)
                | Q(state="superseded", message__isnull=True, mail__isnull=True),
                name="reminder_sent_exactly_with_message_and_mail",
            ),
        ]
        indexes = [models.Index(fields=["reader", "due_on"], name="reminder_of_a_reader")]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return f"{self.subject} {self.code} {self.state}"
