"""Removing bytes, sweeping away what no row names, and looking whether what is kept is still what was received."""

import hashlib
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.documents import limits, queries, storage
from core.documents.models import Document
from core.errors import Conflict
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.notifications import services as notifications
from core.people import queries as people
from core.people.models import User
from core.people.roles import Permission

logger = structlog.get_logger(__name__)

VERIFY = "core.documents.verify"
VERIFIED_A_CHUNK = 20
ORPHAN_AFTER_SECONDS = 24 * 3600.0
"""Longer than any transaction that received a file."""
KEYS_A_QUESTION = 500
REMOVED = declare("document.removed", _("{actor} removed the file {subject}: {reason}."))
DAMAGED = declare("document.damaged", _("The file {subject} is not what was received any more."))


class AlreadyRemoved(Conflict):
    code = "document_already_removed"
    sentence = _("This file was removed already. Reload the page to see what is there now.")


@transaction.atomic
def remove(document: Document, *, because: str, by: User, at: datetime) -> Document:
    """
    Delete the bytes for ever, once the caller's transaction commits; the row stays, with what it says.

    The caller has checked that the person may. Raises AlreadyRemoved.
    """
    row = locks.in_order(Document.objects.filter(pk=document.pk)).get()
    if row.removed_at is not None:
        raise AlreadyRemoved
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    transaction.on_commit(lambda: storage.delete(row.key), robust=True)
    audit.record(
        REMOVED,
        row.public_id,
        by=by,
        chain=row.scope or audit.GENERAL,
        after={"about": row.subject, "reason": because, "digest": row.sha256},
    )
    return row


def sweep() -> int:
    """Delete bytes that no row names, or whose row says that they were removed; how many there were."""
    swept = 0
    keys = list(storage.keys_older_than(ORPHAN_AFTER_SECONDS))
    for start in range(0, len(keys), KEYS_A_QUESTION):
        some = keys[start : start + KEYS_A_QUESTION]
        kept = queries.keys_kept(some)
        for key in some:
            if key not in kept:
                storage.delete(key)
                swept += 1
    if swept:
        logger.info("bytes of no document deleted", count=swept)
    return swept


def start_verifying(*, by: User, at: datetime) -> Job:
    """Put this week's look at all bytes on the list; asked again within the week it is the same job."""
    return jobs.start(VERIFY, key=f"{at:%G-W%V}", by=by, on=queries.day_of(at))


def verify(job: Running, *, at: datetime) -> None:
    """Compare every document's bytes with their digest, a few at a time; what differs is told once."""
    keys = queries.kept_keys()
    while job.done < len(keys):
        with job.chunk() as chunk:
            for pk in keys[chunk.count : chunk.count + VERIFIED_A_CHUNK]:
                verify_one(pk, at=at)
            chunk.done(min(chunk.count + VERIFIED_A_CHUNK, len(keys)), len(keys))


@transaction.atomic
def verify_one(document_id: int, *, at: datetime) -> bool:
    """Whether the bytes are what was received, noted in the row; whoever keeps the product is told where they are not."""
    row = locks.in_order(Document.objects.filter(pk=document_id)).get()
    if row.removed_at is not None:
        return True
    if _digest_on_disk(row.key) == row.sha256:
        row.verified_at, row.damaged_at = at, None
        row.save(update_fields=["verified_at", "damaged_at"])
        return True
    if row.damaged_at is None:
        row.damaged_at = at
        row.save(update_fields=["damaged_at"])
        audit.record(DAMAGED, row.public_id, by=people.system(), chain=row.scope or audit.GENERAL)
        _tell(row, at=at)
    return False


def _digest_on_disk(key: str) -> str:
    """Empty where there are no bytes."""
    try:
        with storage.open_to_read(key) as file:
            digest = hashlib.sha256()
            while chunk := file.read(limits.CHUNK_BYTES):
                digest.update(chunk)
            return digest.hexdigest()
    except storage.BytesMissing:
        return ""


def _tell(row: Document, *, at: datetime) -> None:
    for reader in people.who_may(Permission.JOB_MANAGE, "", on=queries.day_of(at)):
        with translation.override(reader.language):
            title = _now("The file %(id)s is not what was received any more. Restore it from the backup.") % {
                "id": row.public_id
            }
        notifications.tell(reader, title=title, at=at)
