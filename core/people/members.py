"""Who works for a start-up, and who is invited to: what its page shows. An organisation is named by its public id."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from core.people.models import Invitation, RoleGrant, User
from core.people.roles import ROLES, STARTUP_OWNER, STARTUP_RIGHTS, Scope


@dataclass(frozen=True, slots=True)
class Member:
    """``rights`` and ``description`` are words; ``since`` is the first day of the rights."""

    person: User
    role: str
    rights: str
    description: str
    since: date

    @property
    def is_owner(self) -> bool:
        return self.role == STARTUP_OWNER.slug


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation to the start-up that is open; one that has expired can be sent again."""

    invitation: Invitation
    rights: str
    has_expired: bool


def of(organisation: str, *, on: date) -> list[Member]:
    """The active people with rights in force on a day, owners first, then by name; each once, with the widest rights."""
    grants = RoleGrant.objects.filter(
        scope_kind=Scope.ORGANISATION,
        scope_ref=organisation,
        role__in=STARTUP_RIGHTS,
        revoked_at__isnull=True,
        person__is_active=True,
    ).select_related("person")
    found: dict[int, Member] = {}
    for held in sorted(grants, key=lambda one: (STARTUP_RIGHTS.index(one.role), one.person.name, one.person_id)):
        if held.holds_on(on):
            found.setdefault(held.person_id, _member(held))
    return list(found.values())


def get(organisation: str, public_id: str, *, on: date) -> Member | None:
    """One of them, by the person's public id."""
    return next((one for one in of(organisation, on=on) if one.person.public_id == public_id), None)


def invited(organisation: str, *, at: datetime) -> list[Invited]:
    """The invitations that were neither used nor withdrawn, the newest first."""
    return [
        Invited(one, str(ROLES[one.role].name), one.expires_at <= at)
        for one in _open(organisation).order_by("-invited_at", "pk")
    ]


def get_invitation(organisation: str, public_id: str) -> Invitation | None:
    return _open(organisation).filter(public_id=public_id).first()


def _open(organisation: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        scope_kind=Scope.ORGANISATION,
        scope_ref=organisation,
        role__in=STARTUP_RIGHTS,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
    ).select_related("invited_by")


def _member(held: RoleGrant) -> Member:
    role = ROLES[held.role]
    return Member(held.person, held.role, str(role.name), str(role.description), held.starts_on)
