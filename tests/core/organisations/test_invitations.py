"""Owners invite colleagues; whether an address is known elsewhere makes no difference to them."""

from datetime import timedelta

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.notifications.models import OutboundMail
from core.people import members, rules, services
from core.people.models import Invitation, RoleGrant, User
from core.people.roles import Permission
from tests.core.people import sessions
from tests.factories import people


def invite(by, startup, **changes):
    given = {
        "email": "Dan@Example.org",
        "name": "",
        "language": "en",
        "role": "startup-member",
        "scope_kind": "organisation",
        "scope_ref": startup.public_id,
        "starts_on": clock.today(),
        "ends_before": None,
    }
    return services.invite(**(given | changes), by=by, at=clock.now())


def accept(token, **changes):
    given = {"name": "Dan", "password": sessions.PASSWORD} | changes
    return services.accept_invitation(token, **given, at=clock.now())


def join(token, by):
    return services.join_by_invitation(token, by=by, at=clock.now())


@pytest.mark.parametrize(("language", "right"), [("en", "Start-up member"), ("fr", "Membre d’une start-up")])
def test_the_mail_says_who_invites_to_what_with_which_rights(ada, startup, language, right):
    _invitation, token = invite(ada, startup, language=language)

    mail = OutboundMail.objects.get(recipient="dan@example.org")
    missing = [word for word in (ada.name, "Deep Ear", right, f"/invitation/{token}\n") if word not in mail.body]
    assert missing == []
    assert "Deep Ear" in mail.subject
    assert mail.language == language


def test_whoever_has_no_account_makes_one_by_the_link(ada, startup):
    _invitation, token = invite(ada, startup)

    dan = accept(token)

    assert [one.person for one in members.of(startup.public_id, on=clock.today())] == [ada, dan]
    assert dan.grants.get().granted_by == ada


def test_whoever_has_an_account_joins_with_it(ada, startup, stranger):
    _invitation, token = invite(ada, startup, email=stranger.email, role="startup-owner")

    join(token, stranger)

    assert rules.may(stranger, Permission.ORGANISATION_RUN, startup.public_id)
    assert Invitation.objects.get().accepted_by == stranger
    assert AuditEvent.objects.filter(kind="invitation.accepted", actor=stranger.public_id).count() == 1
    with pytest.raises(services.InvitationUsed):
        join(token, stranger)


def test_an_account_of_another_address_does_not_join(ada, startup, stranger):
    _invitation, token = invite(ada, startup)

    with pytest.raises(services.OtherAccount):
        join(token, stranger)

    assert not rules.may(stranger, Permission.APPLICATION_WRITE, startup.public_id)
    assert Invitation.objects.get().accepted_at is None


def test_with_an_account_no_second_one_is_made(ada, startup, stranger):
    _invitation, token = invite(ada, startup, email=stranger.email)

    with pytest.raises(services.AccountExists):
        accept(token)

    assert User.objects.filter(email=stranger.email).count() == 1


def test_known_and_unknown_addresses_are_answered_alike(ada, startup, stranger, system):
    people.person(role="auditor", email="auditor@example.org", system=system)
    asked = {"email": "asked@example.org", "role": "auditor", "scope_kind": "everywhere", "scope_ref": ""}
    invite(system, startup, **asked)

    for address in ("auditor@example.org", "asked@example.org", stranger.email, "nobody@example.org"):
        invite(ada, startup, email=address)

    assert len(members.invited(startup.public_id, at=clock.now())) == 4


def test_what_an_owner_invited_hinders_no_administrator(ada, startup, system):
    invite(ada, startup)

    invite(system, startup, role="auditor", scope_kind="everywhere", scope_ref="")

    assert Invitation.objects.filter(email="dan@example.org").count() == 2


def test_one_address_is_invited_once_to_a_start_up(ada, bea, startup):
    invite(ada, startup)

    with pytest.raises(services.ColleagueInvited):
        invite(bea, startup)
    with pytest.raises(services.ColleagueAlready):
        invite(ada, startup, email=bea.email)

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "beyond",
    [
        {"role": "administrator", "scope_kind": "everywhere", "scope_ref": ""},
        {"role": "partner-system"},
        {"role": "startup-owner", "scope_ref": "org_elsewhere"},
        {"role": "startup-owner", "scope_kind": "everywhere", "scope_ref": ""},
        {"role": "startup-member", "scope_kind": "programme"},
    ],
)
def test_an_owner_invites_to_nothing_else(ada, startup, beyond):
    with pytest.raises(NotPermitted):
        invite(ada, startup, **beyond)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["cy", "stranger"])
def test_nobody_but_an_owner_invites_sends_again_or_withdraws(request, ada, cy, startup, stranger, who):
    by = request.getfixturevalue(who)
    invitation, token = invite(ada, startup)

    for step in (
        lambda: invite(by, startup, email="x@example.org"),
        lambda: services.send_invitation_again(invitation, by=by, at=clock.now()),
        lambda: services.withdraw_invitation(invitation, by=by, at=clock.now()),
    ):
        with pytest.raises(NotPermitted):
            step()

    assert services.find_invitation(token, at=clock.now()) == invitation


def test_a_link_holds_while_its_sender_may_still_invite(ada, bea, startup):
    invitation, token = invite(ada, startup)
    services.remove_member(ada, organisation=startup.public_id, by=bea, at=clock.now())

    with pytest.raises(services.InvitationExpired):
        accept(token)
    later = clock.now() + timedelta(hours=1)
    newer = services.send_invitation_again(invitation, by=bea, at=later)

    assert services.find_invitation(newer, at=later) == invitation


def test_a_demoted_owner_invites_no_longer(ada, bea, startup):
    _invitation, token = invite(bea, startup)
    services.change_rights(bea, "startup-member", organisation=startup.public_id, by=ada, at=clock.now())

    with pytest.raises(services.InvitationExpired):
        accept(token)

    assert not User.objects.filter(email="dan@example.org").exists()


def test_a_withdrawn_link_opens_nothing(ada, startup):
    invitation, token = invite(ada, startup)
    services.withdraw_invitation(invitation, by=ada, at=clock.now())

    with pytest.raises(services.InvitationUsed):
        accept(token)


def test_a_mail_goes_again_after_ten_minutes_and_not_sooner(ada, startup):
    invitation, _token = invite(ada, startup)

    with pytest.raises(services.SentJustNow):
        services.send_invitation_again(invitation, by=ada, at=clock.now() + timedelta(minutes=9))
    services.send_invitation_again(invitation, by=ada, at=clock.now() + timedelta(minutes=10))

    assert OutboundMail.objects.filter(recipient="dan@example.org").count() == 2


def test_a_day_has_twenty_invitations(ada, startup):
    for number in range(20):
        invite(ada, startup, email=f"{number}@example.org")

    with pytest.raises(services.TooManyInvitations):
        invite(ada, startup)

    assert Invitation.objects.count() == 20


def test_an_account_that_nobody_proved_is_taken_over_by_whoever_is_invited(ada, startup):
    squatter = User.objects.create_person(
        email="dan@example.org", name="Not Dan", password="the squatter’s own", created_at=clock.now()
    )
    _invitation, token = invite(ada, startup)

    dan = accept(token)

    assert dan == squatter
    assert dan.name == "Dan"
    assert not dan.check_password("the squatter’s own")
    assert dan.emailaddress_set.get().verified


def test_whoever_invited_does_not_join_under_a_further_address(ada, startup, system):
    invitation, token = invite(ada, startup)
    ada.emailaddress_set.create(email="dan@example.org", verified=True)

    with pytest.raises(services.GrantToOneself):
        join(token, ada)

    assert RoleGrant.objects.filter(person=ada).count() == 1
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_whoever_works_there_already_keeps_her_rights(ada, bea, cy, startup):
    _invitation, token = invite(ada, startup, role="startup-owner")
    cy.emailaddress_set.create(email="dan@example.org", verified=True)

    with pytest.raises(services.AlreadyHolds):
        join(token, cy)

    assert not rules.may(cy, Permission.ORGANISATION_RUN, startup.public_id)
