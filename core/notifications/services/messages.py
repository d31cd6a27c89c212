"""Telling people things in the product, and noting that they read them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from core.errors import NotPermitted
from core.notifications.models import Message
from core.people.models import User


def tell(reader: User, *, title: str, address: str = "", at: datetime) -> Message:
    """Put a message before one person, in the caller's transaction. ``title`` is in the reader's language already."""
    (message,) = post([drafted(reader, title=title, address=address, at=at)])
    return message


def post(messages: Sequence[Message]) -> list[Message]:
    """Put messages that were drafted before their readers, in the caller's transaction."""
    return Message.objects.bulk_create(messages)


def drafted(reader: User, *, title: str, address: str = "", at: datetime) -> Message:
    """A message that nobody sees yet."""
    return Message(reader=reader, title=title[:300], address=address, created_at=at)


@transaction.atomic
def mark_read(messages: list[Message], *, by: User, at: datetime) -> int:
    """Note that one's own messages were read; how many were not before. Raises NotPermitted for another's."""
    if any(message.reader_id != by.pk for message in messages):
        raise NotPermitted
    keys = [message.pk for message in messages]
    return Message.objects.filter(pk__in=keys, read_at__isnull=True).update(read_at=at)
