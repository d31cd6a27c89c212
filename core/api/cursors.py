"""Pages that stay where they are while rows are written: a cursor says after which row to go on, signed, for one address."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.api.problems import Problem, fault

SALT = "core.api.cursors"
LEAST, USUAL, MOST = 1, 50, 100


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` in the order of their keys; ``next`` is empty on the last page."""

    rows: list[Any]
    next: str


def page(rows: QuerySet[Any], *, cursor: str, limit: int, question: str, columns: tuple[str, ...] = ()) -> Page:
    """The rows after ``cursor``. ``question`` names the address and its filters: a cursor belongs to one alone.

    With ``columns`` each row is the tuple of them, and no object.

    Rows are read in the order of their keys, so what is added while somebody walks comes at the end, none is met twice
    and none that stood at the beginning is left out. Raises Problem.
    """
    rows = rows.order_by("pk")
    rows = rows.filter(pk__gt=_read(cursor, question)) if cursor else rows
    if columns:
        rows = rows.values_list(*columns, "pk")
    found = list(rows[: limit + 1])
    has_more = len(found) > limit
    found = found[:limit]
    if not columns:
        return Page(found, _write(found[-1].pk, question) if has_more else "")
    return Page([row[:-1] for row in found], _write(found[-1][-1], question) if has_more else "")


def _write(key: Any, question: str) -> str:
    return signing.dumps([key, _digest(question)], salt=SALT)


def _read(cursor: str, question: str) -> Any:
    try:
        key, digest = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        key, digest = None, ""
    if digest != _digest(question):
        detail = _("This cursor is none of this list with these filters. Begin without one.")
        raise Problem("invalid", 400, detail, faults=[fault("?cursor", "unknown_cursor", detail)])
    return key


def _digest(question: str) -> str:
    return sha256(question.encode()).hexdigest()[:16]
