"""Who lets whom be told: endpoints are made, changed and looked at by those who keep what they are told of."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEvent
from core.errors import NotFound, NotPermitted
from core.organisations.models import Organisation
from core.webhooks import queries, services
from core.webhooks.lifecycle import Reason, Standing, State
from core.webhooks.models import Delivery, Endpoint, EndpointSecret
from core.webhooks.services import endpoints
from tests.conftest import NOON
from tests.core.people import sessions
from tests.core.webhooks.conftest import FUND, HAPPENED, OTHER_FUND
from tests.factories import people

pytestmark = pytest.mark.django_db


def test_whoever_keeps_a_fund_makes_endpoints_for_it_and_the_trail_says_so(endpoint, manager):
    row = endpoint(kinds_told=[HAPPENED.code])

    assert (row.standing, row.kinds, row.contact) == (Standing.ACTIVE, [HAPPENED.code], manager)
    made = AuditEvent.objects.get(kind="webhook.made")
    assert (made.chain, made.actor, made.subject) == (FUND, manager.public_id, row.public_id)
    assert made.after["url"] == row.url


@pytest.mark.parametrize(
    ("role", "kind", "ref"),
    [
        ("fund-manager", "fund", OTHER_FUND),
        ("fund-analyst", "fund", FUND),
        ("programme-manager", "everywhere", ""),
        ("auditor", "everywhere", ""),
        ("administrator", "everywhere", ""),
    ],
)
def test_nobody_else_does(endpoint, system, role, kind, ref):
    other = people.person(role=role, scope_kind=kind, scope_ref=ref, system=system)

    with pytest.raises(NotPermitted):
        endpoint(by=other)

    assert not Endpoint.objects.exists()


def test_a_partners_system_makes_its_own_within_what_it_may_know(endpoint, partner):
    owner = partner("nation", "EE")

    assert endpoint(owner=owner, by=owner).made_by == owner
    with pytest.raises(endpoints.OfNoPartner):
        endpoint(owner=owner, by=owner, scope_kind="programme", scope_ref="programme_1")


def test_a_person_who_is_no_partners_system_is_told_nothing(endpoint, manager, system):
    with pytest.raises(endpoints.OfNoPartner):
        endpoint(owner=people.person(system=system))


def test_an_address_that_is_not_called_is_refused_in_words(endpoint):
    with pytest.raises(endpoints.AddressUnfit) as refused:
        endpoint("https://127.0.0.1/")

    assert refused.value.field == "url"
    assert "not its number" in str(refused.value)


def test_a_kind_that_nobody_published_is_refused(endpoint):
    with pytest.raises(endpoints.KindsUnknown):
        endpoint(kinds_told=["tests.hidden"])


def test_a_partners_system_has_ten_endpoints_at_most(endpoint, partner):
    owner = partner()
    for _number in range(endpoints.ENDPOINTS_AT_MOST):
        endpoint(owner=owner)

    with pytest.raises(endpoints.TooManyEndpoints):
        endpoint(owner=owner)


def test_a_third_secret_ends_the_first_at_once(endpoint, manager):
    row = endpoint()
    services.rotate(row, by=manager, at=NOON)
    services.rotate(row, by=manager, at=NOON + timedelta(hours=1))

    held = queries.secrets(row, at=NOON + timedelta(hours=1))
    assert [one.ends_at for one in held] == [None, NOON + timedelta(hours=25)]
    assert EndpointSecret.objects.count() == 3


def test_an_overlap_of_more_than_a_week_is_refused(endpoint, manager):
    row = endpoint()

    with pytest.raises(endpoints.OverlapOutOfBounds):
        services.rotate(row, by=manager, at=NOON, overlap=timedelta(days=8))


@pytest.mark.parametrize("step", ["pause", "resume", "disable"])
def test_others_take_no_step(endpoint, system, step):
    row, other = endpoint(), people.person(role="auditor", system=system)

    with pytest.raises(NotPermitted):
        getattr(services, step)(row, by=other)

    row.refresh_from_db()
    assert row.standing == Standing.ACTIVE


def test_a_step_that_was_taken_is_not_taken_twice(endpoint, manager):
    row = endpoint()
    services.pause(row, by=manager)

    with pytest.raises(endpoints.StandsAlready):
        services.pause(row, by=manager)


def test_what_waits_at_a_disabled_endpoint_is_given_up_and_can_be_sent_again(endpoint, happen, manager):
    row = endpoint()
    happen()
    services.dispatch(at=NOON)
    services.disable(row, by=manager)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.because) == (State.DEAD, Reason.DISABLED)
    services.resume(row, by=manager)
    assert services.replay(row, queries.given_up(row), by=manager, at=NOON) == 1
    delivery.refresh_from_db()
    assert delivery.state == State.PENDING


def test_twenty_tests_an_hour_are_enough(endpoint, manager):
    row = endpoint()
    for _number in range(endpoints.TESTS_AN_HOUR):
        services.test(row, by=manager, at=NOON)

    with pytest.raises(endpoints.TooManyTests):
        services.test(row, by=manager, at=NOON)
    assert services.test(row, by=manager, at=NOON + timedelta(hours=2))


def test_each_sees_the_endpoints_that_concern_them(endpoint, manager, system, partner):
    owner = partner()
    row = endpoint(owner=owner)
    other = people.person(role="fund-manager", scope_kind="fund", scope_ref=OTHER_FUND, system=system)

    for reader in (manager, owner, people.person(role="auditor", system=system)):
        assert queries.endpoint(reader, row.public_id) == row
    for stranger in (other, partner(), people.person(role="programme-manager", system=system)):
        with pytest.raises(NotFound):
            queries.endpoint(stranger, row.public_id)


@pytest.fixture
def page(manager):
    """The manager, who has just proved her second factor."""
    manager.set_password(sessions.PASSWORD)
    manager.save()
    return sessions.sign_in(Client(), manager, sessions.with_factor(manager))


def address(step, *given):
    return reverse(f"manage:webhook{step}", args=given)


def test_the_secret_is_shown_once(page, endpoint):
    row = endpoint()

    answer = page.post(address("_rotate", row.public_id), {"overlap": "24"})

    assert "whsec_" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "whsec_" not in page.get(address("", row.public_id)).content.decode()


def test_a_manager_makes_an_endpoint_on_its_page(page, partner, manager, endpoint, monkeypatch):
    monkeypatch.setattr("core.webhooks.views.scopes.names", lambda _kinds: {("fund", FUND): "The fund"})
    endpoint()
    owner, organisation = partner(), Organisation.objects.get()
    given = {
        "owner": owner.public_id,
        "organisation": organisation.public_id,
        "scope": f"fund:{FUND}",
        "url": "https://127.0.0.1/",
    }

    refused = page.post(address("_new"), given)
    made = page.post(address("_new"), given | {"url": "https://hooks.example.org/in"})

    assert "not its number" in refused.content.decode()
    assert "whsec_" in made.content.decode()
    assert Endpoint.objects.filter(owner=owner, url="https://hooks.example.org/in").exists()


def test_the_log_shows_what_was_answered_and_sends_it_again(page, endpoint, happen):
    row = endpoint()
    happen("call_1")
    services.dispatch(at=NOON)
    delivery = Delivery.objects.get()
    delivery.tries.create(at=NOON, status=500, answer="<script>alert(1)</script>", milliseconds=3)
    Delivery.objects.update(state=State.DEAD, because=Reason.EXHAUSTED)

    listed = page.get(address("", row.public_id), {"state": "dead"}).content.decode()
    shown = page.get(address("_message", row.public_id, delivery.public_id)).content.decode()
    answer = page.post(address("_replay", row.public_id, delivery.public_id))

    assert delivery.message_id in listed
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert answer.status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == State.PENDING
    again = page.post(address("_replay", row.public_id, delivery.public_id))
    assert again.status_code == 409
