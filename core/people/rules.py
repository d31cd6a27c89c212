"""Who may: the one place that turns grants into permissions. Other parts add state, never rights."""

from datetime import date

from core.errors import NotPermitted
from core.people.models import User
from core.people.roles import ROLES, Permission, Scope


def may(person: User, permission: Permission, scope_ref: str | None = None, *, on: date | None = None) -> bool:
    """
    Whether a grant in force gives ``permission`` over the thing named by ``scope_ref``.

    Without ``scope_ref`` a grant over anything is enough: the query then filters by scope. The system acts on the
    authority of the job or decision that started it, which checked before.
    """
    if person.is_system:
        return True
    if not person.is_active:
        return False
    return any(
        permission in ROLES[grant.role].permissions
        and (scope_ref is None or grant.scope_kind == Scope.EVERYWHERE or grant.scope_ref == scope_ref)
        for grant in person.grants_in_force(on)
    )


def require(person: User, permission: Permission, scope_ref: str | None = None, *, on: date | None = None) -> None:
    """Raise NotPermitted unless ``may``."""
    if not may(person, permission, scope_ref, on=on):
        raise NotPermitted


def reaches_everywhere(person: User, permission: Permission) -> bool:
    """Whether the permission is held without a limit of scope."""
    return person.is_system or any(
        permission in ROLES[grant.role].permissions and grant.scope_kind == Scope.EVERYWHERE
        for grant in person.grants_in_force()
    )


def reads_everything(person: User) -> bool:
    """Whether the person audits. A programme manager of all programmes reads their trail, not the fund's or people's."""
    return reaches_everywhere(person, Permission.AUDIT_VERIFY)


def scopes_of(person: User, permission: Permission) -> frozenset[str]:
    """Ids of the things over which the permission is held by a limited grant."""
    return frozenset(
        grant.scope_ref
        for grant in person.grants_in_force()
        if permission in ROLES[grant.role].permissions and grant.scope_kind != Scope.EVERYWHERE
    )


def needs_second_factor(person: User) -> bool:
    """Whether any role of the person demands a second factor."""
    return any(ROLES[slug].needs_second_factor for slug in person.role_slugs())
