"""Who may read a document of which kind: each part that has documents says so for its own."""

from collections.abc import Callable

from core.documents.models import Document
from core.people.models import User

MayRead = Callable[[User, Document], bool]

_kinds: dict[str, MayRead] = {}


def register(kind: str, may_read: MayRead) -> None:
    """Make a kind of document known. A second registration of one kind is a mistake in the program."""
    if kind in _kinds:
        raise ValueError(f"documents of the kind {kind} are registered twice")
    _kinds[kind] = may_read


def is_known(kind: str) -> bool:
    return kind in _kinds


def may_read(person: User, document: Document) -> bool:
    """False for a kind that nobody registered."""
    judge = _kinds.get(document.kind)
    return judge is not None and judge(person, document)
