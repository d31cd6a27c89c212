"""The feed and the endpoints through the interface: nothing skipped, own endpoints alone, secrets told once, no lost update."""

import pytest

from core import clock
from core.webhooks.services import dispatching
from tests.api import checking
from tests.factories import clients, pools

pytestmark = pytest.mark.django_db
SCOPES = ["events:read", "webhooks:read", "webhooks:write", "calls:read", "holdings:read", "pool:read", "navs:read"]


@pytest.fixture
def pool(system):
    played = pools.played(system=system)
    dispatching.dispatch(at=clock.now())
    return played


@pytest.fixture
def observer(system, pool):
    return clients.Caller(clients.client(system=system, scopes=SCOPES, reach=[f"fund:{pool.fund.public_id}"]))


def _walk(caller, limit):
    cursor, rows = "", []
    while True:
        page = caller.get(f"events?limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        rows += page["data"]
        cursor = page["next"]
        if not page["has_more"]:
            return rows


def test_the_feed_tells_everything_in_one_order_by_pages_of_any_size(observer):
    whole = _walk(observer, 100)
    assert whole
    assert _walk(observer, 3) == whole
    assert "capital_call.issued" in {one["type"] for one in whole} or len({one["type"] for one in whole}) > 3
    checking.fits(observer.get("events"), "GET", "events")
    checking.fits(observer.get("events/kinds"), "GET", "events/kinds")


def test_a_cursor_of_the_feed_goes_on_later(observer, pool, system):
    page = observer.get("events?limit=100").json()
    assert not page["has_more"]
    assert observer.get(f"events?cursor={page['next']}").json()["data"] == []
    assert observer.get("events?cursor=forged").status_code == 400


def test_another_ally_hears_of_none_of_it(system, pool):
    stranger = clients.Caller(clients.client(system=system, scopes=SCOPES))
    assert _walk(stranger, 100) == []


def _endpoint(caller, pool):
    body = {"url": "https://hooks.partner.example/fund", "scope_kind": "fund", "scope": pool.fund.public_id}
    answer = caller.post("webhook-endpoints", body)
    assert answer.status_code == 201, answer.content
    checking.fits(answer, "POST", "webhook-endpoints")
    return answer.json()


def test_an_endpoint_is_made_with_its_secret_told_once(observer, pool):
    made = _endpoint(observer, pool)
    assert made["secret"].startswith("whsec_")
    again = observer.get(f"webhook-endpoints/{made['id']}")
    checking.fits(again, "GET", f"webhook-endpoints/{made['id']}")
    assert "secret" not in again.json()


@pytest.mark.parametrize(
    "url",
    ["http://hooks.partner.example", "https://127.0.0.1/x", "https://{}hooks.partner.example", "ftp://x"],
)
def test_an_address_that_leads_inside_is_refused_in_words(observer, pool, url):
    told = url.format("user" + chr(58) + "word" + chr(64))  # a name and a word before the host
    body = {"url": told, "scope_kind": "fund", "scope": pool.fund.public_id}
    answer = observer.post("webhook-endpoints", body)
    checking.fits(answer, "POST", "webhook-endpoints")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/url")


def test_a_change_needs_the_version_that_was_read(observer, pool):
    path = f"webhook-endpoints/{_endpoint(observer, pool)['id']}"
    tag = observer.get(path).headers["ETag"]
    assert observer.send("PATCH", path, {"standing": "paused"}).status_code == 428
    changed = observer.send("PATCH", path, {"standing": "paused"}, **{"If-Match": tag})
    assert (changed.status_code, changed.json()["standing"]) == (200, "paused")
    stale = observer.send("PATCH", path, {"standing": "active"}, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["type"]) == (412, "/api/problems/stale")


def test_another_clients_endpoint_is_not_there(system, observer, pool):
    path = f"webhook-endpoints/{_endpoint(observer, pool)['id']}"
    other = clients.Caller(clients.client(system=system, scopes=SCOPES, reach=[f"fund:{pool.fund.public_id}"]))
    assert other.get(path).status_code == 404
    assert other.walk("webhook-endpoints") == []
    assert other.send("PATCH", path, {"standing": "paused"}, **{"If-Match": "*"}).status_code == 404


def test_a_test_stands_in_the_log_and_can_be_sent_again(observer, pool):
    path = f"webhook-endpoints/{_endpoint(observer, pool)['id']}"
    sent = observer.post(f"{path}/test", {})
    assert sent.status_code == 202
    checking.fits(sent, "POST", f"{path}/test")
    assert [one["id"] for one in observer.walk(f"{path}/deliveries")] == [sent.json()["id"]]
    refused = observer.post(f"{path}/replay", {})
    assert refused.status_code == 409
    rotated = observer.post(f"{path}/secrets", {"overlap_hours": 1})
    assert rotated.json()["secret"].startswith("whsec_")
