"""Two accounts of one human: stated by an administrator, counted as one, taken back with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import rules, services
from core.people.models import RoleGrant, User
from tests.core.people import sessions
from tests.factories import people


@pytest.fixture
def someone(system):
    return lambda role="auditor": people.person(role=role, scope_kind="everywhere", system=system)


@pytest.fixture
def office(someone):
    return someone("administrator")


def fresh(*found):
    for one in found:
        one.refresh_from_db()
    return found


def test_accounts_are_different_people_whatever_their_names_until_it_is_stated(someone, office):
    one, other = someone(), someone()
    one.name = other.name = "Anna Maria Berg"
    assert not rules.is_same_human(one, other)
    assert rules.namesakes([one, other], one) == [other]

    services.state_same_person(other, one, reason="She told us", by=office, at=clock.now())
    one, other = fresh(one, other)

    assert rules.is_same_human(one, other)
    assert rules.is_same_human(other, None, one)
    assert rules.namesakes([other], one) == []
    assert AuditEvent.objects.get(kind="person.same_as").after == {"person": one.public_id, "reason": "She told us"}


def test_three_accounts_become_one_human_in_whatever_order_it_is_stated(someone, office):
    one, two, three = someone(), someone(), someone()
    services.state_same_person(two, three, reason="x", by=office, at=clock.now())
    services.state_same_person(fresh(three)[0], one, reason="x", by=office, at=clock.now())

    assert {account.human for account in fresh(one, two, three)} == {one.pk}


def test_what_was_stated_is_taken_back_with_a_reason(someone, office):
    one, other = someone(), someone()
    services.state_same_person(other, one, reason="x", by=office, at=clock.now())
    with pytest.raises(services.ReasonMissing):
        services.part(fresh(other)[0], reason=" ", by=office)
    assert rules.is_same_human(*fresh(one, other))

    stale = User.objects.get(pk=other.pk)
    for account in (other, stale):
        services.part(account, reason="Mother and daughter", by=office)

    assert not rules.is_same_human(*fresh(one, other))
    assert AuditEvent.objects.filter(kind="person.not_same_as").count() == 1


def test_nobody_states_it_of_an_own_account_and_only_an_administrator_does(someone, office):
    one, other = someone(), someone()
    for person, further, by in ((one, other, other), (office, one, office), (one, office, office)):
        with pytest.raises(NotPermitted):
            services.state_same_person(person, further, reason="x", by=by, at=clock.now())
    services.state_same_person(other, one, reason="x", by=office, at=clock.now())
    with pytest.raises(services.SameAccount):
        services.state_same_person(one, fresh(other)[0], reason="x", by=office, at=clock.now())

    assert AuditEvent.objects.filter(kind="person.same_as").count() == 1


def test_the_page_states_it_by_address_and_refuses_an_unknown_one(someone, office):
    one, other = someone(), someone()
    client = sessions.fresh(people.signed_in(Client(), office), office)
    page = reverse("manage:same_person", args=[other.public_id])

    unknown = client.post(page, {"other": "nobody@nowhere.example", "reason": "x"}).content.decode()
    client.post(page, {"other": one.email, "reason": "She told us"})

    assert "No account has this address." in unknown
    assert rules.is_same_human(*fresh(one, other))
    assert one.email in client.get(reverse("manage:person", args=[other.public_id])).content.decode()
    client.post(page, {"reason": "They are two"})
    assert not rules.is_same_human(*fresh(one, other))


def test_the_filter_says_of_rows_and_of_accounts_what_the_rule_says(someone, office):
    one, other, stranger = someone(), someone(), someone()
    services.state_same_person(other, one, reason="x", by=office, at=clock.now())

    own = User.objects.filter(rules.of_same_human("", fresh(other)[0]))
    granted = RoleGrant.objects.filter(rules.of_same_human("person", other))

    assert set(own) == {one, other}
    assert {grant.person for grant in granted} == {one, other}
    assert stranger not in own
