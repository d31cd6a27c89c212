"""Sessions end: by idleness, by age, by a click on another device; and they come back to where they were."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.people import services
from core.people.models import User
from tests.core.people import sessions
from tests.factories import people


@pytest.fixture
def auditor(system):
    return people.person(role="auditor", email="auditor@example.org", system=system)


@pytest.fixture
def ally(system):
    return people.person(
        role="ally-representative", scope_kind="nation", scope_ref="EE", email="ally@example.org", system=system
    )


def after(**span):
    return clock.standing_at(clock.now() + timedelta(**span))


@pytest.mark.parametrize(
    ("story", "who", "minutes", "goes_on"),
    [
        ("staff within half an hour", "auditor", 29, True),
        ("staff after half an hour", "auditor", 31, False),
        ("an Ally within four hours", "ally", 239, True),
        ("an Ally after four hours", "ally", 241, False),
    ],
)
def test_an_idle_session_ends(request, story, who, minutes, goes_on):
    client = people.signed_in(Client(), request.getfixturevalue(who))
    assert sessions.is_signed_in(client)

    with after(minutes=minutes):
        assert sessions.is_signed_in(client) is goes_on


def test_no_session_outlives_twelve_hours(ally):
    client = people.signed_in(Client(), ally)
    for hours in range(1, 12):
        with after(hours=hours):
            assert sessions.is_signed_in(client)

    with after(hours=12, minutes=1):
        assert not sessions.is_signed_in(client)


def seconds_left(client, path="core:settings"):
    """What the page says: the seconds that are left, and whether staying puts the end off."""
    page = client.get(reverse(path)).content.decode()
    found = re.search(r'data-seconds="(\d+)" data-may-stay="(yes|no)" data-warn-seconds="120"', page)
    return (int(found[1]), found[2]) if found else None


@pytest.mark.parametrize(("who", "minutes"), [("auditor", 30), ("ally", 240)])
def test_a_page_says_when_the_session_ends(request, who, minutes):
    client = people.signed_in(Client(), request.getfixturevalue(who))

    assert seconds_left(client) == (minutes * 60, "yes")
    with after(seconds=50):
        assert seconds_left(client) == (minutes * 60 - 50, "yes")
    assert seconds_left(Client(), "account_login") is None


def test_saying_that_one_stays_puts_the_end_off(auditor):
    client = people.signed_in(Client(), auditor)
    sessions.is_signed_in(client)

    with after(minutes=29):
        answer = client.post(reverse("core:stay"))

    assert answer.json() == {"seconds": 1800, "may_stay": True}
    with after(minutes=58):
        assert sessions.is_signed_in(client)


def test_a_session_of_twelve_hours_cannot_be_put_off(ally):
    client = people.signed_in(Client(), ally)
    for hours in range(12):
        with after(hours=hours):
            sessions.is_signed_in(client)

    with after(hours=11, minutes=59):
        assert seconds_left(client) == (60, "no")
        answer = client.post(reverse("core:stay"))

    assert answer.json() == {"seconds": 60, "may_stay": False}
    with after(hours=12, seconds=1):
        assert not sessions.is_signed_in(client)


def test_it_is_too_late_to_stay_once_the_session_has_ended(auditor):
    client = people.signed_in(Client(), auditor)
    sessions.is_signed_in(client)

    with after(minutes=31):
        answer = client.post(reverse("core:stay"))

        assert answer.status_code == 302
        assert not sessions.is_signed_in(client)


def test_an_ended_session_returns_to_the_same_page(auditor):
    client = people.signed_in(Client(), auditor)
    sessions.is_signed_in(client)

    with after(hours=1):
        answer = client.get(reverse("manage:audit", query={"subject": "x"}), follow=True)

    assert answer.redirect_chain[0][0] == f"{reverse('account_login')}?next=/manage/audit%3Fsubject%3Dx"
    assert "Your session ended to protect your account" in answer.content.decode()


def test_signing_in_again_begins_a_new_span(auditor):
    client = people.signed_in(Client(), auditor)
    sessions.is_signed_in(client)

    with after(hours=13):
        client.force_login(auditor)
        assert sessions.is_signed_in(client)


def test_signing_out_everywhere_ends_every_device(auditor):
    here, there = people.signed_in(Client(), auditor), people.signed_in(Client(), auditor)

    answer = here.post(reverse("core:sign_out_everywhere"))

    assert answer.headers["Location"] == reverse("account_login")
    assert not sessions.is_signed_in(here)
    assert not sessions.is_signed_in(there)
    assert AuditEvent.objects.filter(kind="person.signed_out_everywhere").count() == 1


def test_this_session_is_kept_only_if_asked_and_gets_a_new_key(auditor):
    here, there = people.signed_in(Client(), auditor), people.signed_in(Client(), auditor)
    before = here.session.session_key

    here.post(reverse("core:sign_out_everywhere"), {"keep": "this"})

    assert sessions.is_signed_in(here)
    assert here.session.session_key != before
    assert not sessions.is_signed_in(there)


def test_an_administrator_sees_open_sessions_and_ends_them(auditor, system):
    administrator = people.person(role="administrator", system=system)
    office = people.signed_in(Client(), administrator)
    browser = people.signed_in(Client(), auditor)
    browser.get(reverse("core:settings"))
    page = reverse("manage:person", args=[auditor.public_id])

    before = office.get(page).content.decode()
    office.post(reverse("manage:end_sessions", args=[auditor.public_id]))

    assert "Last seen" in before
    assert "Last seen" not in office.get(page).content.decode()
    assert not sessions.is_signed_in(browser)


def test_changing_the_password_keeps_this_session_under_a_new_key_and_ends_others(auditor):
    auditor.set_password(sessions.PASSWORD)
    auditor.save()
    here, there = people.signed_in(Client(), auditor), people.signed_in(Client(), auditor)
    sessions.fresh(here, auditor)
    before = here.session.session_key

    here.post(
        reverse("account_change_password"),
        {"oldpassword": sessions.PASSWORD, "password1": "eight loud geese", "password2": "eight loud geese"},
    )

    assert User.objects.get(pk=auditor.pk).check_password("eight loud geese")
    assert sessions.is_signed_in(here)
    assert here.session.session_key != before
    assert not sessions.is_signed_in(there)
    assert AuditEvent.objects.filter(kind="password.changed").count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_setting_up_a_second_factor_changes_the_key_and_is_noted():
    system = services.ensure_system(at=clock.now())
    auditor = people.person(role="auditor", email="auditor@example.org", system=system)
    auditor.set_password(sessions.PASSWORD)
    auditor.save()
    client = Client()
    sessions.give_password(client, auditor.email)
    client.post(reverse("account_reauthenticate"), {"password": sessions.PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    before = client.session.session_key

    answer = client.post(reverse("mfa_activate_totp"), {"code": sessions.code(client.session["mfa.totp.secret"])})

    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.session.session_key != before
    assert client.get(answer.headers["Location"]).status_code == 200
    noted = list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert noted[-3:] == ["factor.added", "factor.added", "recovery_codes.read"]
    assert client.get(reverse("manage:audit")).status_code == 200


def test_settings_change_language_and_look_at_once(auditor):
    client = people.signed_in(Client(), auditor)

    page = client.post(reverse("core:settings"), {"language": "fr", "theme": "dark"}, follow=True).content.decode()
    wrong = client.post(reverse("core:settings"), {"language": "de", "theme": "dark"}).content.decode()

    assert '<html lang="fr" data-audience="manager" data-theme="dark">' in page
    assert "id_language_error" in wrong
    assert AuditEvent.objects.get(kind="person.settings_changed").after == {"language": "fr", "theme": "dark"}
