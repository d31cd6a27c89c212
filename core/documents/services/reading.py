"""Handing a document out: to whom its kind lets read it, once it was found clean, and never without a trace."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import structlog
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.documents import access, storage, words
from core.documents.lifecycle import State
from core.documents.models import Document
from core.errors import Conflict, NotFound, Sentence
from core.people.models import User

logger = structlog.get_logger(__name__)

READ = declare("document.read", _("{actor} downloaded the file {subject}."))


class NotReleased(Conflict):
    """It waits for its check, was refused, or was removed: nobody reads it, whoever uploaded it included."""

    code = "document_not_released"


@dataclass(frozen=True, slots=True)
class Opened:
    """The caller closes ``file``."""

    document: Document
    file: BinaryIO


@transaction.atomic
def open_for(person: User, public_id: str, *, at: datetime) -> Opened:
    """Open a clean document for somebody who may read it, and note it. Raises NotFound, NotReleased."""
    document = Document.objects.select_related("organisation").filter(public_id=public_id).first()
    if document is None or not person.is_active or not access.may_read(person, document):
        raise NotFound
    if document.state != State.CLEAN or document.removed_at is not None:
        raise NotReleased(_why_not(document))
    try:
        file = storage.open_to_read(document.key)
    except storage.BytesMissing:
        logger.exception("bytes of a document are gone", document=document.public_id)
        raise NotReleased(
            format_lazy(
                _("“{name}” cannot be read at present; the administrators see this. Try again later."),
                name=document.name,
            )
        ) from None
    try:
        audit.record(
            READ,
            document.public_id,
            by=person,
            chain=document.scope or audit.GENERAL,
            after={"about": document.subject, "digest": document.sha256},
        )
    except BaseException:
        file.close()
        raise
    return Opened(document, file)


def _why_not(document: Document) -> Sentence:
    if document.state == State.REFUSED:
        return words.reason(document.reason, document.name)
    if document.removed_at is not None:
        return format_lazy(_("“{name}” was removed and cannot be read any more."), name=document.name)
    return format_lazy(
        _("“{name}” waits for its check and can be read once that is done. Try again in a minute."), name=document.name
    )
