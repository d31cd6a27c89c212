"""Who may do what with an application that was sent, who has a conflict, and what that hides."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accelerator.applications.lifecycle import State as Sent
from accelerator.applications.models import Application
from accelerator.reviews.lifecycle import HIDING, OPENING
from accelerator.reviews.models import Assignment, Declaration
from core.errors import Conflict, DomainError, NotFound, NotPermitted
from core.people import rules as people_rules
from core.people.models import RoleGrant, User
from core.people.roles import Permission, Scope

Rows = TypeVar("Rows", bound=QuerySet)


class StillSealed(Conflict):
    code = "still_sealed"
    sentence = _("Nobody reads applications before their call closes. Come back then.")


class Withdrawn(Conflict):
    code = "application_withdrawn"
    sentence = _("The start-up withdrew this application, so nothing more is done with it.")


class Decided(Conflict):
    code = "application_decided"
    sentence = _("The programme decided on this application, so everything about it stays as it is.")


class NotDeclared(Conflict):
    code = "not_declared"
    sentence = _("First say whether you have a conflict with this application; then you read and score it.")


_decided: list[Callable[[], QuerySet]] = []


def add_decided(tell: Callable[[], QuerySet]) -> None:
    """Called once by a part above that decides: ``tell`` gives the keys of the applications that are decided."""
    _decided.append(tell)


def without_decided(rows: Rows, application: str = "pk") -> Rows:
    """Without what was decided; ``application`` is the way from a row to the key of its application."""
    for tell in _decided:
        rows = rows.exclude(**{f"{application}__in": tell()})
    return rows


def is_decided(application: Application) -> bool:
    return not without_decided(Application.objects.filter(pk=application.pk)).exists()


def hiding(*, person: User) -> QuerySet:
    """Keys of the applications whose last statement about the person, under whatever account, hides them from her."""
    about = Declaration.objects.filter(people_rules.of_same_human("person", person))
    later = about.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
    return about.filter(~Exists(later), says__in=HIDING).values("application")


def organisations_joined(*, person: User) -> QuerySet:
    """Public ids of the start-ups in which the person holds or ever held a role, under whatever account."""
    grants = RoleGrant.objects.filter(people_rules.of_same_human("person", person), scope_kind=Scope.ORGANISATION)
    return grants.values("scope_ref")


def without_conflicts(rows: Rows, person: User, application: str = "") -> Rows:
    """
    The one rule that hides: without applications about which the person stated a conflict or a doubt, or whose start-up she
    belongs to. ``application`` is the way from a row to its application; empty where the rows are applications.
    """
    way = f"{application}__" if application else ""
    kept = rows.exclude(**{f"{way}pk__in": hiding(person=person)})
    return kept.exclude(**{f"{way}organisation__public_id__in": organisations_joined(person=person)})


def is_hidden(application: Application, person: User) -> bool:
    return not without_conflicts(Application.objects.filter(pk=application.pk), person).exists()


def last_said() -> Subquery:
    """The last statement about the reviewer of an assignment and its application, to annotate assignments with."""
    said = Declaration.objects.filter(application=OuterRef("application"), person=OuterRef("reviewer"))
    return Subquery(said.order_by("-pk").values("says")[:1])


def refusal_at_desk(person: User, application: Application, *, at: datetime) -> DomainError | None:
    """Why the person may not work on the application at the desk; None where she may."""
    if not people_rules.may(person, Permission.PROGRAMME_PUBLISH, application.call.programme.public_id):
        return NotPermitted()
    if at < application.call.closes_at:
        return StillSealed()
    if is_hidden(application, person):
        return NotFound()
    if application.state != Sent.SUBMITTED:
        return Withdrawn()
    return Decided() if is_decided(application) else None


def refusal_to_review(person: User, assignment: Assignment) -> DomainError | None:
    """Why the person may not read and score what was given to her; None where she may."""
    application = assignment.application
    if assignment.reviewer_id != person.pk or assignment.ended_at is not None or is_hidden(application, person):
        return NotFound()
    if not people_rules.may(person, Permission.APPLICATION_REVIEW, application.call.programme.public_id):
        return NotFound()
    if application.state != Sent.SUBMITTED:
        return Withdrawn()
    if is_decided(application):
        return Decided()
    said = Declaration.objects.filter(application=application, person=person).order_by("-pk").first()
    return NotDeclared() if said is None or said.says not in OPENING else None
