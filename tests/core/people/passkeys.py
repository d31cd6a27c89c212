"""A passkey in software: makes a pair of keys for an account, and signs what a page asks with it."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST = "testserver"
"""Whose passkey it is: the host that Django's test client asks."""
ORIGIN = f"https://{HOST}"
SEEN, VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV


@dataclass
class Passkey:
    handle: str
    """The account, as the passkey was told it."""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def registration(self, challenge: str) -> dict:
        attested = AttestedCredentialData.create(
            Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        flags = SEEN | VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(_digest(HOST), flags, 0, attested)
        told = CollectedClientData.create("webauthn.create", challenge, ORIGIN)
        return self._answer(
            clientDataJSON=websafe_encode(told),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
        )

    def assertion(self, challenge: str, *, host=HOST, origin=ORIGIN, flags=SEEN | VERIFIED, handle=None) -> dict:
        data = AuthenticatorData.create(_digest(host), flags, 1)
        told = CollectedClientData.create("webauthn.get", challenge, origin)
        signature = self.key.sign(bytes(data) + told.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=websafe_encode(told),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=websafe_encode((handle or self.handle).encode()),
        )

    def _answer(self, **response: str) -> dict:
        name = websafe_encode(self.credential_id)
        extensions = {"credProps": {"rk": True}}
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": extensions,
            "authenticatorAttachment": "platform",
        }


def add(client: Client, person) -> Passkey:
    """Add a passkey to the account that the client is signed in to, with a fresh proof, as its page does."""
    client.get(reverse("mfa_add_webauthn"))
    passkey = Passkey(user_pk_to_url_str(person))
    answer = passkey.registration(client.session["mfa.webauthn.state"]["challenge"])
    client.post(reverse("mfa_add_webauthn"), {"name": "Key", "passwordless": "on", "credential": json.dumps(answer)})
    return passkey


def challenge(client: Client) -> str:
    """What the page of signing in asks a passkey to sign."""
    told = client.get(
        reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json", HTTP_X_REQUESTED_WITH="XMLHttpRequest"
    )
    return told.json()["request_options"]["publicKey"]["challenge"]


def enter(client: Client, answer: dict):
    return client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)})


def _digest(host: str) -> bytes:
    return sha256(host.encode()).digest()
