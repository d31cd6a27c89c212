"""Stating whether one has a conflict, and clearing another's doubt."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accelerator.applications.models import Application
from accelerator.applications.services import rows
from accelerator.reviews import queries, rules
from accelerator.reviews.lifecycle import HIDING, Says
from accelerator.reviews.models import Declaration
from core.audit.kinds import declare as declare_kind
from core.errors import Conflict, Invalid, NotFound
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission

DECLARED = declare_kind(
    "application.conflict_declared", _("{actor} said whether a conflict keeps her from the application {subject}.")
)
CLEARED = declare_kind(
    "application.conflict_cleared", _("{actor} cleared a doubt about a conflict with the application {subject}.")
)
LONGEST = 1_000


class NotYours(NotFound):
    """The application is not given to the person, or is gone for her."""


class Unsaid(Invalid):
    code = "unsaid"
    sentence = _("Choose one of the three, and keep the reason within 1,000 characters.")


class NotToClear(Conflict):
    code = "not_to_clear"
    sentence = _("Only a doubt is cleared. Whoever stated a conflict is replaced by another reviewer.")


@transaction.atomic
def declare(application: Application, *, says: str, reason: str = "", by: User, at: datetime) -> Declaration:
    """
    State a conflict, a doubt, or that there is none. The last statement counts; after a conflict or a doubt the application is gone.

    The reason stays private: neither the audit trail nor the desk shows it. Raises NotYours, Unsaid.
    """
    row = rows.locked(application)
    if not _is_about(by, row) or rules.is_hidden(row, by):
        raise NotYours
    if says not in {Says.NONE, *HIDING} or len(reason.strip()) > LONGEST:
        raise Unsaid(field="says")
    made = Declaration.objects.create(
        application=row, person=by, says=says, reason=reason.strip(), declared_by=by, declared_at=at
    )
    rows.record(DECLARED, row, by, {"says": says})
    return made


@transaction.atomic
def clear(application: Application, person: User, *, because: str, by: User, at: datetime) -> Declaration:
    """
    Say that a reviewer's doubt is no conflict: she sees the application again. Nobody clears her own.

    Raises NotPermitted, NotFound, StillSealed, Withdrawn, NotToClear, Unsaid.
    """
    row = rows.locked(application)
    if refused := rules.refusal_at_desk(by, row, at=at):
        raise refused
    last = queries.get_said(row, person.public_id)
    if last is None or last.says != Says.UNSURE or people_rules.is_same_human(by, person):
        raise NotToClear
    if not 1 <= len(because.strip()) <= LONGEST:
        raise Unsaid(field="because")
    made = Declaration.objects.create(
        application=row, person=person, says=Says.CLEARED, reason=because.strip(), declared_by=by, declared_at=at
    )
    rows.record(CLEARED, row, by, {"person": person.public_id, "because": because.strip()[:300]})
    return made


def _is_about(person: User, row: Application) -> bool:
    """A reviewer of it, or somebody who runs the programme."""
    return (
        people_rules.may(person, Permission.PROGRAMME_PUBLISH, row.call.programme.public_id)
        or queries.visible_to(person).filter(application=row).exists()
    )
