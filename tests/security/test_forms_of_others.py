"""No form is taken from another site, and no answer leads to one."""

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core.notifications.models import OutboundMail
from core.people import policy
from core.people.models import User
from tests.core.people import sessions
from tests.factories import people

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\t//evil.example",
    "/\t/evil.example",
    "https://localhost@evil.example/",
    "https://localhost.evil.example/",
    "//localhost:80@evil.example",
    "https://evil.example#localhost",
]
GIVEN = (
    {"public_id": "x"},
    {"public_id": "x", "order": 1},
    {"public_id": "x", "order": 1, "question": 1},
    {"public_id": "x", "text": "x"},
    {"public_id": "x", "clarification": "x"},
    {"public_id": "x", "assignment": "x"},
    {"public_id": "x", "advancement": "x"},
    {"public_id": "x", "phase": "x"},
    {"public_id": "x", "person": "x"},
    {"public_id": "x", "invitation": "x"},
    {"public_id": "x", "message": "x"},
    {"domain": "fund"},
    {"token": "x"},
    {"key": "x"},
    {"pk": 1},
    {"uidb36": "1", "key": "x"},
)
"""What the arguments of a route may be."""
NO_FORMS = {"api_token"}
"""Takes the credentials of a client and reads no cookie: nobody can be made to send it."""
WRITES = sorted({row.route for row in policy.table().rows if "POST" in row.methods and row.roles} - NO_FORMS)


@pytest.fixture
def person(system):
    return people.person(role="startup-member", scope_kind="organisation", scope_ref="o", system=system)


@pytest.fixture
def guarded(person):
    """A browser of somebody signed in, in which the rule of forged forms is not switched off as elsewhere in tests."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def token(client, page="core:settings"):
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(reverse(page)).content.decode())
    return found.group(1)


def address(route):
    """Some address of the route: whether anything stands behind it is asked after the form's origin."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return next(reverse(route, kwargs=given) for given in GIVEN if _fits(route, given))


def _fits(route, given):
    try:
        reverse(route, kwargs=given)
    except NoReverseMatch:
        return False
    return True


@pytest.mark.parametrize("route", WRITES)
def test_no_form_is_taken_without_its_token(guarded, route):
    answer = guarded.post(address(route), {"language": "fr"})

    assert answer.status_code == 403
    assert "This form is too old to be sent" in answer.content.decode()


def test_with_its_token_a_form_is_taken(guarded, person):
    answer = guarded.post(reverse("core:language"), {"language": "fr", "csrfmiddlewaretoken": token(guarded)})

    assert answer.status_code == 302
    assert User.objects.get(pk=person.pk).language == "fr"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_token_does_not_help_a_form_of_another_site(guarded, person, origin):
    form = {"language": "fr", "csrfmiddlewaretoken": token(guarded)}

    answer = guarded.post(reverse("core:language"), form, HTTP_ORIGIN=origin)

    assert answer.status_code == 403
    assert User.objects.get(pk=person.pk).language == "en"


def test_the_token_of_one_browser_opens_no_other(guarded, person):
    stranger = Client(enforce_csrf_checks=True)

    answer = guarded.post(
        reverse("core:language"), {"language": "fr", "csrfmiddlewaretoken": token(stranger, "account_login")}
    )

    assert answer.status_code == 403
    assert User.objects.get(pk=person.pk).language == "en"


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("route", ["core:language", "core:theme"])
@pytest.mark.django_db
def test_a_choice_leads_back_here_alone(route, target):
    answer = Client().post(reverse(route), {"language": "fr", "theme": "dark", "next": target})

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_nowhere_else(system, settings, target):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    member = people.person(email="member@example.org", password=sessions.PASSWORD, system=system)

    answer = sessions.give_password(Client(), member.email, next=target)

    assert answer.headers["Location"] == reverse("core:home")


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("route", ["account_logout", "account_reauthenticate", "account_login"])
def test_leaving_and_proving_oneself_lead_nowhere_else(person, route, target):
    client = Client()
    client.force_login(person)

    answers = [client.get(reverse(route, query={"next": target})), client.post(reverse(route), {"next": target})]

    assert all("evil.example" not in answer.headers.get("Location", "") for answer in answers)
    assert all(f'href="{target}' not in answer.content.decode() for answer in answers)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/%2e%2e", "/manage//evil.example", "/\\evil.example"]
)
def test_an_odd_path_leads_nowhere_else(path):
    answer = Client().generic("GET", path)

    assert not re.match(r"(https?:)?[/\\]{2}", answer.headers.get("Location", ""))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "evil.example:80", ""]
)
def test_an_unknown_host_is_refused_and_writes_no_mail(host, system):
    people.person(email="member@example.org", system=system)

    answer = Client(HTTP_HOST=host).post(reverse("account_reset_password"), {"email": "member@example.org"})

    assert answer.status_code == 400
    assert not OutboundMail.objects.exists()


def test_a_mails_link_leads_to_our_own_address_whatever_a_proxy_header_says(system, settings):
    people.person(email="member@example.org", system=system)

    Client(HTTP_X_FORWARDED_HOST="evil.example", HTTP_FORWARDED="host=evil.example").post(
        reverse("account_reset_password"), {"email": "member@example.org"}
    )

    assert "evil.example" not in OutboundMail.objects.get().body
