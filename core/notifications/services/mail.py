"""Writing mail and sending it. A mail leaves at most once, except when a worker dies between sending and noting it."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from structlog import contextvars

from core.jobs import doorbell
from core.notifications.models import OutboundMail

logger = structlog.get_logger(__name__)

BATCH = 50
"""How many mails one run sends, so that it ends well within its time limit."""
FIRST_RETRY = timedelta(minutes=1)
"""Doubled with each further attempt."""


@transaction.atomic
def write(*, recipient: str, language: str, subject: str, body: str, at: datetime) -> OutboundMail:
    """Put a mail into the outbox in the caller's transaction; it leaves once that commits."""
    mail = OutboundMail.objects.create(
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split())[:300],
        body=body,
        created_at=at,
        next_attempt_at=at,
        request_id=str(contextvars.get_contextvars().get("request_id", ""))[:40],
    )
    doorbell.ring_after_commit("core.notifications.send_waiting")
    return mail


def write_from_template(
    template: str, *, recipient: str, language: str, context: dict[str, object], at: datetime
) -> OutboundMail:
    """Write ``templates/mail/<template>_subject.txt`` and ``..._message.txt`` in the recipient's language."""
    with translation.override(language):
        subject = render_to_string(f"mail/{template}_subject.txt", context)
        body = render_to_string(f"mail/{template}_message.txt", context)
    return write(recipient=recipient, language=language, subject=subject, body=body, at=at)


def send_waiting(*, at: datetime) -> int:
    """Send what is due, one mail a transaction; return how many left. Two workers never take the same mail."""
    sent = 0
    for _turn in range(BATCH):
        outcome = _send_next(at=at)
        if outcome is None:
            break
        sent += outcome
    return sent


@transaction.atomic
def _send_next(*, at: datetime) -> int | None:
    mail = (
        OutboundMail.objects.filter(state=OutboundMail.State.WAITING, next_attempt_at__lte=at)
        .order_by("next_attempt_at", "pk")
        .select_for_update(skip_locked=True)
        .first()
    )
    if mail is None:
        return None
    mail.attempts += 1
    try:
        message = EmailMessage(mail.subject, mail.body, to=[mail.recipient], headers={"X-Mail-Id": mail.public_id})
        message.send(fail_silently=False)
    except OSError as failure:
        _postpone(mail, failure, at=at)
    else:
        mail.state, mail.sent_at = OutboundMail.State.SENT, at
        if not settings.KEEP_SENT_MAIL:
            mail.body = ""
    mail.save()
    return int(mail.state == OutboundMail.State.SENT)


def _postpone(mail: OutboundMail, failure: OSError, *, at: datetime) -> None:
    mail.failure = type(failure).__name__
    if mail.attempts >= OutboundMail.ATTEMPTS_AT_MOST:
        mail.state = OutboundMail.State.FAILED
    mail.next_attempt_at = at + FIRST_RETRY * 2 ** (mail.attempts - 1)
    logger.warning("mail not sent", mail=mail.public_id, attempts=mail.attempts, failure=mail.failure)
