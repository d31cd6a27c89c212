"""The people of a start-up: rights given and taken by its owners. An organisation is named by its public id."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock, locks
from core.errors import Conflict, NotFound, NotPermitted
from core.people import rules
from core.people.models import RoleGrant, User
from core.people.roles import STARTUP_MEMBER, STARTUP_OWNER, STARTUP_RIGHTS, Permission, Scope
from core.people.services import grants


class OwnersOnly(NotPermitted):
    code = "owners_only"
    sentence = _("Only an owner of the start-up’s page does this. Ask one of them.")


class LastOwner(Conflict):
    """Somebody has to be left who may invite, submit and answer."""

    code = "last_owner"
    sentence = _("This is the last owner, and a start-up needs one. Make a colleague an owner first.")


class OwnRights(NotPermitted):
    code = "own_rights"
    sentence = _("Nobody changes the rights of herself. Another owner can, or you leave.")


class NoMember(NotFound):
    code = "no_member"
    sentence = _("This person does not work for the start-up, or no longer. Reload the page to see who does.")


@transaction.atomic
def change_rights(person: User, role: str, *, organisation: str, by: User, at: datetime) -> None:
    """Make a colleague an owner or a member. Raises OwnersOnly, OwnRights, NoMember, LastOwner, UnfitScope."""
    held = _held(organisation, by=by)
    if rules.is_same_human(by, person):
        raise OwnRights
    own = _of(held, person)
    day = clock.day_of(at)
    if role not in STARTUP_RIGHTS:
        raise grants.UnfitScope(field="role")
    if role == STARTUP_MEMBER.slug:
        _keep_an_owner(held, without=person, at=at)
    for one in own:
        if one.role != role:
            grants.take(one, by=by, at=at, reason=_now("Other rights given."))
    if any(one.role == role and one.holds_on(day) for one in own):
        return
    grants.give(
        person,
        role,
        scope_kind=Scope.ORGANISATION,
        scope_ref=organisation,
        starts_on=day,
        ends_before=None,
        by=by,
        at=at,
        reason="",
    )


@transaction.atomic
def remove_member(person: User, *, organisation: str, by: User, at: datetime) -> None:
    """Take every right over the start-up from a colleague. Raises OwnersOnly, OwnRights, NoMember, LastOwner."""
    held = _held(organisation, by=by)
    if rules.is_same_human(by, person):
        raise OwnRights
    own = _of(held, person)
    _keep_an_owner(held, without=person, at=at)
    for one in own:
        grants.take(one, by=by, at=at, reason=_now("Removed by an owner."))


@transaction.atomic
def leave(*, organisation: str, by: User, at: datetime) -> None:
    """Give up one's own rights over the start-up. Raises NoMember, LastOwner."""
    held = _held(organisation)
    own = _of(held, by)
    if any(one.role == STARTUP_OWNER.slug for one in own):
        _keep_an_owner(held, without=by, at=at)
    for one in own:
        grants.take(one, by=by, at=at, reason=_now("Left."))
    by.forget_grants()


def leaves_others_without_owner(person: User, organisation: str, *, at: datetime) -> bool:
    """Whether others work for the start-up and none of them owns it: asked by a service that closes an account."""
    day = clock.day_of(at)
    others = [
        one for one in _held(organisation) if one.person_id != person.pk and one.person.is_active and one.holds_on(day)
    ]
    return bool(others) and not any(one.role == STARTUP_OWNER.slug for one in others)


def _held(organisation: str, *, by: User | None = None) -> list[RoleGrant]:
    """The rights over the organisation, locked: of two owners who remove each other the second finds hers gone."""
    rows = RoleGrant.objects.filter(
        scope_kind=Scope.ORGANISATION, scope_ref=organisation, role__in=STARTUP_RIGHTS, revoked_at__isnull=True
    )
    held = list(locks.in_order(rows.select_related("person")))
    if by is not None:
        by.forget_grants()
        if not rules.may(by, Permission.ORGANISATION_RUN, organisation):
            raise OwnersOnly
    return held


def _of(held: list[RoleGrant], person: User) -> list[RoleGrant]:
    own = [one for one in held if one.person_id == person.pk]
    if not own:
        raise NoMember
    return own


def _keep_an_owner(held: list[RoleGrant], *, without: User, at: datetime) -> None:
    """Refuse what would leave the organisation with nobody who acts for it today."""
    day = clock.day_of(at)
    others = (one for one in held if one.person_id != without.pk and one.person.is_active)
    if not any(one.role == STARTUP_OWNER.slug and one.holds_on(day) for one in others):
        raise LastOwner
