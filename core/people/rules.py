"""Who may: the one place that turns grants into permissions. Other parts add state, never rights."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from core.errors import NotPermitted
from core.people.models import User
from core.people.roles import ROLES, STARTUP_RIGHTS, Permission, Scope


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


def may_invite(person: User, role: str, scope_kind: str, scope_ref: str) -> bool:
    """Whether the person may offer the role over the thing: owners of a start-up invite to rights over it alone."""
    if may(person, Permission.PEOPLE_INVITE):
        return True
    is_colleague = role in STARTUP_RIGHTS and scope_kind == Scope.ORGANISATION and scope_ref != ""
    return is_colleague and may(person, Permission.ORGANISATION_RUN, scope_ref)


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


def is_same_human(person: User, *others: User | None) -> bool:
    """Whether one of the accounts is the person's own, or was stated to be hers: where two people are asked for."""
    return person.human in {one.human for one in others if one}


def of_same_human(field: str, person: User) -> Q:
    """``is_same_human`` as a filter on the account that rows name by ``field``; empty where the rows are accounts."""
    if not field:
        return Q(pk=person.human) | Q(same_person_as=person.human)
    return Q(**{field: person.human}) | Q(**{f"{field}__same_person_as": person.human})


def human_as_of(account: str, at: str) -> str:
    """The human who holds an account, as stated before a moment, in SQL: both are names that stand in a query."""
    return f"CASE WHEN {account}.same_person_since < {at} THEN {account}.same_person_as_id ELSE {account}.id END"


def namesakes(others: Iterable[User], person: User) -> list[User]:
    """Accounts of other people under the same name, in whatever case and spacing: somebody should look."""
    return [one for one in others if not is_same_human(person, one) and _plain(one) == _plain(person)]


def _plain(account: User) -> str:
    return " ".join(account.name.casefold().split())


def needs_second_factor(person: User) -> bool:
    """Whether any role of the person demands a second factor."""
    return any(ROLES[slug].needs_second_factor for slug in person.role_slugs())
