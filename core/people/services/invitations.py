"""Invitations: an offer of an account with a first role, by a link that proves the address."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid, NotFound
from core.people import rules, signals
from core.people.models import Invitation, User
from core.people.roles import Permission
from core.people.services import grants

INVITATION_LASTS = timedelta(days=7)

INVITED = declare("person.invited", _("{actor} invited somebody as {role}."))
INVITED_AGAIN = declare("invitation.sent_again", _("{actor} sent an invitation again, with a new link."))
INVITATION_WITHDRAWN = declare("invitation.withdrawn", _("{actor} withdrew an invitation."))
INVITATION_ACCEPTED = declare("invitation.accepted", _("{actor} accepted an invitation."))


class AlreadyInvited(Conflict):
    code = "already_invited"
    sentence = _("This address already has an account or an open invitation.")


class InvitationUnknown(NotFound):
    code = "invitation_unknown"
    sentence = _(
        "This link leads to no invitation. Copy the whole link from the mail, or ask whoever invited you for a new one."
    )


class InvitationExpired(Conflict):
    code = "invitation_expired"
    sentence = _("This invitation has expired. Ask whoever invited you for a new one.")


class InvitationUsed(Conflict):
    code = "invitation_used"
    sentence = _("This invitation was already used or withdrawn. Sign in, or ask for a new one.")


class UnfitPassword(Invalid):
    code = "unfit_password"


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
    """
    Offer an account; return the invitation and the secret of its link, which is kept nowhere.

    The link holds for seven days. Raises NotPermitted, AlreadyInvited, UnfitScope, EndsBeforeItStarts.
    """
    rules.require(by, Permission.PEOPLE_INVITE)
    grants.check(role, scope_kind, scope_ref, starts_on, ends_before)
    address = email.strip().lower()
    _withdraw_expired(address, at=at)
    if _has_account(address) or _open_invitation(address).exists():
        raise AlreadyInvited(field="email")

    token = secrets.token_urlsafe(32)
    invitation = _keep(
        email=address,
        name=name.strip(),
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
    signals.invitation_written.send(Invitation, invitation=invitation, token=token, at=at)
    return invitation, token


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by: User, at: datetime) -> str:
    """Void the former link and send a new one, which holds for seven days. Raises NotPermitted, InvitationUsed."""
    rules.require(by, Permission.PEOPLE_INVITE)
    row = locks.in_order(Invitation.objects.filter(pk=invitation.pk)).get()
    if row.accepted_at or row.withdrawn_at:
        raise InvitationUsed
    token = secrets.token_urlsafe(32)
    row.token_digest, row.expires_at = Invitation.digest_of(token), at + INVITATION_LASTS
    row.save(update_fields=["token_digest", "expires_at"])
    audit.record(INVITED_AGAIN, row.public_id, by=by)
    signals.invitation_written.send(Invitation, invitation=row, token=token, at=at)
    return token


def find_invitation(token: str, *, at: datetime) -> Invitation:
    """
    The open invitation behind a link.

    It no longer holds once whoever invited may no longer invite. Raises InvitationUnknown, InvitationUsed,
    InvitationExpired.
    """
    invitation = (
        Invitation.objects.select_related("invited_by").filter(token_digest=Invitation.digest_of(token)).first()
    )
    if invitation is None:
        raise InvitationUnknown
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationUsed
    if not rules.may(invitation.invited_by, Permission.PEOPLE_INVITE):
        raise InvitationExpired
    if invitation.expires_at <= at:
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """
    Make the account: the link proves the address, so it counts as verified. The role is granted with it.

    Raises InvitationUnknown, InvitationUsed, InvitationExpired, UnfitPassword.
    """
    digest = Invitation.digest_of(token)
    locks.in_order(Invitation.objects.filter(token_digest=digest)).first()
    invitation = find_invitation(token, at=at)
    if _has_account(invitation.email):
        raise InvitationUsed
    person = User(email=invitation.email, name=name.strip(), language=invitation.language, created_at=at)
    _check_password(password, person)
    person.set_password(password)
    person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(INVITATION_ACCEPTED, invitation.public_id, by=person, after={"person": person.public_id})
    grants.give(
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


def _keep(**fields: Any) -> Invitation:
    """One open invitation an address, also when two administrators invite at once."""
    try:
        with transaction.atomic():
            return Invitation.objects.create(**fields)
    except IntegrityError as refused:
        if "invitation_one_open_an_address" not in str(refused):
            raise
        raise AlreadyInvited(field="email") from None


def _check_password(password: str, person: User) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as unfit:
        raise UnfitPassword(" ".join(unfit.messages), field="password") from None


def _has_account(address: str) -> bool:
    """Whether somebody signs in with the address, be it not her first one. What is yet to be verified is nobody's."""
    return (
        User.objects.filter(email=address).exists()
        or EmailAddress.objects.filter(email=address, verified=True).exists()
    )


def _open_invitation(address: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=address, accepted_at__isnull=True, withdrawn_at__isnull=True)


def _withdraw_expired(address: str, *, at: datetime) -> None:
    _open_invitation(address).filter(expires_at__lte=at).update(withdrawn_at=at)
