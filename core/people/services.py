"""Inviting people, granting and revoking roles, ending sessions."""

import secrets
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.people import rules
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import ROLES, Permission, Scope

INVITATION_LASTS = timedelta(days=7)

INVITED = declare("person.invited", _("{actor} invited somebody as {role}."))
INVITATION_WITHDRAWN = declare("invitation.withdrawn", _("{actor} withdrew an invitation."))
INVITATION_ACCEPTED = declare("invitation.accepted", _("{actor} accepted an invitation."))
ADDED = declare("person.added", _("{actor} added the account {subject}."))
GRANTED = declare("role.granted", _("{actor} gave {person} the role {role}."))
REVOKED = declare("role.revoked", _("{actor} took the role {role} from {person}."))
DISABLED = declare("person.disabled", _("{actor} disabled the account {subject}."))
ENABLED = declare("person.enabled", _("{actor} enabled the account {subject}."))
SIGNED_OUT_EVERYWHERE = declare("person.signed_out_everywhere", _("{actor} ended every session of {subject}."))
SETTINGS_CHANGED = declare("person.settings_changed", _("{actor} changed the settings of {subject}."))


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


class AlreadyInvited(Conflict):
    code = "already_invited"
    sentence = _("This address already has an account or an open invitation.")


class InvitationExpired(Conflict):
    code = "invitation_expired"
    sentence = _("This invitation has expired. Ask whoever invited you for a new one.")


class InvitationUsed(Conflict):
    code = "invitation_used"
    sentence = _("This invitation was already used or withdrawn. Sign in, or ask for a new one.")


class UnfitPassword(Invalid):
    code = "unfit_password"


def ensure_system(*, at: datetime) -> User:
    """The system user, made once, before anybody exists who could."""
    found = User.objects.filter(is_system=True).first()
    if found:
        return found
    return User.objects.create_person(email="system@invalid.example", name="System", is_system=True, created_at=at)


@transaction.atomic
def add(*, email: str, name: str, by: User, at: datetime, language: str = "en", password: str | None = None, illustrative: bool = False) -> User:
    """Add an account with a verified address, without an invitation: the first administrator, and the demo's people."""
    if not by.is_system:
        raise NotPermitted
    person = User.objects.create_person(
        email=email, name=name, language=language, password=password, is_illustrative=illustrative, created_at=at
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    audit.record(ADDED, person.public_id, by=by, after={"language": language, "is_illustrative": illustrative})
    return person


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    language: str,
    role: str,
    scope_kind: str,
    scope_ref: str,
    starts_on: date,
    ends_before: date | None,
    by: User,
    at: datetime,
) -> tuple[Invitation, str]:
    """Offer an account; return the invitation and the secret of its link, which is kept nowhere.

    The link holds for seven days. Raises NotPermitted, AlreadyInvited, UnfitScope, EndsBeforeItStarts.
    """
    rules.require(by, Permission.PEOPLE_INVITE)
    _check_grant(role, scope_kind, scope_ref, starts_on, ends_before)
    address = email.strip().lower()
    _withdraw_expired(address, at=at)
    if User.objects.filter(email=address).exists() or _open_invitation(address).exists():
        raise AlreadyInvited(field="email")

    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        name=name,
        language=language,
        role=role,
        scope_kind=scope_kind,
        scope_ref=scope_ref,
        starts_on=starts_on,
        ends_before=ends_before,
        token_digest=Invitation.digest_of(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    audit.record(INVITED, invitation.public_id, by=by, after={"role": role, "scope": scope_ref or scope_kind})
    return invitation, token


def find_invitation(token: str, *, at: datetime) -> Invitation:
    """The open invitation behind a link. Raises NotFound, InvitationUsed, InvitationExpired."""
    invitation = Invitation.objects.filter(token_digest=Invitation.digest_of(token)).first()
    if invitation is None:
        raise NotFound
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationUsed
    if invitation.expires_at <= at:
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """Make the account: the link proves the address, so it counts as verified. The role is granted with it.

    Raises NotFound, InvitationUsed, InvitationExpired, UnfitPassword.
    """
    digest = Invitation.digest_of(token)
    locks.in_order(Invitation.objects.filter(token_digest=digest)).first()
    invitation = find_invitation(token, at=at)
    person = User(email=invitation.email, name=name.strip(), language=invitation.language, created_at=at)
    _check_password(password, person)
    person.set_password(password)
    person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(INVITATION_ACCEPTED, invitation.public_id, by=person, after={"person": person.public_id})
    _grant(
        person,
        invitation.role,
        scope_kind=invitation.scope_kind,
        scope_ref=invitation.scope_ref,
        starts_on=invitation.starts_on,
        ends_before=invitation.ends_before,
        by=invitation.invited_by,
        at=at,
        reason="",
    )
    return person


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Void a link that was not used yet. Raises NotPermitted, InvitationUsed."""
    rules.require(by, Permission.PEOPLE_INVITE)
    row = locks.in_order(Invitation.objects.filter(pk=invitation.pk)).get()
    if row.accepted_at or row.withdrawn_at:
        raise InvitationUsed
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.record(INVITATION_WITHDRAWN, row.public_id, by=by)


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
    if by.pk == person.pk:
        raise GrantToOneself
    _check_grant(role, scope_kind, scope_ref, starts_on, ends_before)
    return _grant(
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
    if row.person_id == by.pk:
        raise RevokeFromOneself
    if row.revoked_at:
        raise AlreadyRevoked
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(
        REVOKED,
        row.public_id,
        by=by,
        before={"role": row.role, "person": row.person.public_id, "scope": row.scope_ref or row.scope_kind},
        after={"reason": reason},
    )
    return row


@transaction.atomic
def disable(person: User, *, by: User) -> None:
    """Shut an account: its sessions end with the next request. Raises NotPermitted."""
    _set_active(person, active=False, by=by)


@transaction.atomic
def enable(person: User, *, by: User) -> None:
    """Open a disabled account again. Raises NotPermitted."""
    _set_active(person, active=True, by=by)


@transaction.atomic
def sign_out_everywhere(person: User, *, by: User) -> User:
    """End every session of a person, on every device. The person or an administrator may."""
    if by.pk != person.pk:
        rules.require(by, Permission.PEOPLE_DISABLE)
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    row.session_epoch += 1
    row.save(update_fields=["session_epoch"])
    audit.record(SIGNED_OUT_EVERYWHERE, row.public_id, by=by)
    return row


@transaction.atomic
def change_settings(person: User, *, language: str, theme: str, by: User) -> User:
    """Set one's own language and look."""
    if by.pk != person.pk:
        raise NotPermitted
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    before = {"language": row.language, "theme": row.theme}
    if before != {"language": language, "theme": theme}:
        row.language, row.theme = language, theme
        row.save(update_fields=["language", "theme"])
        audit.record(SETTINGS_CHANGED, row.public_id, by=by, before=before, after={"language": language, "theme": theme})
    return row


def _set_active(person: User, *, active: bool, by: User) -> None:
    rules.require(by, Permission.PEOPLE_DISABLE)
    if by.pk == person.pk or person.is_system:
        raise NotPermitted
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    if row.is_active == active:
        return
    row.is_active = active
    row.session_epoch += 1
    row.save(update_fields=["is_active", "session_epoch"])
    audit.record(
        ENABLED if active else DISABLED, row.public_id, by=by, before={"is_active": not active}, after={"is_active": active}
    )


def _grant(
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


def _check_grant(role: str, scope_kind: str, scope_ref: str, starts_on: date, ends_before: date | None) -> None:
    if role not in ROLES or scope_kind not in ROLES[role].scopes:
        raise UnfitScope(field="scope")
    if (scope_kind == Scope.EVERYWHERE) != (scope_ref == ""):
        raise UnfitScope(field="scope")
    if ends_before is not None and ends_before <= starts_on:
        raise EndsBeforeItStarts(field="ends_before")


def _check_password(password: str, person: User) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as unfit:
        raise UnfitPassword(" ".join(unfit.messages), field="password") from None


def _open_invitation(address: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=address, accepted_at__isnull=True, withdrawn_at__isnull=True)


def _withdraw_expired(address: str, *, at: datetime) -> None:
    _open_invitation(address).filter(expires_at__lte=at).update(withdrawn_at=at)
