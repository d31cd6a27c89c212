"""A client hears of what it may read: by its scopes, through its reach, in the feed and at its endpoints alike."""

import pytest

from core import clock
from core.api import scopes as api_scopes
from core.api.scopes import Domain
from core.clients import queries as client_queries
from core.clients import services
from core.organisations import queries as organisations
from core.webhooks import kinds as published
from core.webhooks import queries, rules
from core.webhooks.kinds import Reads
from core.webhooks.models import Delivery, Event
from core.webhooks.services import dispatching
from tests.api import kinds
from tests.factories import clients, pools

pytestmark = pytest.mark.django_db
UNHEARD = {"ledger.period_closed", "offer.declined", "offer.released"}
"""What the interface shows nothing of: no client hears of it, whatever its reach."""
HEARD_AS_EITHER = {f"capital_call.{step}" for step in ("issued", "cancelled", "settled", "opened_again")}
HEARD_BY_ALLIES = {"receipt.recorded", "receipt.taken_back", "commitment.recorded", "commitment.amended"}


@pytest.fixture
def pool(system):
    played = pools.played(system=system)
    dispatching.dispatch(at=clock.now())
    return played


def _client(system, reach, *, without=()):
    held = [one for one in kinds.scopes_of(Domain.FUND) if one not in without]
    return clients.client(system=system, scopes=held, reach=[reach], calls_a_minute=6000)


def _heard(made):
    return set(queries.visible_to(made.person).values_list("kind", flat=True))


def _happened():
    return set(Event.objects.values_list("kind", flat=True))


def test_every_kind_names_a_scope_of_the_interface_or_is_named_as_unheard():
    kinds.scopes_of(Domain.FUND)
    for one in published.known():
        assert api_scopes.find(one.scope) or one.code in UNHEARD | {"tests.happened", "tests.concerned"}, one.code


def test_whoever_reaches_the_fund_hears_of_what_it_shows_and_not_of_what_is_the_allies_own(system, pool):
    heard = _heard(_client(system, f"fund:{pool.fund.public_id}"))

    happened = {one for one in _happened() if published.find(one).scope and not one.startswith("programme")}
    assert heard == happened - HEARD_BY_ALLIES
    assert {"holding.opened", "capital_call.issued"} <= heard
    assert _happened() & HEARD_BY_ALLIES


def test_an_ally_hears_of_its_own_and_of_nothing_of_the_fund(system, pool):
    made = _client(system, "nation:EE")

    assert _heard(made) == _happened() & (HEARD_AS_EITHER | HEARD_BY_ALLIES)
    assert all("EE" in one.nations for one in queries.visible_to(made.person))


@pytest.mark.parametrize(
    "scope", sorted({one.scope for one in published.known() if one.scope} & set(kinds.scopes_of(Domain.FUND)))
)
@pytest.mark.parametrize("reach", ["fund", "nation"])
def test_without_a_scope_its_kinds_are_not_heard(system, pool, scope, reach):
    ref = {"fund": f"fund:{pool.fund.public_id}", "nation": "nation:EE"}[reach]
    whole, less = _heard(_client(system, ref)), _heard(_client(system, ref, without=[scope]))

    assert less == {one for one in whole if published.find(one).scope != scope}


def test_the_feed_is_narrowed_by_the_token_as_well(system, pool):
    made = _client(system, f"fund:{pool.fund.public_id}")
    narrow = clients.Caller(made, scope="events:read navs:read")
    told = narrow.get("events?limit=100").json()["data"]

    assert {one["type"] for one in told} <= {one.code for one in published.known() if one.scope == "navs:read"}
    assert {one["type"] for one in clients.Caller(made).get("events?limit=100").json()["data"]} == _heard(made)


def test_an_endpoint_is_told_exactly_what_the_feed_tells(system, pool):
    """One event at hand, and rows of the feed, are judged by one rule."""
    made = [
        *(_client(system, f"fund:{pool.fund.public_id}", without=less) for less in ([], ["calls:read"], ["pool:read"])),
        _client(system, "nation:EE"),
        _client(system, "nation:FI"),
    ]
    events = list(Event.objects.order_by("pk"))
    homes = organisations.nations_of({one.organisation for one in events if one.organisation})
    for one in made:
        reach = rules.reach_of(one.person)
        told = [event.pk for event in events if reach.sees(event, homes)]
        assert told == sorted(queries.visible_to(one.person).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("scopes", "reach", "nation", "hears"),
    [
        (["cohorts:read"], "programme", "EE", True),
        (["cohorts:read"], "programme", "LU", False),
        (["cohorts:read"], None, "EE", False),
        (["funding:read"], "programme", "EE", False),
    ],
)
def test_of_a_start_up_hears_whoever_reads_its_participation(system, scopes, reach, nation, hears):
    """Of own nations, in programmes that the client reaches, under the scope of cohorts."""
    event = Event(kind="participation.advanced", scope_kind="programme", scope_ref="programme_x", organisation="org_x")
    reached = frozenset({"programme_x"} if reach else ())
    found = rules.Reach(scopes=reached, nations=frozenset({"EE"}), held=frozenset(scopes))

    assert found.sees(event, {"org_x": nation}) is hears
    assert published.find(event.kind).reads is Reads.STARTUPS


def test_a_revoked_client_hears_nothing(system, pool):
    made = _client(system, f"fund:{pool.fund.public_id}")
    assert _heard(made)
    services.revoke(made, reason="Ended", by=made.decided_by, at=clock.now())
    made.refresh_from_db()

    assert _heard(made) == set()
    assert not Delivery.objects.filter(endpoint__owner=made.person).exists()


def test_control_by_reach_alone_more_is_heard(system, pool, monkeypatch):
    made = _client(system, f"fund:{pool.fund.public_id}", without=["calls:read", "holdings:read"])
    before = _heard(made)
    monkeypatch.setattr(client_queries, "scopes_held", lambda _person: None)

    assert _heard(made) > before
