"""Reading the outbox."""

from django.db.models import QuerySet

from core.errors import NotFound
from core.notifications.models import OutboundMail


def newest(limit: int) -> QuerySet[OutboundMail]:
    """The latest mails, newest first."""
    return OutboundMail.objects.order_by("-created_at", "-pk")[:limit]


def get(public_id: str) -> OutboundMail:
    """One mail. Raises NotFound."""
    mail = OutboundMail.objects.filter(public_id=public_id).first()
    if mail is None:
        raise NotFound
    return mail
