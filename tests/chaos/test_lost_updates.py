"""Two change one row at once, each by the version that she read: one wins, the other hears of it, and none is lost silently."""

import copy

import pytest
from django.test import Client as Browser

from accelerator.reviews import services as reviews
from accelerator.reviews.models import Review
from core import clock
from core.api import versions
from core.webhooks.models import Endpoint
from tests import sampling
from tests.api import kinds
from tests.api.accelerator import conftest as portals
from tests.factories import applications, clients
from tests.factories import reviews as factory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ROUNDS = 500 if sampling.FULL else 7
"""Of each kind of row that has a version."""
world = portals.world
WON, LOST = 200, 412


@pytest.fixture(autouse=True)
def _while_calls_are_open():
    with clock.standing_at(applications.OPEN_AT):
        yield


def _twins(caller):
    """Two processes of one client, with a connection each."""
    return [caller, _beside(caller)]


def _beside(caller):
    other = copy.copy(caller)
    other.browser = Browser(raise_request_exception=False)
    return other


def _rounds(together, callers, path, change, rounds=ROUNDS):
    """What each round was answered, and whether the row then stood as the winner wrote it."""
    told = []
    for number in range(rounds):
        kinds.fresh_minute()
        tag = callers[0].get(path).headers["ETag"]

        def send(which, tag=tag, number=number):
            answer = callers[which].send("PATCH", path, change(number, which), **{"If-Match": tag})
            return which, answer.status_code, answer.headers.get("ETag")

        answers = together(2, send)
        won = [tag for _which, status, tag in answers if status == WON]
        stands = callers[0].get(path).headers["ETag"]
        told.append((sorted(status for _which, status, _tag in answers), won == [stands]))
    return told


@pytest.fixture
def endpoint(system):
    partner = clients.organisation()
    made = clients.client(
        system=system, scopes=["webhooks:read", "webhooks:write"], partner=partner, calls_a_minute=6000
    )
    caller = clients.Caller(made)
    told = {"url": "https://hooks.partner.example/one", "scope_kind": "organisation", "scope": partner.public_id}
    answer = caller.post("webhook-endpoints", told)
    assert answer.status_code == 201, answer.content
    return _twins(caller), f"webhook-endpoints/{answer.json()['id']}"


def _addressed(number, which):
    return {"url": f"https://hooks.partner.example/{number}/{which}"}


def test_an_endpoint(endpoint, together):
    callers, path = endpoint

    assert _rounds(together, callers, path, _addressed) == [([WON, LOST], True)] * ROUNDS
    assert Endpoint.objects.count() == 1


def test_control_without_the_version_both_win_and_one_is_lost(endpoint, together, monkeypatch):
    monkeypatch.setattr(versions, "require", lambda _request, _tag: None)
    callers, path = endpoint

    told = _rounds(together, callers, path, _addressed, rounds=3)

    assert {tuple(statuses) for statuses, _stands in told} == {(WON, WON)}
    assert not any(is_the_only for _statuses, is_the_only in told)


def test_an_application_that_the_client_brought(world, together):
    portal = portals.portal_of(world)
    answer = portal.post("applications", portals.body(world.ours))
    assert answer.status_code == 201, answer.content
    path = f"applications/{answer.json()['id']}"

    told = _rounds(
        together, _twins(portal), path, lambda number, which: {"answers": {"1.1": f"It hears {number} {which}."}}
    )

    assert told == [([WON, LOST], True)] * ROUNDS


@pytest.fixture
def assignment(system, world):
    """Somebody has an application to review."""
    factory.planned(world.ours.call, by=world.first)
    application = factory.sent(world.ours.call, "Deep Ear", system=system, challenge=world.ours.challenge)
    factory.screened(application, by=world.first)
    made = factory.assigned(application, factory.reviewer(world.ours.row, system=system), by=world.first)
    factory.declared(made)
    return made


def test_a_review_in_two_tabs(assignment, together):
    """The form carries the edition that its page showed."""
    outcomes = []
    for edition in range(ROUNDS):
        results = together(2, lambda which, edition=edition: factory.saved(assignment, which, 5, edition=edition))
        kept = [one for one in results if isinstance(one, Review)]
        refused = [one for one in results if isinstance(one, reviews.ChangedSince)]
        outcomes.append((len(kept), len(refused), Review.objects.get().edition))

    assert outcomes == [(1, 1, edition + 1) for edition in range(ROUNDS)]
