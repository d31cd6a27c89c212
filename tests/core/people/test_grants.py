"""Roles are given and taken by others, hold between dates, and are gone at the next request."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import queries, rules, services
from core.people.models import RoleGrant, User
from core.people.roles import Permission
from tests.core.people import sessions
from tests.factories import people

FORM = {"role": "auditor", "scope": "everywhere:", "starts_on": "2026-06-01", "last_day": "", "reason": ""}


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", email="admin@example.org", system=system)


@pytest.fixture
def nora(system):
    return people.person(email="nora@example.org", system=system)


@pytest.fixture
def office(administrator):
    return sessions.fresh(people.signed_in(Client(), administrator), administrator)


def grant(person, by, **changes):
    given = {"scope_kind": "everywhere", "starts_on": date(2026, 6, 1)} | changes
    return services.grant(person, given.pop("role", "auditor"), **given, by=by, at=clock.now())


def test_a_role_holds_from_its_first_day_to_its_last(administrator, nora):
    grant(nora, administrator, starts_on=date(2026, 6, 10), ends_before=date(2026, 6, 20))

    held = [rules.may(nora, Permission.AUDIT_READ, on=date(2026, 6, day)) for day in (9, 10, 19, 20)]

    assert held == [False, True, True, False]


def test_the_same_role_is_not_held_twice_at_a_time(administrator, nora):
    grant(nora, administrator, ends_before=date(2026, 7, 1))

    with pytest.raises(services.AlreadyHolds):
        grant(nora, administrator, starts_on=date(2026, 6, 30))
    grant(nora, administrator, starts_on=date(2026, 7, 1))

    assert RoleGrant.objects.filter(person=nora).count() == 2


def test_the_page_gives_a_role_and_tells_the_trail(office, nora, administrator):
    answer = office.post(
        reverse("manage:grant", args=[nora.public_id]), FORM | {"last_day": "2026-12-31", "reason": "audit 2026"}
    )

    given = nora.grants.get()
    event = AuditEvent.objects.get(kind="role.granted", subject=given.public_id)
    assert answer.headers["Location"] == reverse("manage:person", args=[nora.public_id])
    assert (given.ends_before, given.granted_by, given.reason) == (date(2027, 1, 1), administrator, "audit 2026")
    assert (event.actor, event.after["person"]) == (administrator.public_id, nora.public_id)
    assert "nora" not in str(list(AuditEvent.objects.values()))


def test_nobody_gives_herself_a_role(office, administrator):
    before = RoleGrant.objects.count()
    own = reverse("manage:person", args=[administrator.public_id])

    page = office.get(own).content.decode()
    form = office.get(reverse("manage:grant", args=[administrator.public_id])).content.decode()
    forged = office.post(reverse("manage:grant", args=[administrator.public_id]), FORM)

    assert reverse("manage:grant", args=[administrator.public_id]) not in page
    assert "another administrator can" in page
    assert "<select" not in form
    assert forged.status_code == 403
    assert "You cannot give a role to yourself" in forged.content.decode()
    with pytest.raises(services.GrantToOneself):
        grant(administrator, administrator)
    assert RoleGrant.objects.count() == before


def test_the_database_refuses_a_role_given_to_oneself(administrator):
    with (
        pytest.raises(IntegrityError, match="grant_never_to_oneself"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO core_rolegrant (public_id, person_id, role, scope_kind, scope_ref, starts_on, granted_by_id,"
            " granted_at, reason) VALUES ('grant_x', %s, 'auditor', 'everywhere', '', '2026-06-01', %s, now(), '')",
            [administrator.pk, administrator.pk],
        )


def test_nobody_takes_a_role_from_herself(office, administrator):
    held = administrator.grants.get()

    answer = office.post(reverse("manage:revoke", args=[held.public_id]), {"reason": "tired"})

    held.refresh_from_db()
    assert answer.status_code == 403
    assert held.revoked_at is None


def test_a_revoked_role_is_gone_at_the_next_request(office, administrator, system):
    auditor = people.person(role="auditor", system=system)
    browser = people.signed_in(Client(), auditor)
    assert browser.get(reverse("manage:audit")).status_code == 200

    answer = office.post(reverse("manage:revoke", args=[auditor.grants.get().public_id]), {"reason": "left"})

    assert answer.status_code == 302
    assert browser.get(reverse("manage:audit")).status_code == 403
    assert AuditEvent.objects.get(kind="role.revoked").after == {"reason": "left"}


def test_a_role_is_revoked_once_and_with_a_reason(office, nora, administrator, system):
    held = grant(nora, system)
    url = reverse("manage:revoke", args=[held.public_id])

    silent = office.post(url, {"reason": ""})
    first = office.post(url, {"reason": "left"})
    second = office.post(url, {"reason": "left"})

    assert "id_reason_error" in silent.content.decode()
    assert first.status_code == 302
    assert "already revoked" in second.content.decode()
    with pytest.raises(services.AlreadyRevoked):
        services.revoke(held, by=administrator, at=clock.now())


def test_giving_and_taking_ask_for_a_fresh_second_factor(administrator, nora):
    stale = people.signed_in(Client(), administrator)

    answers = [
        stale.get(reverse("manage:invite")),
        stale.get(reverse("manage:grant", args=[nora.public_id])),
        stale.post(reverse("manage:grant", args=[nora.public_id]), FORM),
    ]

    assert {answer.headers["Location"].partition("?")[0] for answer in answers} == {reverse("mfa_reauthenticate")}
    assert not nora.grants.exists()


def test_what_was_sent_is_taken_once_the_second_factor_is_given(administrator, nora):
    secret = sessions.with_factor(administrator)
    client = people.signed_in(Client(), administrator)

    asked = client.post(reverse("manage:grant", args=[nora.public_id]), FORM)
    client.post(asked.headers["Location"], {"code": sessions.code(secret)})

    assert [one.role for one in nora.grants.all()] == ["auditor"]


@pytest.mark.parametrize("role", ["fund-manager", "auditor", "programme-manager", None])
def test_nobody_but_an_administrator_gives_takes_or_disables(nora, system, role):
    scope = {"scope_kind": "fund", "scope_ref": "fund_x"} if role == "fund-manager" else {}
    other = people.person(role=role, system=system, **scope)
    held = grant(nora, system)

    for refused in (
        lambda: grant(nora, other, role="ethics-officer"),
        lambda: services.revoke(held, by=other, at=clock.now()),
        lambda: services.disable(nora, by=other),
        lambda: services.sign_out_everywhere(nora, by=other),
    ):
        with pytest.raises(NotPermitted):
            refused()

    held.refresh_from_db()
    assert held.revoked_at is None
    assert User.objects.get(pk=nora.pk).is_active
    assert nora.grants.count() == 1


def test_a_disabled_person_is_out_at_the_next_request(office, system):
    auditor = people.person(role="auditor", system=system)
    browser = people.signed_in(Client(), auditor)

    office.post(reverse("manage:disable", args=[auditor.public_id]))
    shut = browser.get(reverse("manage:audit"))
    office.post(reverse("manage:enable", args=[auditor.public_id]))

    assert shut.headers["Location"].startswith(reverse("account_login"))
    assert not sessions.is_signed_in(browser)
    assert User.objects.get(pk=auditor.pk).is_active


def test_an_administrator_cannot_disable_herself(office, administrator):
    assert office.post(reverse("manage:disable", args=[administrator.public_id])).status_code == 403
    assert User.objects.get(pk=administrator.pk).is_active


def test_an_unknown_person_or_grant_is_not_there(office):
    assert office.get(reverse("manage:person", args=["person_0000000000000000"])).status_code == 404
    assert office.get(reverse("manage:grant", args=["person_0000000000000000"])).status_code == 404
    assert office.post(reverse("manage:revoke", args=["grant_0000000000000000"]), {"reason": "x"}).status_code == 404
    assert office.post(reverse("manage:invitation_withdraw", args=["invitation_x"])).status_code == 404


@pytest.mark.parametrize("odd", ["%00", "person_%00", "x" * 300, "%F0%9F%A6%A2", "..%2F..", "' OR 1=1"])
def test_an_id_that_nobody_has_is_not_there(office, odd):
    assert office.get(f"/manage/people/{odd}").status_code == 404
    assert office.get(f"/manage/people/{odd}/grant").status_code == 404
    assert office.get(f"/manage/grants/{odd}/revoke").status_code == 404
    assert office.post(f"/manage/invitations/{odd}/withdraw").status_code == 404
    assert Client().get(f"/invitation/{odd}").status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "9" * 30, "-1", "x", "🦢"])
def test_a_search_takes_anything(office, odd):
    asked = {"q": odd, "role": odd, "state": odd, "page": odd}

    assert office.get(reverse("manage:people", query=asked)).status_code == 200
    assert office.get(reverse("manage:rates", query={"amount": odd, "as_of": odd, "known_at": odd})).status_code == 200


def test_people_are_found_by_name_role_and_state(administrator, system):
    auditor = people.person(role="auditor", email="zoe@example.org", system=system)
    sessions.with_factor(auditor)
    shut = people.person(email="yann@example.org", system=system)
    services.disable(shut, by=system)

    def found(**asked):
        return [one.email for one in queries.search(administrator, on=clock.today(), **asked)]

    assert found(q="ZOE") == ["zoe@example.org"]
    assert found(role="auditor") == ["zoe@example.org"]
    assert found(state="disabled") == ["yann@example.org"]
    assert found(state="no-factor") == ["admin@example.org"]
    assert found(state="active") == ["admin@example.org", "zoe@example.org"]


def test_a_person_without_the_right_sees_herself_alone(nora, administrator):
    assert list(queries.visible_to(nora)) == [nora]
    assert set(queries.visible_to(administrator)) == {nora, administrator}
