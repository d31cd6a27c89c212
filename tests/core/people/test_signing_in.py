"""The door: address and password, second factor, limits, and no hint whether an account exists."""

import html
import re

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.audit.models import AuditEvent
from core.notifications.accounts import AccountAdapter
from core.notifications.models import OutboundMail
from core.people import services
from tests.core.people import sessions
from tests.factories import people

MANAGER = "manager@example.org"


@pytest.fixture
def manager(system):
    person = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_x", email=MANAGER, system=system)
    person.set_password(sessions.PASSWORD)
    person.save()
    return person


@pytest.fixture
def secret(manager):
    return sessions.with_factor(manager)


def words(response) -> str:
    """The page without what differs by request: tokens, numbers, and the address typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r"REQ-[0-9A-F]+|[a-z]+@example\.org", "", page)


def test_password_and_code_open_the_page_that_was_asked_for(manager, secret):
    client = Client()

    door = client.get(reverse("core:settings"))
    step = client.post(door.headers["Location"], {"login": MANAGER, "password": sessions.PASSWORD})
    inside = client.post(step.headers["Location"], {"code": sessions.code(secret)})

    assert step.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert inside.headers["Location"] == reverse("core:settings")
    assert sessions.is_signed_in(client)


def test_the_password_alone_opens_nothing(manager, secret):
    client = Client()

    sessions.give_password(client, MANAGER)

    assert not sessions.is_signed_in(client)


def test_the_session_gets_a_new_key_at_sign_in(manager, secret):
    client = Client()
    client.get(reverse("account_login"))
    client.session.save()
    sessions.give_password(client, MANAGER)
    before = client.session.session_key

    sessions.give_code(client, sessions.code(secret))

    assert client.session.session_key != before
    client.cookies["session"] = before
    assert not sessions.is_signed_in(client)


def test_a_role_that_needs_a_second_factor_opens_nothing_before_it_is_set_up(manager):
    client = Client()

    sessions.give_password(client, MANAGER)

    assert client.get("/admin/").headers["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("core:settings")).status_code == 200


def test_a_code_opens_once(manager, secret):
    with time_machine.travel("2026-06-01T12:00:05Z") as clock:
        spent = sessions.code(secret)
        first, second, third = Client(), Client(), Client()
        for client in (first, second, third):
            sessions.give_password(client, MANAGER)

        sessions.give_code(first, spent)
        sessions.give_code(second, spent)
        clock.shift(35)  # the next period, in which a tolerated clock still shows this code
        sessions.give_code(third, spent)

        assert [sessions.is_signed_in(one) for one in (first, second, third)] == [True, False, False]


def test_a_recovery_code_opens_once(manager, secret):
    RecoveryCodes.activate(manager)
    spent = RecoveryCodes(manager.authenticator_set.get(type="recovery_codes")).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        sessions.give_password(client, MANAGER)

    sessions.give_code(first, spent)
    sessions.give_code(second, spent)

    assert [sessions.is_signed_in(one) for one in (first, second)] == [True, False]


def test_known_and_unknown_addresses_get_the_same_answer(manager, secret):
    known = sessions.give_password(Client(), MANAGER, "wrong horse")
    unknown = sessions.give_password(Client(), "nobody@example.org", "wrong horse")

    assert words(known) == words(unknown)
    assert AuditEvent.objects.filter(kind="session.refused").count() == 2
    assert "nobody" not in str(list(AuditEvent.objects.values()))


def test_a_reset_answers_the_same_and_queues_the_same_work(manager):
    answers = [
        Client().post(reverse("account_reset_password"), {"email": address}, follow=True)
        for address in (MANAGER, "nobody@example.org")
    ]

    assert words(answers[0]) == words(answers[1])
    assert sorted(OutboundMail.objects.values_list("recipient", flat=True)) == [MANAGER, "nobody@example.org"]


def test_fifty_wrong_passwords_shut_the_door_for_a_while(manager, secret):
    client = Client()
    with time_machine.travel("2026-06-01T12:00:05Z") as clock:
        answers = [sessions.give_password(client, MANAGER, f"wrong {turn}") for turn in range(50)]
        refused = sessions.give_password(Client(REMOTE_ADDR="10.1.1.1"), MANAGER)
        clock.shift(16 * 60)
        step = sessions.give_password(client, MANAGER)

        assert {answer.status_code for answer in answers} == {200, 429}
        assert "Too many attempts. Wait a quarter of an hour" in answers[6].content.decode()
        assert refused.status_code == 200
        assert step.headers["Location"].startswith(reverse("mfa_authenticate"))


def test_the_refusal_speaks_the_language_of_the_reader(manager):
    client = Client(HTTP_ACCEPT_LANGUAGE="fr")

    page = [sessions.give_password(client, MANAGER, "wrong horse") for _ in range(6)][-1].content.decode()

    with translation.override("fr"):
        assert str(AccountAdapter.error_messages["too_many_login_attempts"]) in html.unescape(page)
    assert '<html lang="fr"' in page


def test_an_unknown_address_is_limited_like_a_known_one(manager):
    clients = [Client(REMOTE_ADDR="10.1.1.1"), Client(REMOTE_ADDR="10.1.1.2")]

    known = [sessions.give_password(clients[0], MANAGER, "wrong horse") for _ in range(7)]
    unknown = [sessions.give_password(clients[1], "nobody@example.org", "wrong horse") for _ in range(7)]

    assert [words(answer) for answer in known] == [words(answer) for answer in unknown]


def test_codes_and_fresh_factors_are_limited_too(manager, secret):
    client = Client()
    sessions.give_password(client, MANAGER)

    for turn in range(8):
        sessions.give_code(client, f"00000{turn}")
    refused = sessions.give_code(client, sessions.code(secret))

    assert "Too many attempts" in refused.content.decode()
    assert not sessions.is_signed_in(client)


def test_asking_again_is_limited(manager, secret):
    client = people.signed_in(Client(), manager)

    answers = [client.post(reverse("mfa_reauthenticate"), {"code": f"{turn:06}"}) for turn in range(12)]

    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()


def test_resets_are_limited_by_account_and_by_address(manager):
    by_account = [
        Client(REMOTE_ADDR=f"10.2.0.{turn}").post(reverse("account_reset_password"), {"email": MANAGER})
        for turn in range(6)
    ]
    by_address = [
        Client(REMOTE_ADDR="10.3.0.1").post(reverse("account_reset_password"), {"email": f"p{turn}@example.org"})
        for turn in range(21)
    ]

    assert [answer.status_code for answer in by_account] == [302] * 5 + [429]
    assert by_address[-1].status_code == 429


def test_limits_hold_while_redis_is_away(manager, secret, settings):
    settings.CACHES = {
        "default": {"BACKEND": "core.web.cache.RedisOrLocalCache", "LOCATION": "unix:///nowhere/redis.sock?db=1"}
    }
    client = Client()

    for turn in range(6):
        sessions.give_password(client, MANAGER, f"wrong {turn}")
    refused = sessions.give_password(client, MANAGER)

    assert refused.status_code == 200
    assert "Too many attempts" in refused.content.decode()


def test_a_reset_link_opens_once_and_ends_every_session(manager, secret):
    elsewhere = sessions.sign_in(Client(), manager, secret)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": MANAGER})
    link = re.search(r"/account/password/reset/key/\S+", OutboundMail.objects.last().body).group()
    new = {"password1": "eight loud geese", "password2": "eight loud geese"}

    form = client.get(link).headers["Location"]
    done = client.post(form, new)
    again = Client().get(link)
    again_with_key = client.post(form, new | {"password1": "nine odd ducks!", "password2": "nine odd ducks!"})

    assert done.status_code == 302
    assert again.status_code == 200
    assert "password1" not in again.content.decode()
    assert "password1" not in again_with_key.content.decode()
    manager.refresh_from_db()
    assert manager.check_password("eight loud geese")
    assert not sessions.is_signed_in(elsewhere)
    assert AuditEvent.objects.filter(kind="password.reset").count() == 1


def test_an_expired_reset_link_opens_nothing(manager):
    with time_machine.travel("2026-06-01T12:00:00Z") as clock:
        Client().post(reverse("account_reset_password"), {"email": MANAGER})
        link = re.search(r"/account/password/reset/key/\S+", OutboundMail.objects.last().body).group()
        clock.shift(3601)

        assert "password1" not in Client().get(link, follow=True).content.decode()


def test_a_disabled_account_cannot_sign_in(manager, secret, system):
    services.disable(manager, by=system)
    client = Client()

    wrong = sessions.give_password(client, MANAGER, "wrong horse")
    right = sessions.give_password(client, MANAGER)

    assert wrong.status_code == 200
    assert right.headers["Location"] == reverse("account_inactive")
    assert not sessions.is_signed_in(client)


@pytest.mark.django_db
def test_the_web_admin_has_no_form_of_its_own():
    assert Client().get("/admin/login/?next=/admin/").headers["Location"] == f"{reverse('account_login')}?next=/admin/"
    assert Client().get("/admin/").headers["Location"] == f"{reverse('account_login')}?next=/admin/"


def test_signing_in_is_noted_with_its_ways(manager, secret):
    sessions.sign_in(Client(), manager, secret)

    event = AuditEvent.objects.get(kind="session.started")
    assert (event.actor, event.after) == (manager.public_id, {"methods": ["mfa", "password"]})


@pytest.mark.django_db
def test_a_passkey_may_be_used_without_typing_an_address():
    answer = Client().get(
        reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json", HTTP_X_REQUESTED_WITH="XMLHttpRequest"
    )

    assert "publicKey" in answer.content.decode()
