"""Owners give and take rights over their start-up; one owner is always left."""

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import members, rules, services
from core.people.models import RoleGrant
from core.people.roles import Permission
from tests.core.organisations.conftest import found


def rights(startup):
    return [(one.person.email, one.role) for one in members.of(startup.public_id, on=clock.today())]


def change(person, role, startup, by):
    services.change_rights(person, role, organisation=startup.public_id, by=by, at=clock.now())


def remove(person, startup, by):
    services.remove_member(person, organisation=startup.public_id, by=by, at=clock.now())


def leave(startup, by):
    services.leave(organisation=startup.public_id, by=by, at=clock.now())


def test_members_are_listed_owners_first_each_once(ada, bea, cy, startup, stranger):
    assert rights(startup) == [
        ("ada@example.org", "startup-owner"),
        ("bea@example.org", "startup-owner"),
        ("cy@example.org", "startup-member"),
    ]


def test_an_owner_makes_a_member_an_owner_and_back(ada, cy, startup):
    change(cy, "startup-owner", startup, ada)
    assert rules.may(cy, Permission.ORGANISATION_RUN, startup.public_id)

    change(cy, "startup-member", startup, ada)
    cy.forget_grants()
    assert not rules.may(cy, Permission.ORGANISATION_RUN, startup.public_id)
    assert rights(startup)[-1] == ("cy@example.org", "startup-member")
    assert AuditEvent.objects.filter(kind="role.revoked", actor=ada.public_id).count() == 2


def test_giving_the_same_rights_again_changes_nothing(ada, cy, startup):
    before = RoleGrant.objects.count()

    change(cy, "startup-member", startup, ada)

    assert RoleGrant.objects.count() == before


def test_an_owner_removes_a_colleague(ada, bea, cy, startup):
    remove(cy, startup, ada)
    remove(bea, startup, ada)

    assert rights(startup) == [("ada@example.org", "startup-owner")]


def test_whoever_leaves_is_gone_and_the_last_owner_stays(ada, bea, cy, startup):
    leave(startup, cy)
    leave(startup, ada)

    with pytest.raises(services.LastOwner):
        leave(startup, bea)

    assert rights(startup) == [("bea@example.org", "startup-owner")]
    assert not rules.may(ada, Permission.APPLICATION_WRITE, startup.public_id)


def test_an_owner_whose_account_is_shut_counts_for_none(ada, bea, startup, system):
    services.disable(bea, by=system)

    with pytest.raises(services.LastOwner):
        leave(startup, ada)


def test_nobody_changes_or_removes_herself(ada, bea, startup):
    for step in (lambda: change(ada, "startup-member", startup, ada), lambda: remove(ada, startup, ada)):
        with pytest.raises(services.OwnRights):
            step()

    assert ("ada@example.org", "startup-owner") in rights(startup)


@pytest.mark.parametrize("who", ["cy", "stranger"])
def test_nobody_but_an_owner_gives_or_takes(request, ada, bea, cy, startup, stranger, who):
    by, before = request.getfixturevalue(who), rights(startup)

    for step in (lambda: change(bea, "startup-member", startup, by), lambda: remove(bea, startup, by)):
        with pytest.raises(services.OwnersOnly):
            step()

    assert rights(startup) == before


def test_an_owner_of_one_start_up_takes_no_role_over_another(ada, startup, stranger, system):
    other = found(stranger, name="Third")

    with pytest.raises(services.NoMember):
        remove(stranger, startup, ada)
    with pytest.raises(services.NoMember):
        change(stranger, "startup-member", startup, ada)

    assert rights(other) == [("stranger@example.org", "startup-owner")]


def test_no_role_but_the_two_is_given(ada, cy, startup):
    for role in ("administrator", "partner-system", ""):
        with pytest.raises(services.UnfitScope):
            change(cy, role, startup, ada)

    assert ("cy@example.org", "startup-member") in rights(startup)


def test_a_revoked_owner_gives_nothing_though_her_page_is_open(ada, bea, cy, startup):
    ada.grants_in_force()
    remove(ada, startup, bea)

    with pytest.raises(NotPermitted):
        change(cy, "startup-owner", startup, ada)
