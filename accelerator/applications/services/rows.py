"""The row of an application under its lock, and the chain that tells of what happened to it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from accelerator.applications.models import Application
from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind
from core.people.models import User

SAID = ("call", "call__programme", "organisation", "challenge")


def locked(application: Application) -> Application:
    """The application as it stands, its row held until the transaction ends."""
    return locks.in_order(Application.objects.filter(pk=application.pk).select_related(*SAID)).get()


def all_locked(keys: Sequence[int] | QuerySet[Any]) -> list[Application]:
    """The same for many applications, by their keys."""
    return list(locks.in_order(Application.objects.filter(pk__in=keys).select_related(*SAID)))


def record(kind: Kind, row: Application, by: User, told: dict[str, Any]) -> None:
    """In a chain of the application's own beneath its programme's: at the deadline nobody waits for another's end of a chain."""
    audit.record(kind, row.public_id, by=by, chain=_chain(row), after=told)


def record_all(kind: Kind, told: Sequence[tuple[Application, dict[str, Any]]], by: User) -> None:
    """The same for many applications at once."""
    audit.record_all(kind, [audit.Told(row.public_id, _chain(row), after) for row, after in told], by=by)


def record_draft(kind: Kind, row: Application, by: User, told: dict[str, Any]) -> None:
    """In the chain of the organisation: what is not sent yet is nobody's at the programme."""
    audit.record(kind, row.public_id, by=by, chain=row.organisation.public_id, after=told)


def _chain(row: Application) -> str:
    return f"{row.call.programme.public_id}.{row.public_id}"
