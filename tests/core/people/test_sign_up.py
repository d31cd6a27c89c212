"""A start-up's person makes an account of her own: the address is proved by a link, and she goes on where she was."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.notifications.models import OutboundMail
from core.people.models import User
from tests.core.people import sessions
from tests.factories import people

WHERE = "/settings?from=call"
FORM = {
    "name": "  Nora   Holm ",
    "email": "Nora@Example.org",
    "password1": sessions.PASSWORD,
    "password2": sessions.PASSWORD,
}


def sign_up(client, *, onward="", **changes):
    query = {"next": onward} if onward else {}
    return client.post(reverse("account_signup", query=query), FORM | changes)


def link(address="nora@example.org"):
    return re.search(r"/account/confirm-email/\S+", OutboundMail.objects.get(recipient=address).body).group()


def confirm(client, address):
    """Open the link and press the button, as the page sends it."""
    page = client.get(address).content.decode()
    onward = re.search(r'class="form">.*name="next" value="([^"]*)"', page)
    return client.post(address.partition("?")[0], {"next": onward.group(1).replace("&amp;", "&")} if onward else {})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_signs_up_in_the_language_of_the_page(system, language):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    page = client.get(reverse("account_signup")).content.decode()

    answer = sign_up(client)

    person = User.objects.get(email="nora@example.org")
    assert ("Make an account" if language == "en" else "Ouvrir un compte") in page
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert (person.name, person.language, person.created_at) == ("Nora Holm", language, clock.now())
    assert OutboundMail.objects.get().language == language
    assert not person.emailaddress_set.get().verified
    assert not person.role_slugs()


def test_the_audit_trail_names_the_person_by_id_alone(system):
    sign_up(Client())

    event = AuditEvent.objects.get(kind="person.signed_up")
    assert event.actor == event.subject == User.objects.get(email="nora@example.org").public_id
    assert "ora" not in str(event.after)


def test_without_the_link_the_password_opens_nothing(system):
    sign_up(Client())
    client = Client()

    sessions.give_password(client, "nora@example.org")

    assert not sessions.is_signed_in(client)


def test_the_link_signs_in_where_the_account_was_made_and_leads_on(system):
    client = Client()
    sign_up(client, onward=WHERE)

    answer = confirm(client, link())

    assert answer.headers["Location"] == WHERE
    assert sessions.is_signed_in(client)


def test_in_another_browser_the_link_leads_on_by_way_of_signing_in(system):
    sign_up(Client(), onward=WHERE)
    client = Client()

    answer = confirm(client, link())
    asked = client.get(answer.headers["Location"])
    landed = client.post(asked.headers["Location"], {"login": "nora@example.org", "password": sessions.PASSWORD})

    assert asked.headers["Location"].startswith(reverse("account_login"))
    assert landed.headers["Location"] == WHERE


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_up_leads_nowhere_else(system, target):
    client = Client()
    sign_up(client, onward=target)

    answer = confirm(client, link())

    assert "evil" not in link()
    assert answer.headers["Location"] == reverse("core:home")


def test_signing_in_and_signing_up_lead_to_each_other_and_keep_the_way(system):
    sign_in = Client().get(reverse("account_login", query={"next": WHERE})).content.decode()
    sign_up = Client().get(reverse("account_signup", query={"next": WHERE})).content.decode()

    assert f"{reverse('account_signup')}?next=/settings%3Ffrom%3Dcall" in sign_in
    assert f"{reverse('account_login')}?next=/settings%3Ffrom%3Dcall" in sign_up


def test_whoever_has_an_account_is_told_by_mail(system):
    people.person(email="nora@example.org", system=system)

    answer = sign_up(Client())

    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert "There is one already" in OutboundMail.objects.get().body
    assert User.objects.get(email="nora@example.org").name == "Person nora"
    assert not AuditEvent.objects.filter(kind="person.signed_up").exists()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "Win at https://evil.example"),
        ("name", "x" * 121),
        ("email", "nora"),
        ("password1", "short"),
        ("password2", "something else entirely"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_made(system, field, text):
    page = sign_up(Client(), **{field: text}).content.decode()

    assert f'id="id_{field}_error"' in page
    assert 'value="Nora@Example.org"' in page or field == "email"
    assert not User.objects.filter(is_system=False).exists()
    assert not OutboundMail.objects.exists()


def test_where_signing_up_is_closed_nothing_offers_it(system, settings):
    settings.SIGN_UP_IS_OPEN = False

    sign_in = Client().get(reverse("account_login")).content.decode()
    page = Client().get(reverse("account_signup")).content.decode()
    sign_up(Client())

    assert reverse("account_signup") not in sign_in
    assert "Accounts are made by invitation" in sign_in
    assert "Accounts are made by invitation" in page
    assert not User.objects.filter(is_system=False).exists()


def test_an_address_asked_for_twice_at_once_makes_one_account(system, monkeypatch):
    """The second of two that both found nobody."""
    sign_up(Client())
    monkeypatch.setattr("allauth.account.internal.flows.manage_email.assess_unique_email", lambda *_, **__: True)

    answer = sign_up(Client(), name="Other")

    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert User.objects.get(email="nora@example.org").name == "Nora Holm"
    assert AuditEvent.objects.filter(kind="person.signed_up").count() == 1
