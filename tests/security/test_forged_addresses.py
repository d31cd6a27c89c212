"""Where a request comes from: a header is believed for as many proxies as are trusted, and never breaks or lifts a limit."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from core.audit.models import AuditEvent
from core.web import requests
from tests.core.people import sessions
from tests.factories import people

DOOR = "10.9.9.9"
"""Where the connection itself comes from."""


@pytest.fixture(autouse=True)
def _quick_digests(settings):
    """Wrong passwords are tried by the dozen here; how long a digest takes is not the question."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def manager(system):
    return people.person(role="auditor", email="auditor@example.org", password=sessions.PASSWORD, system=system)


def address(forwarded, *, trusted, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    return requests.client_address(RequestFactory(REMOTE_ADDR=DOOR, HTTP_X_FORWARDED_FOR=forwarded).get("/"))


@pytest.mark.parametrize(
    ("story", "trusted", "forwarded", "believed"),
    [
        ("nobody is trusted", 0, "203.0.113.7", DOOR),
        ("the proxy names the client", 1, "203.0.113.7", "203.0.113.7"),
        ("the client wrote a name of its own before", 1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("and many", 1, ", ".join(["198.51.100.1"] * 50 + ["203.0.113.7"]), "203.0.113.7"),
        ("two proxies", 2, "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("two are trusted and one spoke", 2, "203.0.113.7", DOOR),
        ("with a port", 1, "203.0.113.7:4711", "203.0.113.7"),
        ("version six", 1, "2001:db8::7", "2001:db8::7"),
        ("version six in brackets with a port", 1, "[2001:db8::7]:443", "2001:db8::7"),
        ("version six of a card", 1, "fe80::1%eth0", "fe80::1"),
        ("a word", 1, "unknown", DOOR),
        ("a script", 1, "<script>", DOOR),
        ("a line of a log", 1, '1.2.3.4\\n{"event": "forged"}', DOOR),
        ("far too much", 1, "9" * 5000, DOOR),
        ("nothing", 1, "", DOOR),
    ],
)
def test_a_header_is_believed_as_far_as_proxies_are_trusted(settings, story, trusted, forwarded, believed):
    assert address(forwarded, trusted=trusted, settings=settings) == believed


@pytest.mark.parametrize("name", ["HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP", "HTTP_X_FORWARDED"])
def test_no_other_header_is_believed(settings, name):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert requests.client_address(RequestFactory(REMOTE_ADDR=DOOR, **{name: "203.0.113.7"}).get("/")) == DOOR


@pytest.mark.parametrize("forwarded", ["not-an-address", "203.0.113.7:4711", "x" * 5000])
def test_a_failed_sign_in_is_noted_whatever_the_header_says(settings, manager, forwarded):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR=DOOR, HTTP_X_FORWARDED_FOR=forwarded)

    answer = sessions.give_password(client, manager.email, "wrong horse")

    assert answer.status_code == 200
    assert AuditEvent.objects.get(kind="session.refused").from_address in {DOOR, "203.0.113.7"}


def tries(settings, *, trusted, count=12):
    """Wrong passwords for as many addresses, each with a header of its own; the answer to the last."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    answers = []
    for turn in range(count):
        client = Client(REMOTE_ADDR=DOOR, HTTP_X_FORWARDED_FOR=f"198.51.100.{turn}, 203.0.113.7")
        answers.append(sessions.give_password(client, f"somebody-{turn}@example.org", "wrong horse"))
    return answers[-1].content.decode()


@pytest.mark.parametrize("trusted", [0, 1])
def test_forged_headers_do_not_lift_the_limit_of_an_address(settings, manager, trusted):
    assert "Too many attempts" in tries(settings, trusted=trusted)


def test_where_the_forged_hop_were_believed_they_would(settings, manager):
    assert "Too many attempts" not in tries(settings, trusted=2)


def test_the_limit_counts_a_whole_network_of_version_six(settings, manager):
    answers = [
        sessions.give_password(Client(REMOTE_ADDR=f"2001:db8::{turn:x}"), f"p-{turn}@example.org", "wrong horse")
        for turn in range(12)
    ]

    assert "Too many attempts" in answers[-1].content.decode()


@pytest.mark.parametrize("spelled", ["AUDITOR@example.org", " auditor@example.org ", "Auditor@EXAMPLE.org"])
def test_another_spelling_of_an_address_is_the_same_account(manager, spelled):
    for turn in range(6):
        sessions.give_password(Client(REMOTE_ADDR=f"10.1.0.{turn}"), manager.email, "wrong horse")

    refused = Client(REMOTE_ADDR="10.1.1.1").post(
        reverse("account_login"), {"login": spelled, "password": sessions.PASSWORD}
    )

    assert "Too many attempts" in refused.content.decode()
