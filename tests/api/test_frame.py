"""What every endpoint keeps to: strict questions, pages, field choice, versions, keys, problems in the language asked for."""

import pytest

from tests.factories import clients, nations

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(system):
    nations.many_allies(8, system=system)
    return clients.Caller(clients.client(system=system, scopes=["nations:read", "organisations:read", "rates:read"]))


@pytest.mark.parametrize(
    ("path", "pointer", "code"),
    [
        ("nations?colour=blue", "?colour", "unknown"),
        ("nations?limit=0", "?limit", "min_value"),
        ("nations?limit=1000000000", "?limit", "max_value"),
        ("nations?limit=1&limit=2", "?limit", "twice"),
        ("nations?fields=code,colour", "?fields", "unknown_field"),
        ("nations?cursor=none", "?cursor", "unknown_cursor"),
        ("rates?effective_from=23.11.2026", "?effective_from", "invalid"),
        ("rates?known_at=2026-11-23", "?known_at", "invalid"),
    ],
)
def test_a_question_that_does_not_fit_is_pointed_at(caller, path, pointer, code):
    answer = caller.get(path)
    assert answer.status_code == 400, answer.content
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


def test_a_cursor_goes_on_where_the_page_ended_and_only_there(caller):
    first = caller.get("nations?limit=3").json()
    assert len(first["data"]) == 3
    assert len(caller.walk("nations?limit=3")) == len(caller.get("nations?limit=100").json()["data"])
    assert caller.get(f"organisations?cursor={first['next']}").status_code == 400


def test_fields_are_chosen(caller):
    assert set(caller.get("nations?fields=code").json()["data"][0]) == {"code"}


def test_a_thing_has_a_version(caller):
    own = caller.client.organisation.public_id
    answer = caller.get(f"organisations/{own}")
    assert answer.status_code == 200
    again = caller.get(f"organisations/{own}", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_hidden_is_not_there(caller):
    other = clients.organisation()
    assert caller.get(f"organisations/{other.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing-here", 404),
        ("DELETE", "nations", 405),
        ("PUT", "nations", 405),
        ("OPTIONS", "nations", 405),
        ("GET", "organisations/%00", 404),
        ("GET", "organisations/%F0%9F%98%80", 404),
    ],
)
def test_every_refusal_is_a_problem(caller, method, path, status):
    answer = caller.send(method, path, {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.headers["X-Request-Id"] == answer.json()["instance"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b'{"overlap_hours": NaN}', 400),
        (b'{"overlap_hours": 1, "overlap_hours": 2}', 400),
        (b'{"overlap_hours": "1"}', 400),
        (b'{"overlap_hours": true}', 400),
        (b'{"overlap_hours": 99999999999999999999999}', 400),
        (b'{"colour": "blue"}', 400),
        (b"null", 400),
        (b"[]", 400),
        (b'{"overlap_hours": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b" " * (1024 * 1024 + 1), 413),
        (b'{"colour": "\\u0000"}', 400),
        (b'{"colour": "\\ud800"}', 400),
    ],
)
def test_a_body_is_read_strictly(caller, body, status):
    answer = caller.post("self/secrets", body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_post_needs_a_key_and_is_done_once_under_it(caller):
    missing = caller.send("POST", "self/secrets", {})
    assert missing.json()["errors"][0]["code"] == "key_missing"
    first = caller.post("self/secrets", {"overlap_hours": 1}, key="k")
    again = caller.post("self/secrets", {"overlap_hours": 1}, key="k")
    assert again.content == first.content
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert caller.client.secrets.count() == 2
    other = caller.post("self/secrets", {"overlap_hours": 2}, key="k")
    assert (other.status_code, other.json()["type"]) == (422, "/api/problems/key_reused")


def test_problems_speak_the_language_asked_for(caller):
    answer = caller.get("nothing-here", **{"Accept-Language": "fr"})
    assert answer.headers["Content-Language"] == "fr"


def test_something_else_than_json_is_refused(caller):
    assert caller.get("nations", Accept="text/html").status_code == 406
    answer = caller.browser.post(
        "/api/v1/self/secrets",
        "a=1",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "x"},
    )
    assert answer.status_code == 415
