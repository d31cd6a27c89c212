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
from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.people import names, rules, signals
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import STARTUP_RIGHTS, Permission, Scope
from core.people.services import grants

INVITATION_LASTS = timedelta(days=7)
MOST_A_DAY = 20
"""How many colleagues a start-up's owner invites in a day, and how many invitations to one start-up are open."""
AGAIN_AFTER = timedelta(minutes=10)
"""How long an owner waits before the same mail goes to the same address again."""

INVITED = declare("person.invited", _("{actor} invited somebody as {role}."))
INVITED_AGAIN = declare("invitation.sent_again", _("{actor} sent an invitation again, with a new link."))
INVITATION_WITHDRAWN = declare("invitation.withdrawn", _("{actor} withdrew an invitation."))
INVITATION_ACCEPTED = declare("invitation.accepted", _("{actor} accepted an invitation."))


class AlreadyInvited(Conflict):
    code = "already_invited"
    sentence = _("This address already has an account or an open invitation.")


class ColleagueInvited(AlreadyInvited):
    """What an owner of a start-up hears: of her own invitations alone."""

    code = "colleague_invited"
    sentence = _("This address is invited to your start-up already. Send that invitation again, or withdraw it.")


class ColleagueAlready(Conflict):
    code = "colleague_already"
    sentence = _("Whoever has this address works for your start-up already. Change the rights in the list.")


class TooManyInvitations(Conflict):
    code = "too_many_invitations"
    sentence = _("That is many invitations for one day. Withdraw some that are open, or go on tomorrow.")


class SentJustNow(Conflict):
    code = "sent_just_now"
    sentence = _("The link was sent less than ten minutes ago. Wait for it, then send it again.")


class OtherAccount(Conflict):
    code = "other_account"
    sentence = _(
        "This invitation was sent to another address than those of your account. Sign in with the account of that address."
    )


class AccountExists(Conflict):
    code = "account_exists"
    sentence = _("There is an account with this address. Sign in with it, then open the link again.")


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

    The link holds for seven days. Owners of a start-up invite to rights over it, and are not told whether the address has
    an account or is invited elsewhere. Raises NotPermitted, AlreadyInvited, ColleagueInvited, ColleagueAlready,
    TooManyInvitations, UnfitScope, EndsBeforeItStarts.
    """
    if not rules.may_invite(by, role, scope_kind, scope_ref):
        raise NotPermitted
    grants.check(role, scope_kind, scope_ref, starts_on, ends_before)
    address = email.strip().lower()
    already = _open_invitation(address).filter(scope_kind=scope_kind, scope_ref=scope_ref)
    already.filter(expires_at__lte=at).update(withdrawn_at=at)
    _check_address(address, scope_ref, by=by, at=at)
    if already.exists():
        raise _invited_already(by)

    token = secrets.token_urlsafe(32)
    invitation = _keep(
        refusal=_invited_already(by),
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
    """Void the former link and send a new one, which holds for seven days and on the word of whoever sends it.

    Raises NotPermitted, InvitationUsed, SentJustNow.
    """
    row = _to_steer(invitation, by=by)
    if not rules.may(by, Permission.PEOPLE_INVITE) and at < row.expires_at - INVITATION_LASTS + AGAIN_AFTER:
        raise SentJustNow
    token = secrets.token_urlsafe(32)
    row.token_digest, row.expires_at, row.invited_by = Invitation.digest_of(token), at + INVITATION_LASTS, by
    row.save(update_fields=["token_digest", "expires_at", "invited_by"])
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
    if not rules.may_invite(invitation.invited_by, invitation.role, invitation.scope_kind, invitation.scope_ref):
        raise InvitationExpired
    if invitation.expires_at <= at:
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """
    Make the account: the link proves the address, so it counts as verified. The role is granted with it.

    An account under the address that nobody ever proved to hold is taken over, with its new password. Raises
    InvitationUnknown, InvitationUsed, InvitationExpired, AccountExists, UnfitName, UnfitPassword.
    """
    invitation = _locked(token, at=at)
    if _has_account(invitation.email):
        raise AccountExists
    person = _unproved(invitation.email).first() or User(email=invitation.email, created_at=at)
    person.name, person.language = names.plain(name), invitation.language
    _check_password(password, person)
    person.set_password(password)
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    _use(invitation, person, at=at)
    return person


@transaction.atomic
def join_by_invitation(token: str, *, by: User, at: datetime) -> RoleGrant:
    """Take the role with the account that one has: whoever proved the address is the one who was invited.

    Raises InvitationUnknown, InvitationUsed, InvitationExpired, OtherAccount, GrantToOneself, AlreadyHolds,
    ColleagueAlready.
    """
    invitation = _locked(token, at=at)
    if not holds_address(by, invitation.email):
        raise OtherAccount
    if rules.is_same_human(by, invitation.invited_by):
        raise grants.GrantToOneself
    by.forget_grants()
    if invitation.role in STARTUP_RIGHTS and _works_for(invitation.scope_ref).filter(person=by).exists():
        raise grants.AlreadyHolds
    return _use(invitation, by, at=at)


def _use(invitation: Invitation, person: User, *, at: datetime) -> RoleGrant:
    invitation.accepted_at, invitation.accepted_by = at, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(INVITATION_ACCEPTED, invitation.public_id, by=person, after={"person": person.public_id})
    return grants.give(
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


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Void a link that was not used yet. Raises NotPermitted, InvitationUsed."""
    row = _to_steer(invitation, by=by)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.record(INVITATION_WITHDRAWN, row.public_id, by=by)


def holds_address(person: User, address: str) -> bool:
    """Whether the person proved that the address is hers."""
    return bool(EmailAddress.objects.filter(user=person, email=address, verified=True).exists())


def _locked(token: str, *, at: datetime) -> Invitation:
    """The open invitation behind a link, for whoever uses it up."""
    locks.in_order(Invitation.objects.filter(token_digest=Invitation.digest_of(token))).first()
    return find_invitation(token, at=at)


def _to_steer(invitation: Invitation, *, by: User) -> Invitation:
    """The row, locked, for whoever may invite to it. Raises NotPermitted, InvitationUsed."""
    row = locks.in_order(Invitation.objects.filter(pk=invitation.pk)).get()
    if not rules.may_invite(by, row.role, row.scope_kind, row.scope_ref):
        raise NotPermitted
    if row.accepted_at or row.withdrawn_at:
        raise InvitationUsed
    return row


def _check_address(address: str, scope_ref: str, *, by: User, at: datetime) -> None:
    """Administrators see everybody and hear of an account; owners hear of the people of their own start-up."""
    if rules.may(by, Permission.PEOPLE_INVITE):
        if _has_account(address):
            raise AlreadyInvited(field="email")
        return
    if _works_for(scope_ref).filter(person__email=address).exists():
        raise ColleagueAlready(field="email")
    locks.by_name(f"invitations {scope_ref}", f"invitations {by.public_id}")
    sent = Invitation.objects.filter(invited_by=by, invited_at__gt=at - timedelta(days=1)).count()
    waiting = Invitation.objects.filter(scope_ref=scope_ref, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if max(sent, waiting.filter(expires_at__gt=at).count()) >= MOST_A_DAY:
        raise TooManyInvitations


def _invited_already(by: User) -> AlreadyInvited:
    kind = AlreadyInvited if rules.may(by, Permission.PEOPLE_INVITE) else ColleagueInvited
    return kind(field="email")


def _works_for(organisation: str) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(
        scope_kind=Scope.ORGANISATION, scope_ref=organisation, role__in=STARTUP_RIGHTS, revoked_at__isnull=True
    )


def _keep(*, refusal: AlreadyInvited, **fields: Any) -> Invitation:
    """One open invitation an address and thing, also when two invite at once."""
    try:
        with transaction.atomic():
            return Invitation.objects.create(**fields)
    except IntegrityError as refused:
        if "invitation_one_open_an_address_and_scope" not in str(refused):
            raise
        raise refusal from None


def _check_password(password: str, person: User) -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as unfit:
        raise UnfitPassword(" ".join(unfit.messages), field="password") from None


def _has_account(address: str) -> bool:
    """Whether somebody signs in with the address, be it not her first one. What is yet to be verified is nobody's."""
    return (
        User.objects.filter(email=address).exclude(pk__in=_unproved(address)).exists()
        or EmailAddress.objects.filter(email=address, verified=True).exists()
    )


def _unproved(address: str) -> QuerySet[User]:
    """An account that somebody made under the address without ever opening the link sent to it."""
    return User.objects.filter(email=address, is_system=False).exclude(
        pk__in=EmailAddress.objects.filter(verified=True).values("user")
    )


def _open_invitation(address: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=address, accepted_at__isnull=True, withdrawn_at__isnull=True)
