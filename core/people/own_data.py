"""What is held of a person, for her to take away. Parts that hold something register a function that tells it."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from core.people.models import Invitation, RoleGrant, User

Held = list[dict[str, Any]]
Holder = Callable[[int], Held]
"""Tells what a part holds of the person with a key."""
_holders: dict[str, Holder] = {}


def register(name: str, holder: Holder) -> None:
    """Tell ``name`` of a person by ``holder``: rows of plain values."""
    _holders[name] = holder


def gathered(person: User) -> Mapping[str, Held]:
    """Everything that the parts hold of a person, by their names for it."""
    return {name: holder(person.pk) for name, holder in sorted(_holders.items())}


def account(person: int) -> Held:
    fields = ("public_id", "email", "name", "language", "theme", "calendar", "wants_digest", "created_at", "last_login")
    return list(User.objects.filter(pk=person).values(*fields))


def addresses(person: int) -> Held:
    return list(EmailAddress.objects.filter(user=person).order_by("pk").values("email", "verified", "primary"))


def second_factors(person: int) -> Held:
    """Their kinds and dates; what they are made of stays closed."""
    return list(Authenticator.objects.filter(user=person).order_by("pk").values("type", "created_at", "last_used_at"))


def grants(person: int) -> Held:
    fields = ("public_id", "role", "scope_kind", "scope_ref", "starts_on", "ends_before", "granted_at", "reason")
    return list(RoleGrant.objects.filter(person=person).order_by("pk").values(*fields, "revoked_at"))


def invitations(person: int) -> Held:
    """Those that she accepted."""
    fields = ("public_id", "email", "name", "role", "invited_at", "accepted_at")
    return list(Invitation.objects.filter(accepted_by=person).order_by("pk").values(*fields))


for _name, _holder in (
    ("account", account),
    ("addresses", addresses),
    ("second factors", second_factors),
    ("roles", grants),
    ("invitations", invitations),
):
    register(_name, _holder)
