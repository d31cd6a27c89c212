"""Accounts: made, disabled, their settings and sessions."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import NotPermitted
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

ADDED = declare("person.added", _("{actor} added the account {subject}."))
SIGNED_UP = declare("person.signed_up", _("{actor} made an account."))
DISABLED = declare("person.disabled", _("{actor} disabled the account {subject}."))
ENABLED = declare("person.enabled", _("{actor} enabled the account {subject}."))
SIGNED_OUT_EVERYWHERE = declare("person.signed_out_everywhere", _("{actor} ended every session of {subject}."))
FACTOR_HANDED_OUT = declare("factor.handed_out", _("{actor} handed out a second factor to {subject} ({type})."))
SETTINGS_CHANGED = declare("person.settings_changed", _("{actor} changed the settings of {subject}."))


def ensure_system(*, at: datetime) -> User:
    """The system user, made once, before anybody exists who could."""
    found = User.objects.filter(is_system=True).first()
    if found:
        return found
    return User.objects.create_person(email="system@invalid.example", name="System", is_system=True, created_at=at)


@transaction.atomic
def add(
    *,
    email: str,
    name: str,
    by: User,
    at: datetime,
    language: str = "en",
    password: str | None = None,
    illustrative: bool = False,
) -> User:
    """Add an account with a verified address, without an invitation: the first administrator, and the demo's people."""
    if not by.is_system:
        raise NotPermitted
    person = User.objects.create_person(
        email=email, name=name, language=language, password=password, is_illustrative=illustrative, created_at=at
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    audit.record(ADDED, person.public_id, by=by, after={"language": language, "is_illustrative": illustrative})
    return person


def note_signed_up(person: User) -> None:
    """For the transaction in which somebody makes an account of her own."""
    audit.record(SIGNED_UP, person.public_id, by=person, after={"language": person.language})


@transaction.atomic
def hand_out_factor(person: User, secret: str, *, by: User) -> None:
    """Give an invented person a second factor that everybody may know, and recovery codes: the demo's people.

    ``secret`` is in Base32, for time-based codes (RFC 6238). A real person sets hers up alone, and nobody else knows it:
    raises NotPermitted for one, and where a factor stands already.
    """
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    if not by.is_system or not row.is_illustrative or Authenticator.objects.filter(user=row).exists():
        raise NotPermitted
    TOTP.activate(row, secret)
    RecoveryCodes.activate(row)
    audit.record(FACTOR_HANDED_OUT, row.public_id, by=by, after={"type": Authenticator.Type.TOTP.value})


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
def change_settings(
    person: User,
    *,
    language: str | None = None,
    theme: str | None = None,
    wants_digest: bool | None = None,
    calendar: str | None = None,
    by: User,
) -> User:
    """Set one's own language, look and reminders; what is not given stays as it is."""
    if by.pk != person.pk:
        raise NotPermitted
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    given = {"language": language, "theme": theme, "wants_digest": wants_digest, "calendar": calendar}
    changed = {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}
    if changed:
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        audit.record(SETTINGS_CHANGED, row.public_id, by=by, before=before, after=changed)
    return row


def _set_active(person: User, *, active: bool, by: User) -> None:
    rules.require(by, Permission.PEOPLE_DISABLE)
    if rules.is_same_human(by, person) or person.is_system:
        raise NotPermitted
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    if row.is_active == active:
        return
    row.is_active = active
    row.session_epoch += 1
    row.save(update_fields=["is_active", "session_epoch"])
    audit.record(
        ENABLED if active else DISABLED,
        row.public_id,
        by=by,
        before={"is_active": not active},
        after={"is_active": active},
    )
