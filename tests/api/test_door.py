"""Who gets in: tokens, scopes, addresses, limits, and what ends at once."""

from datetime import timedelta

import pytest

from core import clock
from core.clients import services
from core.clients.models import ClientCall
from tests.factories import clients
from tests.factories.people import person

pytestmark = pytest.mark.django_db
READS = ["nations:read", "rates:read"]


@pytest.fixture
def caller(system):
    return clients.Caller(clients.client(system=system, scopes=READS))


def test_a_token_opens_what_its_scopes_name(caller):
    answer = caller.get("self")
    assert answer.status_code == 200, answer.content
    assert answer.json()["scopes"] == READS
    assert caller.get("nations").status_code == 200
    refused = caller.get("organisations")
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/problems/scope_missing")
    assert 'scope="organisations:read"' in refused.headers["WWW-Authenticate"]


def test_a_token_may_have_fewer_scopes_than_its_client_and_never_more(system):
    made = clients.client(system=system, scopes=READS)
    narrow = clients.Caller(made, scope="nations:read")
    assert narrow.get("nations").status_code == 200
    assert narrow.get("rates").status_code == 403
    assert narrow.ask_token("nations:read jobs:read").json() == {"error": "invalid_scope"}


@pytest.mark.parametrize("told", ["", "Bearer", "Bearer none", "Basic bm9uZQ==", "Token x"])
def test_nobody_is_let_in_without_a_token(caller, told):
    answer = caller.get("nations", Authorization=told)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_cookie_opens_nothing(client, system):
    client.force_login(person(role="administrator", system=system))
    assert client.get("/api/v1/nations").status_code == 401


def test_a_revoked_client_is_out_at_once_with_its_tokens_and_secrets(caller):
    services.revoke(caller.client, reason="No longer needed.", by=caller.client.decided_by, at=clock.now())
    assert caller.get("nations").status_code == 401
    assert caller.ask_token().status_code == 401


def test_a_client_whose_account_is_disabled_or_past_its_day_is_out(caller, time_machine):
    caller.client.person.is_active = False
    caller.client.person.save(update_fields=["is_active"])
    assert caller.get("nations").status_code == 401
    caller.client.person.is_active = True
    caller.client.person.save(update_fields=["is_active"])
    assert caller.get("nations").status_code == 200


def test_a_secret_is_rotated_with_an_overlap(caller):
    before = caller.secret
    made = caller.post("self/secrets", {"overlap_hours": 0})
    assert made.status_code == 201, made.content
    after = made.json()["client_secret"]
    assert caller.ask_token(secret=before).status_code == 401
    assert caller.ask_token(secret=after).status_code == 200
    services.make_secret(caller.client, by=caller.client.decided_by, at=clock.now(), overlap=timedelta(hours=1))
    assert caller.ask_token(secret=after).status_code == 200


def test_a_secret_stands_nowhere_in_the_database(caller):
    kept = caller.client.secrets.get()
    assert caller.secret not in str(vars(kept))
    assert caller.token not in str(list(caller.client.application.accesstoken_set.values()))


def test_a_client_that_named_its_addresses_calls_from_no_other(system):
    made = clients.client(system=system, scopes=READS, addresses=["192.0.2.0/24"])
    caller = clients.Caller(made)
    assert caller.get("nations").status_code == 403
    assert (
        caller.browser.get(
            "/api/v1/nations", headers={"Authorization": f"Bearer {caller.token}"}, REMOTE_ADDR="192.0.2.9"
        ).status_code
        == 200
    )


def test_the_limit_of_a_minute_is_told_and_kept(system, time_machine):
    made = clients.client(system=system, scopes=READS, calls_a_minute=3)
    caller = clients.Caller(made)
    answers = [caller.get("nations") for _each in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"default";r=2;t=')
    assert int(answers[3].headers["Retry-After"]) <= 60


def test_every_call_is_noted_without_what_it_said(caller):
    caller.get("nations?limit=1")
    noted = ClientCall.objects.get(client=caller.client)
    assert (noted.method, noted.route, noted.status) == ("GET", "core_api:nations", 200)
    assert caller.get("self/calls").json()["data"][0]["route"] == "core_api:nations"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit", ""])
def test_no_other_grant_is_given(caller, grant):
    form = {"grant_type": grant, "client_id": caller.client.public_id, "client_secret": caller.secret}
    answer = caller.browser.post("/api/oauth/token", form | {"username": "x", "password": "y", "code": "z"})
    assert answer.status_code in {400, 401}
    assert "access_token" not in answer.json()
