"""Whose applications they are, what was sent, what was asked, and how each stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accelerator.applications.lifecycle import State
from accelerator.applications.models import Application, Clarification, OtherText, Submission
from core.errors import NotFound
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import RoleGrant, User
from core.people.roles import ROLES, Permission


@dataclass(frozen=True, slots=True)
class Standing:
    """How an application stands in plain words: a chip's tone and word, what comes next, and by when where that is known."""

    tone: str
    word: str
    next: str
    by: datetime | None = None
    address: str = ""
    """Where more of it is to be read, if anywhere."""


_further: list[Callable[[Application], Standing | None]] = []


def add_standing(tell: Callable[[Application], Standing | None]) -> None:
    """Called once by a part above that knows what became of a submitted application; the last one that knows is heard."""
    _further.append(tell)


def known_above(application: Application) -> Standing | None:
    """What a part above knows of it; None where none does yet."""
    return next((found for tell in reversed(_further) if (found := tell(application)) is not None), None)


def organisations_of(person: User) -> QuerySet[Organisation]:
    """The start-ups that the person writes applications for."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    return Organisation.objects.filter(public_id__in=own).select_related("nation").order_by("name", "pk")


def visible_to(person: User) -> QuerySet[Application]:
    """The applications of the person's start-ups, in every state, the newest first."""
    own = people_rules.scopes_of(person, Permission.APPLICATION_WRITE)
    return at_hand(Application.objects.filter(organisation__public_id__in=own)).order_by("-begun_at", "-pk")


def at_hand(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Applications with what every page says of them."""
    return rows.select_related(
        "call",
        "call__programme",
        "call__programme__currency",
        "challenge",
        "organisation",
        "organisation__nation",
        "saved_by",
    )


def get_application(person: User, public_id: str) -> Application:
    """An application of one of the person's start-ups. Raises NotFound."""
    found = visible_to(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_bare(person: User, public_id: str) -> Application:
    """The same without what pages say of it, for what is asked often: a file sent, and whether it is checked. Raises NotFound."""
    found = visible_to(person).select_related(None).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def of_organisation(organisation: Organisation) -> QuerySet[Application]:
    """Everything that a start-up applied with, the newest first."""
    return at_hand(Application.objects.filter(organisation=organisation)).order_by("-begun_at", "-pk")


def submissions(application: Application) -> QuerySet[Submission]:
    """What was sent, the last first."""
    return application.submissions.select_related("submitted_by").order_by("-order")


def last_submission(application: Application) -> Submission | None:
    """The one that counts; None where nothing was sent or it was withdrawn."""
    return submissions(application).first() if application.state == State.SUBMITTED else None


def get_submission(application: Application, public_id: str) -> Submission:
    """What was sent under a number, with its receipt. Raises NotFound."""
    found = submissions(application).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def clarifications(application: Application) -> QuerySet[Clarification]:
    """What was asked about an application: what waits for an answer first, by its day."""
    return application.clarifications.select_related("answered_by").order_by("answered_at", "due_at", "pk")


def get_clarification(application: Application, public_id: str) -> Clarification:
    """A question about an application. Raises NotFound."""
    found = clarifications(application).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def open_others(application: Application) -> dict[int, list[OtherText]]:
    """The texts that wait for somebody to choose, by the key of their question."""
    found: dict[int, list[OtherText]] = {}
    rows = OtherText.objects.filter(answer__application=application, settled_at__isnull=True)
    for one in rows.select_related("answer", "written_by", "replaced_by").order_by("-replaced_at", "-pk"):
        found.setdefault(one.answer.question_id, []).append(one)
    return found


def readers_of(organisation: Organisation, *, at: datetime) -> list[User]:
    """The people who read a start-up's drafts: those who write for it, by name."""
    writing = [slug for slug, role in ROLES.items() if Permission.APPLICATION_WRITE in role.permissions]
    grants = RoleGrant.objects.filter(
        role__in=writing, scope_ref=organisation.public_id, revoked_at__isnull=True, person__is_active=True
    ).select_related("person")
    held: Iterable[RoleGrant] = (one for one in grants if one.holds_on(at.date()))
    return sorted({one.person for one in held}, key=lambda one: (one.name, one.pk))


def get_other(application: Application, public_id: str) -> OtherText:
    """A text of an application that somebody else's replaced. Raises NotFound."""
    rows = OtherText.objects.filter(answer__application=application, public_id=public_id)
    found = rows.select_related(
        "answer", "answer__question", "answer__question__section", "answer__written_by", "written_by"
    ).first()
    if found is None:
        raise NotFound
    return found
