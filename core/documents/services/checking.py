"""Checking what was received: apart from the product, once, and again later where no answer could be had."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.documents import queries, scanning, storage
from core.documents.lifecycle import WAITING, State
from core.documents.models import Document
from core.documents.services import keeping
from core.errors import Conflict
from core.jobs import queries as jobs_queries
from core.jobs import services as jobs
from core.jobs.models import Job
from core.people import queries as people
from core.people.models import User

logger = structlog.get_logger(__name__)

CHECK = "core.documents.check"
LONG_AGO = timedelta(minutes=5)
"""After which a document that still waits is put on the list again."""
RELEASED = declare("document.released", _("The file {subject} was checked and can be read."))
REFUSED = declare("document.refused", _("The file {subject} was refused by its check: {rule}."))


class CheckerAway(Conflict):
    code = "document_checker_away"
    sentence = _("The file could not be checked just now. It stays in quarantine and is checked again by itself.")


def start_check(document: Document, *, by: User, key: str, at: datetime) -> Job:
    """Put the check on the list in the caller's transaction."""
    return jobs.start(CHECK, key=key, by=by, on=queries.day_of(at), scope=document.scope, document=document.pk)


def check(document_id: int, *, at: datetime) -> Document:
    """
    Look at one document and release or refuse it. Safe to repeat: what was judged or removed stays as it is.

    Where there are no bytes it goes back into quarantine as damaged, which whoever keeps the product is told. Raises
    CheckerAway, with the document back in quarantine.
    """
    document = _begun(document_id)
    if document.state != State.SCANNING or document.removed_at is not None:
        return document
    failpoints.reach("document.begun")
    try:
        verdict = scanning.judge(document.key, document.media)
    except scanning.Away as away:
        logger.warning("document not checked", document=document.public_id, because=str(away))
        _back_to_quarantine(document_id)
        raise CheckerAway from None
    except storage.BytesMissing:
        _back_to_quarantine(document_id)
        keeping.verify_one(document_id, at=at)
        return document
    failpoints.reach("document.judged")
    return _judged(document_id, verdict, at=at)


def check_waiting(*, at: datetime) -> int:
    """Put every document that has waited too long, and that no job is about, on the list once more; how many there are."""
    by, slot = people.system(), f"{at:%Y%m%dT%H}{at.minute // 5:02d}"
    waiting = queries.waiting_since(at - LONG_AGO, but_for=jobs_queries.open_ids(CHECK, "document"))
    for document in waiting:
        start_check(document, by=by, key=f"{document.public_id} {slot}", at=at)
    return len(waiting)


@transaction.atomic
def _begun(document_id: int) -> Document:
    row = locks.in_order(Document.objects.filter(pk=document_id)).get()
    if row.state == State.QUARANTINED and row.removed_at is None:
        row.state = State.SCANNING
        row.save(update_fields=["state"])
    return row


@transaction.atomic
def _back_to_quarantine(document_id: int) -> None:
    row = locks.in_order(Document.objects.filter(pk=document_id)).get()
    if row.state == State.SCANNING:
        row.state = State.QUARANTINED
        row.save(update_fields=["state"])


@transaction.atomic
def _judged(document_id: int, verdict: scanning.Verdict, *, at: datetime) -> Document:
    """Whoever comes second finds it judged. The bytes of what is refused are removed once that is written."""
    row = locks.in_order(Document.objects.filter(pk=document_id)).get()
    if row.state not in WAITING or row.removed_at is not None:
        return row
    if row.state == State.QUARANTINED:
        Document.objects.filter(pk=row.pk).update(state=State.SCANNING)
    row.checked_at, row.checked_by, row.reason = at, verdict.engines[:100], verdict.reason
    row.state = State.REFUSED if verdict.reason else State.CLEAN
    if verdict.reason:
        row.removed_at = at
        transaction.on_commit(lambda: storage.delete(row.key), robust=True)
    row.save(update_fields=["state", "reason", "checked_at", "checked_by", "removed_at"])
    audit.record(
        REFUSED if verdict.reason else RELEASED,
        row.public_id,
        by=people.system(),
        chain=row.scope or audit.GENERAL,
        after={"about": row.subject, "rule": verdict.reason, "engines": row.checked_by},
    )
    return row
