"""An administrator invites; the link proves the address; the role comes with the account."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.notifications.models import OutboundMail
from core.people import services
from core.people.models import Invitation, User
from tests.core.people import sessions
from tests.factories import people

PASSWORD = "seven quiet herons"


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", email="admin@example.org", system=system)


@pytest.fixture
def invited(administrator):
    return invite(administrator)


def invite(by, **changes):
    given = {
        "email": "Nora@Example.org",
        "name": "Nora",
        "language": "fr",
        "role": "auditor",
        "scope_kind": "everywhere",
        "scope_ref": "",
        "starts_on": date(2026, 6, 1),
        "ends_before": None,
    }
    return services.invite(**(given | changes), by=by, at=clock.now())


def accept(client, token, **changes):
    form = {"name": "Nora Holm", "password": PASSWORD, "again": PASSWORD} | changes
    return client.post(reverse("core:invitation", args=[token]), form)


def test_the_mail_carries_the_link_in_the_chosen_language(invited):
    _invitation, token = invited

    mail = OutboundMail.objects.get()

    assert (mail.recipient, mail.language) == ("nora@example.org", "fr")
    assert f"/invitation/{token}\n" in mail.body
    assert token not in str(list(AuditEvent.objects.values())) + str(list(Invitation.objects.values()))


def test_accepting_makes_a_verified_account_with_the_role_and_a_session_of_its_own(invited):
    _invitation, token = invited
    client = Client()
    client.get(reverse("account_login"))
    page = client.get(reverse("core:invitation", args=[token]))
    before = client.session.session_key

    answer = accept(client, token)

    person = User.objects.get(email="nora@example.org")
    assert "Nora" in page.content.decode()
    assert answer.headers["Location"] == reverse("mfa_activate_totp")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.session_key != before
    assert person.emailaddress_set.get().verified
    assert [(g.role, g.granted_by.email) for g in person.grants.all()] == [("auditor", "admin@example.org")]
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_link_that_opens_nothing_says_so(invited, language):
    invitation, token = invited
    client = Client(HTTP_ACCEPT_LANGUAGE=language)

    forged = client.get(reverse("core:invitation", args=["x" * 43]))
    with clock.standing_at(invitation.expires_at):
        expired = client.get(reverse("core:invitation", args=[token]))
        late = accept(client, token)
    accept(Client(), token)
    used = client.get(reverse("core:invitation", args=[token]))
    again = accept(client, token)

    assert [forged.status_code, expired.status_code, late.status_code] == [404, 409, 409]
    assert [used.status_code, again.status_code] == [409, 409]
    assert User.objects.filter(email="nora@example.org").count() == 1


def test_a_weak_password_is_refused_beside_its_field_and_nothing_is_made(invited):
    _invitation, token = invited

    weak = accept(Client(), token, password="password1234", again="password1234")
    differing = accept(Client(), token, again="something else 1")

    assert 'id="id_password_error"' in weak.content.decode()
    assert 'id="id_again_error"' in differing.content.decode()
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_withdrawn_invitation_and_one_of_a_former_administrator_open_nothing(invited, administrator, system):
    invitation, token = invited
    other, other_token = invite(administrator, email="liv@example.org")

    services.withdraw_invitation(invitation, by=administrator, at=clock.now())
    services.revoke(administrator.grants.get(), by=system, at=clock.now(), reason="left")

    assert accept(Client(), token).status_code == 409
    assert accept(Client(), other_token).status_code == 409
    assert other.expires_at == clock.now() + timedelta(days=7)


def test_sending_again_voids_the_former_link(invited, administrator):
    invitation, token = invited

    with clock.standing_at(clock.now() + timedelta(days=6)):
        newer = services.send_invitation_again(invitation, by=administrator, at=clock.now())

    assert accept(Client(), token).status_code == 404
    with clock.standing_at(clock.now() + timedelta(days=12)):
        assert accept(Client(), newer).status_code == 302
    assert OutboundMail.objects.count() == 2


def test_one_address_is_invited_once(invited, administrator):
    with pytest.raises(services.AlreadyInvited):
        invite(administrator, email="NORA@example.org")
    with pytest.raises(services.AlreadyInvited):
        invite(administrator, email="admin@example.org")

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("role", ["fund-manager", "auditor", "programme-manager", None])
def test_nobody_but_an_administrator_invites(system, role):
    other = people.person(
        role=role,
        scope_kind="fund" if role == "fund-manager" else "everywhere",
        scope_ref="fund_x" if role == "fund-manager" else "",
        system=system,
    )

    with pytest.raises(NotPermitted):
        invite(other)

    assert not Invitation.objects.exists()
    assert not OutboundMail.objects.exists()


def test_a_role_is_invited_over_what_fits_it(administrator):
    with pytest.raises(services.UnfitScope, match="one fund"):
        invite(administrator, role="fund-manager")
    with pytest.raises(services.EndsBeforeItStarts):
        invite(administrator, ends_before=date(2026, 6, 1))


def test_the_page_invites_keeps_what_was_typed_and_lists_what_is_open(administrator, client):
    people.signed_in(client, administrator)
    sessions.fresh(client, administrator)
    form = {
        "name": "Ana",
        "email": "ana@example.org",
        "language": "en",
        "role": "auditor",
        "scope": "everywhere:",
        "starts_on": "2026-06-01",
        "last_day": "",
    }

    wrong = client.post(reverse("manage:invite"), form | {"role": "fund-manager", "starts_on": "1800-01-01"})
    unfit = client.post(reverse("manage:invite"), form | {"role": "fund-manager"})
    right = client.post(reverse("manage:invite"), form)
    listed = client.get(reverse("manage:people")).content.decode()

    assert 'value="ana@example.org"' in wrong.content.decode()
    assert "from 1\u00a0Jan\u00a02000 to 31\u00a0Dec\u00a02099" in wrong.content.decode()
    assert 'id="id_scope_error"' in unfit.content.decode()
    assert right.status_code == 302
    assert "ana@example.org" in listed
    assert "The invitation is on its way" in listed
