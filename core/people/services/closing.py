"""A person closes her own account: what names her goes, what she did stays under her id."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, NotPermitted
from core.people import signals
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import STAFF, STARTUP_OWNER
from core.people.services import grants, members

CLOSED = declare("person.closed", _("{actor} closed the account."))
DATA_TAKEN = declare("person.data_taken", _("{actor} took away what is held of the account."))
NOBODY = "Closed account"
"""What stands where the name stood. It is kept, so it has one language."""


class HoldsStaffRole(Conflict):
    code = "holds_staff_role"
    sentence = _("You hold a role of the staff. Ask an administrator to revoke it, then close the account.")


class OthersNeedAnOwner(Conflict):
    code = "others_need_an_owner"
    sentence = _("You are the last owner of a start-up for which others work. Make one of them an owner first.")


def note_data_taken(person: User) -> None:
    """For the moment in which somebody takes away what is held of her."""
    audit.record(DATA_TAKEN, person.public_id, by=person)


@transaction.atomic
def close(person: User, *, by: User, at: datetime) -> User:
    """End the account for good: sessions, rights, name, addresses, factors, messages. The audit trail keeps the id alone.

    Raises NotPermitted for another's account, HoldsStaffRole, OthersNeedAnOwner.
    """
    if by.pk != person.pk or person.is_system:
        raise NotPermitted
    row = locks.in_order(User.objects.filter(pk=person.pk)).get()
    held = list(RoleGrant.objects.filter(person=row, revoked_at__isnull=True).order_by("scope_ref", "pk"))
    if any(one.role in STAFF for one in held):
        raise HoldsStaffRole
    for organisation in sorted({one.scope_ref for one in held if one.role == STARTUP_OWNER.slug}):
        if members.leaves_others_without_owner(row, organisation, at=at):
            raise OthersNeedAnOwner
    for one in locks.in_order(RoleGrant.objects.filter(pk__in=[one.pk for one in held], revoked_at__isnull=True)):
        grants.take(one, by=row, at=at, reason=_now("The account was closed."))
    signals.account_closed.send(User, person=row, address=row.email, at=at)
    _erase(row)
    audit.record(CLOSED, row.public_id, by=row)
    return row


def _erase(row: User) -> None:
    """What names the person goes. The id stays, so that what she did is still somebody's."""
    EmailAddress.objects.filter(user=row).delete()
    Authenticator.objects.filter(user=row).delete()
    nowhere = f"{row.public_id}@closed.invalid"
    Invitation.objects.filter(accepted_by=row).update(email=nowhere, name="")
    row.email, row.name, row.is_active = nowhere, NOBODY, False
    row.theme = row.calendar = ""
    row.last_login = None
    row.session_epoch += 1
    row.set_unusable_password()
    row.save()
