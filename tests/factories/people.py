"""People with roles, made through the services, and clients that are signed in."""

from datetime import date, datetime, timezone
from itertools import count

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from core import clock
from core.people import services
from core.people.models import User

JOINED_AT = datetime(2023, 7, 3, 8, tzinfo=timezone.utc)
JOINED_ON = date(2023, 7, 3)
_numbers = count(1)


def person(
    *, role=None, scope_kind="everywhere", scope_ref="", email=None, language="en", password=None, system
) -> User:
    """A person with a role over something since 2023, or with no role at all."""
    address = email or f"person-{next(_numbers)}@example.org"
    name = f"Person {address.split('@')[0]}"
    made = services.add(email=address, name=name, language=language, password=password, by=system, at=JOINED_AT)
    if role:
        services.grant(
            made, role, scope_kind=scope_kind, scope_ref=scope_ref, starts_on=JOINED_ON, by=system, at=clock.now()
        )
    return made


def signed_in(client: Client, who: User) -> Client:
    """The client, signed in as ``who`` with a second factor in place, so that the policy lets pass."""
    if not who.authenticator_set.exists():
        TOTP.activate(who, generate_totp_secret())
    client.force_login(who)
    return client
