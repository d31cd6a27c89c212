"""A fresh second factor is proved by the second factor: a stolen session and a known password do not stand in for it."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.notifications.accounts import AccountAdapter
from core.notifications.models import OutboundMail
from core.people import services
from tests.core.people import sessions
from tests.factories import people

INVITE = "manage:invite"
GUARDED = (
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
)


@pytest.fixture(autouse=True)
def _quick_digests(settings):
    """How long a digest takes is not the question here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", password=sessions.PASSWORD, system=system)


@pytest.fixture
def secret(administrator):
    RecoveryCodes.activate(administrator)
    return sessions.with_factor(administrator)


@pytest.fixture
def stolen(administrator, secret):
    """A session of somebody who signed in a while ago, in the hands of somebody who also knows the password."""
    client = Client()
    client.force_login(administrator)
    return client


def give_password(client):
    return client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})


@pytest.mark.parametrize("route", GUARDED)
def test_what_protects_the_account_asks_for_the_second_factor(stolen, route):
    give_password(stolen)

    answer = stolen.get(reverse(route))

    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_a_password_in_place_of_the_second_factor_changes_nothing(stolen, administrator):
    answer = give_password(stolen)
    stolen.post(reverse("mfa_deactivate_totp"))
    stolen.post(reverse("mfa_generate_recovery_codes"))

    assert answer.headers["Location"] == reverse("mfa_reauthenticate")
    assert sorted(administrator.authenticator_set.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert not AuditEvent.objects.filter(kind__in=["factor.removed", "recovery_codes.replaced"]).exists()
    assert stolen.get(reverse(INVITE)).headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_without_the_rule_a_password_reads_the_codes_that_open_everything(stolen, monkeypatch):
    monkeypatch.delattr(AccountAdapter, "get_reauthentication_methods")

    give_password(stolen)
    spare = stolen.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    stolen.post(reverse("mfa_reauthenticate"), {"code": spare})

    assert stolen.get(reverse(INVITE)).status_code == 200


def test_the_second_factor_opens_them(stolen, secret):
    stolen.post(reverse("mfa_reauthenticate"), {"code": sessions.code(secret)})

    assert stolen.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert stolen.get(reverse(INVITE)).status_code == 200


def test_whoever_has_none_yet_gives_the_password_before_setting_one_up(administrator):
    client = Client()
    client.force_login(administrator)

    before = client.get(reverse("mfa_activate_totp"))
    give_password(client)

    assert before.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_code_that_proved_one_step_proves_no_second(stolen, secret, administrator):
    spent = sessions.code(secret)
    elsewhere = Client()
    elsewhere.force_login(administrator)

    stolen.post(reverse("mfa_reauthenticate"), {"code": spent})
    elsewhere.post(reverse("mfa_reauthenticate"), {"code": spent})

    assert stolen.get(reverse(INVITE)).status_code == 200
    assert elsewhere.get(reverse(INVITE)).status_code == 302


FORM = {"role": "auditor", "scope": "everywhere:", "starts_on": "2026-06-01", "last_day": "", "reason": ""}


@pytest.fixture
def nora(system):
    return people.person(system=system)


def test_what_was_sent_before_is_refused_if_the_role_went_meanwhile(stolen, secret, administrator, nora, system):
    page = reverse("manage:grant", args=[nora.public_id])
    stolen.post(page, FORM)
    services.revoke(administrator.grants.get(), by=system, at=clock.now())

    answer = stolen.post(reverse("mfa_reauthenticate"), {"code": sessions.code(secret), "next": page})

    assert answer.status_code == 404
    assert not nora.grants.exists()


def test_what_was_sent_before_is_not_taken_in_the_name_of_the_next_person(stolen, administrator, nora, system):
    page = reverse("manage:grant", args=[nora.public_id])
    other = people.person(role="administrator", system=system)
    secret = sessions.with_factor(other)
    stolen.post(page, FORM)
    stolen.post(reverse("account_logout"))
    stolen.force_login(other)

    answer = stolen.post(reverse("mfa_reauthenticate"), {"code": sessions.code(secret), "next": page})

    assert answer.headers["Location"] == page
    assert not nora.grants.exists()


def test_a_factor_that_is_removed_is_told_by_mail(stolen, secret, administrator, django_capture_on_commit_callbacks):
    stolen.post(reverse("mfa_reauthenticate"), {"code": sessions.code(secret)})

    with django_capture_on_commit_callbacks(execute=True):
        stolen.post(reverse("mfa_deactivate_totp"))

    assert not administrator.authenticator_set.exists()
    assert OutboundMail.objects.get().recipient == administrator.email
    assert AuditEvent.objects.filter(kind="factor.removed").exists()
    assert stolen.get("/admin/").headers["Location"] == reverse("mfa_activate_totp")
