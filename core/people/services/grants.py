"""Granting and revoking roles."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotPermitted
from core.people import rules, scopes
from core.people.models import RoleGrant, User
from core.people.roles import ROLES, Permission, Scope

GRANTED = declare("role.granted", _("{actor} gave {person} the role {role}."))
REVOKED = declare("role.revoked", _("{actor} took the role {role} from {person}."))


class GrantToOneself(NotPermitted):
    code = "grant_to_oneself"
    sentence = _("You cannot give a role to yourself. Another administrator can.")


class RevokeFromOneself(NotPermitted):
    code = "revoke_from_oneself"
    sentence = _("You cannot take a role from yourself. Another administrator can.")


class AlreadyHolds(Conflict):
    code = "already_holds"
    sentence = _("This person already holds this role over the same thing in these dates.")


class AlreadyRevoked(Conflict):
    code = "already_revoked"
    sentence = _("This role was already revoked.")


class UnfitScope(Invalid):
    code = "unfit_scope"
    sentence = _("This role cannot be given over that. Choose what the role is for.")


class EndsBeforeItStarts(Invalid):
    code = "ends_before_it_starts"
    sentence = _("The last day lies before the first. Choose a later day or leave it empty.")


@transaction.atomic
def grant(
    person: User,
    role: str,
    *,
    scope_kind: str,
    scope_ref: str = "",
    starts_on: date,
    ends_before: date | None = None,
    reason: str = "",
    by: User,
    at: datetime,
) -> RoleGrant:
    """Give a role over something from a day on. Raises NotPermitted, GrantToOneself, UnfitScope, AlreadyHolds."""
    locks.in_order(User.objects.filter(pk=person.pk)).get()
    rules.require(by, Permission.PEOPLE_GRANT)
    if rules.is_same_human(by, person):
        raise GrantToOneself
    check(role, scope_kind, scope_ref, starts_on, ends_before)
    return give(
        person,
        role,
        scope_kind=scope_kind,
        scope_ref=scope_ref,
        starts_on=starts_on,
        ends_before=ends_before,
        by=by,
        at=at,
        reason=reason,
    )


@transaction.atomic
def revoke(held: RoleGrant, *, by: User, at: datetime, reason: str = "") -> RoleGrant:
    """Take a role away, from the next request on. Raises NotPermitted, RevokeFromOneself, AlreadyRevoked."""
    rules.require(by, Permission.PEOPLE_GRANT)
    row = locks.in_order(RoleGrant.objects.filter(pk=held.pk)).get()
    if rules.is_same_human(by, row.person):
        raise RevokeFromOneself
    if row.revoked_at:
        raise AlreadyRevoked
    return take(row, by=by, at=at, reason=reason)


def take(row: RoleGrant, *, by: User, at: datetime, reason: str) -> RoleGrant:
    """Write the end of a grant and its audit row: for services that hold the row and have checked who may."""
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(
        REVOKED,
        row.public_id,
        by=by,
        before={"role": row.role, "person": row.person.public_id, "scope": row.scope_ref or row.scope_kind},
        after={"reason": reason},
    )
    row.person.forget_grants()
    return row


def give(
    person: User,
    role: str,
    *,
    scope_kind: str,
    scope_ref: str,
    starts_on: date,
    ends_before: date | None,
    by: User,
    at: datetime,
    reason: str,
) -> RoleGrant:
    """Write the grant and its audit row: for services that have checked who may."""
    try:
        with transaction.atomic():
            given = RoleGrant.objects.create(
                person=person,
                role=role,
                scope_kind=scope_kind,
                scope_ref=scope_ref,
                starts_on=starts_on,
                ends_before=ends_before,
                granted_by=by,
                granted_at=at,
                reason=reason,
            )
    except IntegrityError as refused:
        if "grant_once_at_a_time" not in str(refused):
            raise
        raise AlreadyHolds from None
    person.forget_grants()
    audit.record(
        GRANTED,
        given.public_id,
        by=by,
        after={
            "role": role,
            "person": person.public_id,
            "scope": scope_ref or scope_kind,
            "starts_on": starts_on,
            "ends_before": ends_before,
        },
    )
    return given


def check(role: str, scope_kind: str, scope_ref: str, starts_on: date, ends_before: date | None) -> None:
    """Whether the role may be held over that, in these days. Raises UnfitScope, EndsBeforeItStarts."""
    if role not in ROLES or scope_kind not in ROLES[role].scopes:
        raise _unfit(role)
    if (scope_kind == Scope.EVERYWHERE) != (scope_ref == ""):
        raise _unfit(role)
    if ends_before is not None and ends_before <= starts_on:
        raise EndsBeforeItStarts(field="ends_before")


def _unfit(role: str) -> UnfitScope:
    """The refusal that says over what the role may be held."""
    if role not in ROLES:
        return UnfitScope(field="scope")
    kinds = ", ".join(str(scopes.label(kind)) for kind in Scope if kind in ROLES[role].scopes)
    sentence = _now("The role “{role}” is held over: {kinds}. Choose one of these.")
    return UnfitScope(sentence.format(role=ROLES[role].name, kinds=kinds), field="scope")
