"""A passkey, made and used by Chromium's own virtual authenticator."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from core.audit.models import AuditEvent
from tests.browser import people
from tests.factories import people as factories
from tests.sweeps.world import Actor


@pytest.fixture
def person(visits):
    person, _secret = people.newcomer(visits.world, role="auditor")
    client = factories.signed_in(Client(), person)
    actor = Actor("key holder", person, client.session.session_key)
    visits.world.actors.append(actor)
    yield person
    visits.world.actors.remove(actor)


@pytest.fixture
def page(visits, person):
    page = visits.sit_down("key holder")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    page.context.close()


def test_a_passkey_is_added_signs_in_alone_and_is_removed(site, page, person):
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Green key")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(f"{site}/account/2fa/recovery-codes/")

    page.goto(f"{site}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/account/login/?next=/account/2fa/webauthn/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site}/account/2fa/webauthn/")
    row = page.get_by_role("row", name="Green key")
    assert "not yet" not in row.inner_text()

    row.get_by_role("link", name="Remove").click()
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url(f"{site}/account/2fa/webauthn/")
    expect(page.get_by_text("No key yet")).to_be_visible()

    page.goto(f"{site}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".note--stop, #passkey-problem:not([hidden])").first).to_be_visible()
    kinds = AuditEvent.objects.filter(actor=person.public_id).order_by("pk").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind.startswith("factor.")] == ["factor.added", "factor.added", "factor.removed"]


def test_a_passkey_is_the_second_step(site, page, person, visits):
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url(f"{site}/account/2fa/recovery-codes/")
    page.context.clear_cookies()

    page.goto(f"{site}/account/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/manage/")
