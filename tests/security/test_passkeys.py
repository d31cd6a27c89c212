"""A passkey opens the account that it was made for, on this site, once a challenge; and nothing else does."""

import json

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.people import services
from tests.core.people import passkeys, sessions
from tests.core.people.passkeys import Passkey
from tests.factories import people


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """The origin is asked, which the demo's plain http could not pass; how long a digest takes is not the question."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", password=sessions.PASSWORD, system=system)


@pytest.fixture
def passkey(administrator):
    client = Client()
    client.force_login(administrator)
    client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})
    return passkeys.add(client, administrator)


def attempt(passkey, **changes):
    """A new browser, and whether the passkey's answer opens the account to it."""
    client = Client()
    passkeys.enter(client, passkey.assertion(passkeys.challenge(client), **changes))
    return client, sessions.is_signed_in(client)


def test_a_passkey_is_password_and_second_factor_in_one(passkey, administrator):
    client, is_in = attempt(passkey)

    assert is_in
    assert client.get("/admin/").status_code == 200
    assert client.get(reverse("manage:invite")).status_code == 200
    event = AuditEvent.objects.get(kind="session.started")
    assert (event.actor, event.after) == (administrator.public_id, {"methods": ["mfa"]})


def test_an_answer_that_was_overheard_opens_nothing(passkey):
    first, second = Client(), Client()
    answer = passkey.assertion(passkeys.challenge(first))
    passkeys.challenge(second)

    passkeys.enter(second, answer)
    passkeys.enter(first, answer)
    third = Client()
    passkeys.enter(third, answer)

    assert [sessions.is_signed_in(one) for one in (first, second, third)] == [True, False, False]


@pytest.mark.parametrize(
    ("story", "changes"),
    [
        ("on another site", {"origin": "https://evil.example"}),
        ("on a site below ours with another end", {"origin": "https://testserver.evil.example"}),
        ("without encryption", {"origin": "http://testserver"}),
        ("made for another site", {"host": "evil.example"}),
        ("without the finger or the pin", {"flags": passkeys.SEEN}),
        ("without anybody there", {"flags": passkeys.VERIFIED}),
    ],
)
def test_an_answer_given_elsewhere_or_by_nobody_opens_nothing(passkey, story, changes):
    assert not attempt(passkey, **changes)[1]


def test_a_passkey_names_no_other_account(passkey, system):
    other = people.person(role="administrator", system=system)

    assert not attempt(passkey, handle=user_pk_to_url_str(other))[1]


def test_a_passkey_that_was_never_added_opens_nothing(administrator):
    assert not attempt(Passkey(user_pk_to_url_str(administrator)))[1]


def test_a_key_that_only_knows_the_name_of_another_opens_nothing(passkey, administrator):
    assert not attempt(Passkey(passkey.handle, credential_id=passkey.credential_id))[1]


@pytest.mark.parametrize("handle", ["0", "-1", "9" * 40, "x", "'", "\x00", "🦢", "1" * 5000])
def test_an_account_that_there_is_not_is_answered(passkey, handle):
    client = Client()
    answer = passkeys.enter(client, passkey.assertion(passkeys.challenge(client), handle=handle))

    assert answer.headers["Location"] == reverse("account_login")
    assert not sessions.is_signed_in(client)


def test_a_passkey_of_an_account_that_is_shut_opens_nothing(passkey, administrator, system):
    services.disable(administrator, by=system)

    assert not attempt(passkey)[1]


def test_a_passkey_that_was_removed_opens_nothing(passkey, administrator):
    client, _is_in = attempt(passkey)
    key = administrator.authenticator_set.get(type="webauthn")
    sessions.fresh(client, administrator)

    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert not attempt(passkey)[1]


def test_the_passkey_of_somebody_else_is_not_there_to_rename_or_remove(passkey, administrator, system):
    other = people.person(role="administrator", system=system)
    client = sessions.fresh(people.signed_in(Client(), other), other)
    key = administrator.authenticator_set.get(type="webauthn")

    answers = [
        client.post(reverse(f"mfa_{act}_webauthn", args=[key.pk]), {"name": "Mine"}) for act in ("edit", "remove")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    key.refresh_from_db()
    assert key.data["name"] == "Key"


def test_a_second_passkey_is_not_added_without_a_fresh_proof(passkey, administrator):
    client = Client()
    client.force_login(administrator)
    client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})
    answer = Passkey(passkey.handle).registration("forged")

    page = client.get(reverse("mfa_add_webauthn"))
    client.post(reverse("mfa_add_webauthn"), {"name": "Second", "credential": json.dumps(answer)})

    assert page.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert administrator.authenticator_set.filter(type="webauthn").count() == 1


def test_the_session_gets_a_new_key(passkey):
    client = Client()
    challenge = passkeys.challenge(client)
    before = client.session.session_key

    passkeys.enter(client, passkey.assertion(challenge))

    assert client.session.session_key != before
    assert client.session["signed_in_at"] == clock.now().isoformat()
