"""What is held of a person is hers to take away; closing the account takes away what names her."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit import services as audit
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.notifications import services as notifications
from core.notifications.models import Message, OutboundMail
from core.people import services
from core.people.models import RoleGrant, User
from tests.core.people import sessions
from tests.factories import people

CLOSE = "core:close_account"


def member(system, address="ada@example.org", role="startup-owner", scope_ref="org_x"):
    return people.person(
        role=role, scope_kind="organisation", scope_ref=scope_ref, email=address, password=sessions.PASSWORD,
        system=system,
    )  # fmt: skip


@pytest.fixture
def ada(system):
    return member(system)


def close(person):
    return services.close(person, by=person, at=clock.now())


def kept(person):
    return (User.objects.filter(pk=person.pk).values().get(), RoleGrant.objects.filter(revoked_at=None).count())


def test_the_export_holds_ones_own_and_nobody_elses_and_is_noted(ada, system):
    bea = member(system, "bea@example.org")
    notifications.tell(ada, title="For Ada", at=clock.now())
    notifications.tell(bea, title="For Bea", at=clock.now())
    client = people.signed_in(Client(), ada)

    answer = client.post(reverse("core:own_data"))

    told = json.loads(answer.content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-data-2026-06-01.json"'
    assert told["account"][0]["email"] == "ada@example.org"
    assert [one["role"] for one in told["roles"]] == ["startup-owner"]
    assert [one["title"] for one in told["messages"]] == ["For Ada"]
    assert {"applications", "answers", "submissions", "what was done with the account"} <= told.keys()
    assert "bea@example.org" not in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert AuditEvent.objects.filter(kind="person.data_taken", actor=ada.public_id).count() == 1


def test_closing_takes_away_what_names_the_person(ada):
    sessions.with_factor(ada)
    notifications.tell(ada, title="For Ada", at=clock.now())
    epoch = ada.session_epoch

    close(ada)

    row = User.objects.get(pk=ada.pk)
    assert (row.name, row.email, row.is_active) == ("Closed account", f"{row.public_id}@closed.invalid", False)
    assert row.session_epoch == epoch + 1
    assert not row.has_usable_password()
    held = (
        EmailAddress.objects.filter(user=row),
        Authenticator.objects.filter(user=row),
        Message.objects.filter(reader=row),
    )
    assert [rows.count() for rows in held] == [0, 0, 0]
    assert not RoleGrant.objects.filter(person=row, revoked_at=None).exists()


def test_the_last_mail_goes_to_the_former_address(ada):
    close(ada)

    assert OutboundMail.objects.get(subject="Your account is closed").recipient == "ada@example.org"


def test_the_audit_chain_holds_and_names_the_person_by_id_alone(ada, system):
    close(ada)

    assert audit.verify_all() == []
    assert AuditEvent.objects.filter(kind="person.closed", actor=ada.public_id).count() == 1
    assert "ada@example.org" not in str(list(AuditEvent.objects.values()))


def test_the_address_is_free_again(ada, system):
    close(ada)

    assert member(system).pk != ada.pk


def test_the_last_owner_with_colleagues_stays(ada, system):
    bea = member(system, "bea@example.org", role="startup-member")
    before = kept(ada)

    with pytest.raises(services.OthersNeedAnOwner):
        close(ada)
    assert kept(ada) == before

    services.change_rights(bea, "startup-owner", organisation="org_x", by=ada, at=clock.now())
    close(ada)


def test_whoever_holds_a_role_of_the_staff_stays(system):
    manager = people.person(role="programme-manager", system=system)
    before = kept(manager)

    with pytest.raises(services.HoldsStaffRole):
        close(manager)

    assert kept(manager) == before


def test_nobody_closes_anothers_account(ada, system):
    before = kept(ada)

    for other in (system, people.person(role="administrator", system=system)):
        with pytest.raises(NotPermitted):
            services.close(ada, by=other, at=clock.now())

    assert User.objects.filter(pk=ada.pk).values().get() == before[0]


@pytest.mark.parametrize(("language", "word"), [("en", "What goes"), ("fr", "Ce qui disparaît")])
def test_the_page_asks_for_a_proof_says_what_goes_and_ends_the_session(ada, language, word):
    ada.language = language
    ada.save()
    client, elsewhere = Client(), people.signed_in(Client(), ada)
    client.force_login(ada)
    first = client.post(reverse(CLOSE))
    sessions.fresh(client, ada)

    page = client.get(reverse(CLOSE)).content.decode()
    client.post(reverse(CLOSE))

    assert "reauthenticate" in first.headers["Location"]
    assert word in page
    assert not any(sessions.is_signed_in(one) for one in (client, elsewhere))
    assert not User.objects.get(pk=ada.pk).is_active


def test_the_page_says_why_an_account_stays(ada, system):
    member(system, "bea@example.org", role="startup-member")
    client = sessions.fresh(people.signed_in(Client(), ada), ada)

    answer = client.post(reverse(CLOSE))

    assert answer.status_code == 409
    assert "Make one of them an owner first" in answer.content.decode()
    assert sessions.is_signed_in(client)


def test_the_settings_lead_to_both(ada):
    page = people.signed_in(Client(), ada).get(reverse("core:settings")).content.decode()

    assert f'action="{reverse("core:own_data")}"' in page
    assert f'href="{reverse(CLOSE)}"' in page
