"""Whether an account exists is told neither by an answer nor by the work that it takes."""

import os
import re
import statistics
import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.notifications.models import OutboundMail
from core.people import services
from core.people.models import User
from tests.conftest import DIGEST_COSTS
from tests.core.people import sessions
from tests.factories import people

KINDS = ("known", "nobody", "shut", "without-password", "with-factor")
FULL = os.environ.get("FULL") == "1"
LEAST_DIFFERENCE_SECONDS = 0.010


@pytest.fixture
def everybody(system):
    """An account of each kind, by the first part of its address; of nobody there is none."""
    made = {kind: people.person(email=f"{kind}@example.org", system=system) for kind in KINDS if kind != "nobody"}
    for kind in ("known", "shut", "with-factor"):
        made[kind].password = make_password(sessions.PASSWORD)
        made[kind].save()
    sessions.with_factor(made["with-factor"])
    services.disable(made["shut"], by=system)
    return made


@pytest.fixture
def dear_digests(monkeypatch):
    """A digest takes as long as in the product."""
    for name, cost in DIGEST_COSTS.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)


@pytest.fixture
def digests(monkeypatch):
    """How many digests of passwords were made: by far the dearest work of signing in."""
    made = []
    for name in ("encode", "verify"):
        usual = getattr(Argon2PasswordHasher, name)

        def noted(self, *args, usual=usual, **given):
            made.append(1)
            return usual(self, *args, **given)

        monkeypatch.setattr(Argon2PasswordHasher, name, noted)
    return made


def sign_in(kind):
    """With an address of its own, so that no limit of an address joins in."""
    client = Client(REMOTE_ADDR=f"10.4.0.{KINDS.index(kind)}")
    return sessions.give_password(client, f"{kind}@example.org", "wrong horse")


def reset(kind):
    client = Client(REMOTE_ADDR=f"10.5.0.{KINDS.index(kind)}")
    return client.post(reverse("account_reset_password"), {"email": f"{kind}@example.org"}, follow=True)


def sign_up(kind, password="eight loud geese"):
    form = {"name": "N", "email": f"{kind}@example.org", "password1": password, "password2": password}
    client = Client(REMOTE_ADDR=f"10.6.0.{KINDS.index(kind)}")
    return client.post(reverse("account_signup"), form, follow=True)


def sign_up_anew(kind):
    """Of nobody there is nobody again afterwards."""
    sign_up(kind)
    if kind == "nobody":
        User.objects.filter(email="nobody@example.org").update(email=f"{time.perf_counter_ns()}@example.org")
        EmailAddress.objects.filter(email="nobody@example.org").delete()


def words(answer):
    """The page without what differs by request."""
    page = re.sub(r'value="[^"]*"', "", answer.content.decode())
    return re.sub(r"REQ-[0-9A-F]+|[a-z-]+@example\.org", "", page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_answered_alike(everybody, kind):
    answer, other = sign_in(kind), sign_in("nobody")

    assert (answer.status_code, words(answer)) == (other.status_code, words(other))
    assert set(answer.cookies) == set(other.cookies)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_answered_alike_to_a_script(everybody, kind):
    def ask(address):
        return Client().post(
            reverse("account_login"), {"login": address, "password": "wrong horse"}, HTTP_ACCEPT="application/json",
            HTTP_X_REQUESTED_WITH="XMLHttpRequest",
        )  # fmt: skip

    answer, other = ask(f"{kind}@example.org"), ask("nobody@example.org")

    assert answer.status_code == other.status_code
    assert answer.json()["form"]["errors"] == other.json()["form"]["errors"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_costs_one_digest(everybody, digests, kind):
    sign_in(kind)

    assert len(digests) == 1


@pytest.mark.parametrize("ask", [sign_in, reset])
def test_the_work_in_the_database_is_alike(everybody, ask):
    ask("known")
    counts = []
    for kind in KINDS:
        with CaptureQueriesContext(connection) as captured:
            ask(kind)
        counts.append(len(captured))

    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_reset_is_answered_alike_and_always_writes_one_mail(everybody, kind):
    answer, other = reset(kind), reset("nobody")

    assert words(answer) == words(other)
    assert answer.redirect_chain == other.redirect_chain
    assert OutboundMail.objects.filter(recipient=f"{kind}@example.org").count() == 1 + (kind == "nobody")


def test_an_account_that_is_shut_gets_no_link(everybody):
    reset("shut")

    assert "/reset/key/" not in OutboundMail.objects.get(recipient="shut@example.org").body


def test_adding_an_address_of_somebody_else_is_answered_alike(everybody):
    answers = []
    for address in ("with-factor@example.org", "nobody@example.org"):
        client = Client()
        sessions.give_password(client, "known@example.org")
        client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})
        answers.append(client.post(reverse("account_email"), {"action_add": "", "email": address}, follow=True))
        everybody["known"].emailaddress_set.filter(primary=False).delete()

    assert words(answers[0]) == words(answers[1])
    assert sorted(OutboundMail.objects.values_list("recipient", flat=True)) == [
        "nobody@example.org",
        "with-factor@example.org",
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nobody"])
def test_signing_up_is_answered_alike_and_writes_one_mail_in_three_minutes(everybody, kind):
    asked = [(sign_up(kind), sign_up("nobody")) for _turn in range(2)]

    assert [words(answer) for answer, _other in asked] == [words(other) for _answer, other in asked]
    assert all(answer.redirect_chain == other.redirect_chain for answer, other in asked)
    assert sorted(OutboundMail.objects.values_list("recipient", flat=True)) == sorted(
        [f"{kind}@example.org", "nobody@example.org"]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_signing_up_costs_one_digest(everybody, digests, kind):
    sign_up(kind)

    assert len(digests) == 1


@pytest.mark.parametrize("kind", ["known", "nobody"])
def test_what_is_wrong_with_a_password_is_said_of_every_address_alike(everybody, kind):
    answer, other = sign_up(kind, password="password1234"), sign_up("nobody", password="password1234")

    assert words(answer) == words(other)
    assert not OutboundMail.objects.exists()


def test_signing_up_that_is_closed_is_closed_alike(everybody, settings):
    settings.SIGN_UP_IS_OPEN = False

    answers = [sign_up(kind) for kind in ("known", "nobody")]

    assert words(answers[0]) == words(answers[1])
    assert not OutboundMail.objects.exists()


@pytest.mark.full
@pytest.mark.skipif(not FULL, reason="two hundred tries each, with FULL=1")
@pytest.mark.parametrize("ask", [sign_in, reset, sign_up_anew])
def test_the_time_is_alike(dear_digests, everybody, ask, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    taken = {"known": [], "nobody": []}
    for _turn in range(200):
        for kind, spans in taken.items():
            begun = time.perf_counter()
            ask(kind)
            spans.append(time.perf_counter() - begun)

    known, nobody = (statistics.median(spans) for spans in taken.values())

    assert abs(known - nobody) < LEAST_DIFFERENCE_SECONDS
