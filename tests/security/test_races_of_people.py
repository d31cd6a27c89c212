"""Whatever is asked for by many at once is done once: links, roles, codes, and the counting of tries."""

import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from core import clock, locks
from core.audit import services as audit
from core.audit.models import AuditEvent
from core.organisations import services as organisations
from core.people import services
from core.people.models import Invitation, RoleGrant, User
from tests.core.people import sessions
from tests.factories import nations, people

MANY = 8
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def system(transactional_db):
    return services.ensure_system(at=clock.now())


@pytest.fixture
def zoe(system):
    return people.person(email="zoe@example.org", password=sessions.PASSWORD, system=system)


def invite(system, address="new@example.org"):
    return services.invite(
        email=address, name="New", language="en", role="auditor", scope_kind="everywhere", scope_ref="",
        starts_on=clock.today(), ends_before=None, by=system, at=clock.now(),
    )  # fmt: skip


def kinds(outcomes, *refusals):
    """How many were done and how many were refused in the way foreseen; anything else is shown."""
    refused = [one for one in outcomes if isinstance(one, refusals)]
    broken = [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, refusals)]
    return len(outcomes) - len(refused) - len(broken), len(refused), broken


def test_an_invitation_is_accepted_once(system, together):
    _invitation, token = invite(system)

    outcomes = together(
        MANY,
        lambda number: services.accept_invitation(
            token, name=f"New {number}", password="eight loud geese", at=clock.now()
        ),
    )

    assert kinds(outcomes, services.InvitationUsed) == (1, MANY - 1, [])
    assert User.objects.filter(email="new@example.org").count() == 1
    assert RoleGrant.objects.filter(person__email="new@example.org").count() == 1
    assert AuditEvent.objects.filter(kind="invitation.accepted").count() == 1


def test_many_accounts_stated_to_be_one_person_at_once_leave_no_chain(system, together):
    office = people.person(role="administrator", system=system)
    ring = [people.person(system=system) for _number in range(MANY)]

    outcomes = together(
        MANY,
        lambda number: services.state_same_person(
            ring[number], ring[(number + 1) % MANY], reason="x", by=office, at=clock.now()
        ),
    )

    assert kinds(outcomes, services.SameAccount) == (MANY - 1, 1, [])
    assert len({one.human for one in User.objects.filter(pk__in=[one.pk for one in ring])}) == 1
    assert not User.objects.filter(same_person_as__same_person_as__isnull=False).exists()


def test_an_invitation_is_accepted_or_withdrawn(system, together):
    invitation, token = invite(system)

    def act(number):
        if number % 2:
            return services.withdraw_invitation(invitation, by=system, at=clock.now())
        return services.accept_invitation(token, name="New", password="eight loud geese", at=clock.now())

    outcomes = together(MANY, act)

    invitation.refresh_from_db()
    assert kinds(outcomes, services.InvitationUsed) == (1, MANY - 1, [])
    assert bool(invitation.accepted_at) != bool(invitation.withdrawn_at)
    assert User.objects.filter(email="new@example.org").exists() == bool(invitation.accepted_at)


def test_a_link_sent_anew_voids_the_former_one_in_the_same_moment(system, together):
    invitation, token = invite(system)

    def act(number):
        if number == 0:
            return services.send_invitation_again(invitation, by=system, at=clock.now())
        return services.accept_invitation(token, name="New", password="eight loud geese", at=clock.now())

    outcomes = together(MANY, act)

    done, _refused, broken = kinds(outcomes, services.InvitationUsed, services.InvitationUnknown)
    assert (done, broken) == (1, [])


def test_an_address_is_invited_once(system, together):
    outcomes = together(MANY, lambda _number: invite(system))

    assert kinds(outcomes, services.AlreadyInvited) == (1, MANY - 1, [])
    assert Invitation.objects.count() == 1


def test_an_address_that_somebody_verified_as_her_second_is_not_invited(system, zoe):
    EmailAddress.objects.create(user=zoe, email="new@example.org", verified=True, primary=False)

    with pytest.raises(services.AlreadyInvited):
        invite(system)

    assert not Invitation.objects.exists()


def test_an_address_that_somebody_only_claims_can_be_invited(system, zoe):
    EmailAddress.objects.create(user=zoe, email="new@example.org", verified=False, primary=False)

    invite(system)

    assert Invitation.objects.count() == 1


def test_an_invitation_to_what_became_an_account_meanwhile_is_used(system, zoe):
    _invitation, token = invite(system)
    EmailAddress.objects.create(user=zoe, email="new@example.org", verified=True, primary=False)
    form = {"name": "New", "password": "eight loud geese", "again": "eight loud geese"}

    answer = Client().post(reverse("core:invitation", args=[token]), form)

    assert answer.status_code == 409
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_role_is_given_once(system, zoe, together):
    def give(_number):
        return services.grant(
            zoe, "auditor", scope_kind="everywhere", starts_on=clock.today(), by=system, at=clock.now()
        )

    assert kinds(together(MANY, give), services.AlreadyHolds) == (1, MANY - 1, [])
    assert zoe.grants.count() == 1
    assert AuditEvent.objects.filter(kind="role.granted").count() == 1


@pytest.fixture
def held(system, zoe):
    return services.grant(zoe, "auditor", scope_kind="everywhere", starts_on=clock.today(), by=system, at=clock.now())


def revoke_together(held, system, together):
    outcomes = together(MANY, lambda _number: services.revoke(held, by=system, at=clock.now()))
    return kinds(outcomes, services.AlreadyRevoked), AuditEvent.objects.filter(kind="role.revoked").count()


def test_a_role_is_revoked_once(held, system, together):
    assert revoke_together(held, system, together) == ((1, MANY - 1, []), 1)


def test_without_the_lock_it_would_be_revoked_by_everybody(held, system, together, monkeypatch):
    all_have_read = threading.Barrier(MANY)

    class Unlocked:
        def __init__(self, rows):
            self.rows = rows

        def get(self):
            row = self.rows.get()
            all_have_read.wait()
            return row

    monkeypatch.setattr(locks, "in_order", Unlocked)

    assert revoke_together(held, system, together) == ((MANY, 0, []), MANY)


def test_the_chain_holds_whoever_wrote_at_once(held, system, zoe, together):
    together(MANY, lambda _number: services.sign_out_everywhere(zoe, by=zoe))

    zoe.refresh_from_db()
    assert zoe.session_epoch == MANY
    assert audit.verify_all() == []


def enter_together(zoe, code, together):
    """As many browsers have given the password and give the same code; how many are in."""
    browsers = [Client() for _ in range(MANY)]
    for browser in browsers:
        sessions.give_password(browser, zoe.email)
    together(MANY, lambda number: sessions.give_code(browsers[number], code))
    return sum(sessions.is_signed_in(browser) for browser in browsers)


@pytest.fixture
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_a_code_of_the_app_opens_one_browser(quick, zoe, together):
    secret = sessions.with_factor(zoe)

    assert enter_together(zoe, sessions.code(secret), together) == 1


def test_a_recovery_code_opens_one_browser(quick, zoe, together):
    sessions.with_factor(zoe)
    spare = RecoveryCodes.activate(zoe).get_unused_codes()[0]

    assert enter_together(zoe, spare, together) == 1


def test_tries_at_once_are_counted_one_by_one(quick, zoe, together):
    together(
        20,
        lambda number: sessions.give_password(Client(REMOTE_ADDR=f"10.6.0.{number}"), zoe.email, f"wrong {number}"),
    )

    assert AuditEvent.objects.filter(kind="session.refused").count() <= 5


@pytest.fixture(autouse=True)
def _leave_nothing():
    yield
    cache.clear()
    connections.close_all()


def test_two_owners_who_remove_each_other_leave_one(system, together):
    owners = [people.person(role="startup-owner", scope_kind="organisation", scope_ref="org_x", system=system)
              for _owner in range(2)]  # fmt: skip

    outcomes = together(
        2,
        lambda number: services.remove_member(
            User.objects.get(pk=owners[1 - number].pk), organisation="org_x",
            by=User.objects.get(pk=owners[number].pk), at=clock.now(),
        ),
    )  # fmt: skip

    assert kinds(outcomes, services.OwnersOnly) == (1, 1, [])
    assert RoleGrant.objects.filter(scope_ref="org_x", revoked_at=None).count() == 1


def test_two_owners_who_leave_at_once_leave_one(system, together):
    owners = [people.person(role="startup-owner", scope_kind="organisation", scope_ref="org_x", system=system)
              for _owner in range(2)]  # fmt: skip

    outcomes = together(2, lambda number: services.leave(organisation="org_x", by=owners[number], at=clock.now()))

    assert kinds(outcomes, services.LastOwner) == (1, 1, [])
    assert RoleGrant.objects.filter(scope_ref="org_x", revoked_at=None).count() == 1


def test_a_start_up_sent_twice_at_once_is_registered_once(system, together):
    nations.ally("EE", system=system)
    ada = people.person(system=system)
    given = {"name": "Ear", "nation": "EE", "founded_on": clock.today(), "registration_number": "", "website": ""}

    outcomes = together(
        MANY, lambda _number: organisations.found(**given, by=User.objects.get(pk=ada.pk), at=clock.now())
    )

    assert kinds(outcomes, organisations.RegisteredAlready) == (1, MANY - 1, [])
    assert RoleGrant.objects.filter(person=ada).count() == 1


def test_a_colleague_joins_once(system, together):
    owner = people.person(role="startup-owner", scope_kind="organisation", scope_ref="org_x", system=system)
    dan = people.person(email="dan@example.org", system=system)
    _invitation, token = services.invite(
        email="dan@example.org", name="", language="en", role="startup-member", scope_kind="organisation",
        scope_ref="org_x", starts_on=clock.today(), ends_before=None, by=owner, at=clock.now(),
    )  # fmt: skip

    outcomes = together(
        MANY, lambda _number: services.join_by_invitation(token, by=User.objects.get(pk=dan.pk), at=clock.now())
    )

    assert kinds(outcomes, services.InvitationUsed) == (1, MANY - 1, [])
    assert RoleGrant.objects.filter(person=dan).count() == 1
