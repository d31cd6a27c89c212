"""Who sits at the browser: the actors of the sweeps, with passkeys, recovery codes and fresh proofs."""

import hashlib
import time
from itertools import count

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from core.people.models import User
from demo import people as demo_people
from tests.core.people import sessions
from tests.factories import people

VISITOR = "anonymous"
MANAGER = "fund-manager"
ALLY = "ally-representative"
PROGRAMMES = "programme-manager"
AUDITOR = "auditor"
ADMINISTRATOR = "administrator, fresh"
ELSEWHERE = "fund-manager elsewhere"
BARE = "fund-manager without a second factor"
PASSWORDLESS = "no role"
OWNER = "startup-owner"
PREFERRED = (MANAGER, ALLY, PROGRAMMES, AUDITOR, ADMINISTRATOR, OWNER)
PASSWORD = sessions.PASSWORD
PASSWORD_OF_ALL = demo_people.PASSWORD
PROOF_SECONDS = 120
"""A proof is renewed well before the product calls it stale."""

_numbers = count(1)


def equip(world) -> None:
    """Give those whose account pages are looked at something to see there."""
    for name in (AUDITOR, ADMINISTRATOR):
        RecoveryCodes.activate(world.actor(name).user)
    add_passkey(world.actor(AUDITOR).user, "Blue key")
    _forget_password(world.actor(PASSWORDLESS))


def newcomer(world, role=None, *, scope_kind="everywhere", scope_ref="", language="en"):
    """Somebody with a password and an authenticator, and its secret: for whoever signs in by hand."""
    person = people.person(
        role=role,
        scope_kind=scope_kind,
        scope_ref=scope_ref,
        email=f"newcomer-{next(_numbers)}@example.org",
        language=language,
        password=PASSWORD,
        system=world.system,
    )
    return person, sessions.with_factor(person)


def add_passkey(person, name: str) -> Authenticator:
    """A key as a browser would have registered it; what it signs with is thrown away."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(bytes(16), name.encode(), key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    seen = AuthenticatorData.create(hashlib.sha256(b"localhost").digest(), flags, 0, attested)
    credential = {
        "id": websafe_encode(name.encode()),
        "rawId": websafe_encode(name.encode()),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(b'{"type": "webauthn.create", "challenge": "", "origin": ""}'),
            "attestationObject": websafe_encode(AttestationObject.create("none", seen, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
    return WebAuthn.add(person, name, credential).instance


def _forget_password(actor) -> None:
    person = User.objects.get(pk=actor.user.pk)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    session = SessionStore(session_key=actor.session)
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()


def prove(actor) -> None:
    """Make the actor's proof of identity fresh, as if password and second factor had just been given."""
    session = SessionStore(session_key=actor.session)
    proofs = session.get("account_authentication_methods", [])
    now = time.time()
    if any(now - proof["at"] < PROOF_SECONDS for proof in proofs if proof.get("reauthenticated")):
        return
    session["account_authentication_methods"] = [
        {"method": method, "type": "totp", "reauthenticated": True, "at": now} for method in ("password", "mfa")
    ]
    session["account_authentication_methods_user"] = user_id_to_str(actor.user)
    session.save()
