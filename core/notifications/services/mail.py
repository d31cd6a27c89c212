"""Writing mail and sending it. A mail leaves once, but for one at which a worker died: it may have left, and is sent again.

Such a mail says so for ever in ``failure``.
"""

from collections.abc import Sequence
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
HELD = timedelta(minutes=5)
"""For so long a claimed mail is left to its worker: longer than the time limit of a task."""
UNCERTAIN = "WorkerStopped"
"""The ``failure`` from the claim to the outcome; afterwards only where some attempt never told its own."""


def write(*, recipient: str, language: str, subject: str, body: str, at: datetime) -> OutboundMail:
    """Put a mail into the outbox in the caller's transaction; it leaves once that commits."""
    (mail,) = post([drafted(recipient=recipient, language=language, subject=subject, body=body, at=at)])
    return mail


def write_from_template(
    template: str, *, recipient: str, language: str, context: dict[str, object], at: datetime
) -> OutboundMail:
    """Write ``templates/mail/<template>_subject.txt`` and ``..._message.txt`` in the recipient's language."""
    (mail,) = post([from_template(template, recipient=recipient, language=language, context=context, at=at)])
    return mail


@transaction.atomic
def post(mails: Sequence[OutboundMail]) -> list[OutboundMail]:
    """Put mails that were drafted into the outbox in the caller's transaction, with one bell for all."""
    if mails:
        doorbell.ring_after_commit("core.notifications.send_waiting")
    return OutboundMail.objects.bulk_create(mails)


def drafted(*, recipient: str, language: str, subject: str, body: str, at: datetime) -> OutboundMail:
    """A mail that is not in the outbox yet."""
    return OutboundMail(
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split())[:300],
        body=body,
        created_at=at,
        next_attempt_at=at,
        request_id=str(contextvars.get_contextvars().get("request_id", ""))[:40],
    )


def from_template(
    template: str, *, recipient: str, language: str, context: dict[str, object], at: datetime
) -> OutboundMail:
    """As ``write_from_template``, not in the outbox yet."""
    with translation.override(language):
        subject = render_to_string(f"mail/{template}_subject.txt", context)
        body = render_to_string(f"mail/{template}_message.txt", context)
    return drafted(recipient=recipient, language=language, subject=subject, body=body, at=at)


def send_waiting(*, at: datetime) -> int:
    """Send what is due, one mail a transaction; return how many left. Two workers never take the same mail."""
    sent = 0
    for _turn in range(BATCH):
        outcome = _send_next(at=at)
        if outcome is None:
            break
        sent += outcome
    return sent


def _send_next(*, at: datetime) -> int | None:
    """Send the mail that waits longest, claimed before and noted after, so that no transaction waits for the provider."""
    mail = _claim(at=at)
    if mail is None:
        return None
    try:
        message = EmailMessage(mail.subject, mail.body, to=[mail.recipient], headers={"X-Mail-Id": mail.public_id})
        message.send(fail_silently=False)
    except OSError as failure:
        _postpone(mail, failure, at=at)
        return 0
    kept = mail.body if settings.KEEP_SENT_MAIL else ""
    _note(mail, state=OutboundMail.State.SENT, sent_at=at, body=kept, failure=mail.failure)
    return 1


@transaction.atomic
def _claim(*, at: datetime) -> OutboundMail | None:
    """The next mail that is due, now nobody else's for a while; its ``failure`` says whether a worker stopped at it.

    One at which workers stopped again and again is given up, so that it holds up nobody.
    """
    due = OutboundMail.objects.filter(state=OutboundMail.State.WAITING, next_attempt_at__lte=at)
    due = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)
    mail = due.first()
    while mail is not None and mail.attempts >= OutboundMail.ATTEMPTS_AT_MOST:
        OutboundMail.objects.filter(pk=mail.pk).update(state=OutboundMail.State.FAILED)
        logger.error("mail given up", mail=mail.public_id, attempts=mail.attempts, failure=mail.failure)
        mail = due.first()
    if mail is None:
        return None
    before = UNCERTAIN if mail.failure == UNCERTAIN else ""
    mail.attempts, mail.next_attempt_at, mail.failure = mail.attempts + 1, at + HELD, UNCERTAIN
    mail.save(update_fields=["attempts", "next_attempt_at", "failure"])
    mail.failure = before
    return mail


def _postpone(mail: OutboundMail, failure: OSError, *, at: datetime) -> None:
    state = OutboundMail.State.WAITING if mail.attempts < OutboundMail.ATTEMPTS_AT_MOST else OutboundMail.State.FAILED
    told = mail.failure or type(failure).__name__
    _note(mail, state=state, failure=told, next_attempt_at=at + FIRST_RETRY * 2 ** (mail.attempts - 1))
    logger.warning("mail not sent", mail=mail.public_id, attempts=mail.attempts, failure=told)


def _note(mail: OutboundMail, **outcome: object) -> None:
    """Compare and swap: what became of this attempt, unless a later one has begun."""
    OutboundMail.objects.filter(pk=mail.pk, state=OutboundMail.State.WAITING, attempts=mail.attempts).update(**outcome)
