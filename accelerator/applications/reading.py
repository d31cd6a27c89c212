"""Who may read the files of applications, told to the documents."""

from collections.abc import Callable

from accelerator.applications import rules
from accelerator.applications.models import Application, Attachment
from core.documents import access
from core.documents.models import Document
from core.people.models import User
from core.people.roles import Permission

KIND = "application-answer"
MayRead = Callable[[User, Application], bool]
_further: list[MayRead] = []


def register() -> None:
    """Tell the documents who may read what was attached."""
    access.register(KIND, may_read)


def add_readers(may: MayRead) -> None:
    """Called once by a part above whose people read what was sent. They never read what was not."""
    _further.append(may)


def may_read(person: User, document: Document) -> bool:
    """The start-up's own people, the partner system that brought it in, and of what was sent those whom a part above lets."""
    found = Attachment.objects.filter(document=document).select_related("application__organisation").first()
    if found is None:
        return False
    if rules.may(person, Permission.APPLICATION_WRITE, found.application.organisation):
        return True
    return found.is_sent and any(may(person, found.application) for may in _further)
