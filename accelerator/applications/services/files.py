"""Files that answer a question: added, which puts them into quarantine until they are checked, and taken out again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application, Attachment
from accelerator.applications.reading import KIND
from accelerator.applications.rules import Act, refusal
from accelerator.applications.services import rows
from accelerator.applications.services.drafts import UnknownQuestion
from accelerator.challenges.models import CallQuestion
from core import locks
from core.audit.kinds import declare
from core.documents import services as documents
from core.documents.services import Landed, Readable
from core.people.models import User

OUT_OF_A_DRAFT = "taken out of a draft"
REMOVED = declare("application.file_removed", _("{actor} took a file out of the application {subject}."))


@transaction.atomic
def attach(
    application: Application, section: int, question: int, file: Readable | Landed, *, name: str, by: User, at: datetime
) -> Attachment:
    """
    Add a file to the answer of a question, by the places of its section and of itself. It counts from the moment it arrived.

    Raises NotPermitted, WrongState, TooEarly, TooLate, UnknownQuestion, and what ``core.documents`` refuses of a file.
    """
    row = rows.locked(application)
    if refused := refusal(by, row, Act.WRITE, at=at):
        raise refused
    asked = CallQuestion.objects.filter(section__call=row.call_id, section__order=section, order=question)
    found = asked.filter(kind=CallQuestion.Kind.FILE).first()
    if found is None:
        raise UnknownQuestion
    document = documents.receive(
        file,
        name=name,
        kind=KIND,
        subject=row.public_id,
        scope=row.organisation.public_id,
        organisation=row.organisation,
        by=by,
        at=at,
    )
    made = Attachment.objects.create(application=row, question=found, document=document)
    row.saved_by, row.saved_at = by, at
    row.save(update_fields=["saved_by", "saved_at"])
    return made


@transaction.atomic
def detach(attachment: Attachment, *, by: User, at: datetime) -> Attachment:
    """Take a file out of the draft; its bytes go as well unless they were sent. Raises NotPermitted, WrongState, TooLate."""
    row = rows.locked(attachment.application)
    if refused := refusal(by, row, Act.WRITE, at=at):
        raise refused
    kept = locks.in_order(Attachment.objects.filter(pk=attachment.pk).select_related("document")).get()
    if kept.removed_at is not None:
        return kept
    kept.removed_by, kept.removed_at = by, at
    kept.save(update_fields=["removed_by", "removed_at"])
    if not kept.is_sent and kept.document.removed_at is None:
        documents.remove(kept.document, because=OUT_OF_A_DRAFT, by=by, at=at)
    rows.record_draft(REMOVED, row, by, {"document": kept.document.public_id})
    return kept
