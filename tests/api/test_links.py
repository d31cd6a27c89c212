"""Links of the contract: where an answer leads on, and walks along them by every kind of client."""

from collections import Counter
from itertools import chain, count
from urllib.parse import parse_qsl, urlencode
from zlib import crc32

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode

from core.api import links
from tests.api import checking, kinds, programme_kinds
from tests.api.test_every_operation import (
    FULL,
    SIDES,
    _checks,
    _is_let_in,
    _operations,
    _schema,
    _seeded,
    _tried,
    body_of,
    folder,
    of_programmes,
    of_the_fund,
    takes_bytes,
)

__all__ = ("folder", "of_programmes", "of_the_fund")
pytestmark = pytest.mark.django_db
WALKS, STEPS = (50, 12) if FULL else (8, 8)
LEAST_FOLLOWED = 5
"""How many different links walks follow to a 2xx, at the least: those of all clients together, FULL those of each."""
MANY = 130
"""So many links the contract has, and more."""
_keys = count(1)
TOLD = [
    ("GET /programmes", "200", "list_calls", {"query.programme": "$response.body#/data/0/id"}),
    ("GET /funds", "200", "get_funds_pool", {"path.public_id": "$response.body#/data/0/id"}),
    ("GET /payments/{public_id}", "200", "get_participations", {"path.public_id": "$response.body#/participation"}),
    ("GET /notices", "200", "get_capital_calls", {"path.public_id": "$response.body#/data/0/call"}),
    ("GET /applications", "200", "get_calls", {"path.public_id": "$response.body#/data/0/call"}),
    ("POST /applications/bulk", "202", "get_jobs", {"path.public_id": "$response.body#/job"}),
    ("POST /applications/bulk", "202", "get_applications_bulk", {"path.public_id": "$response.body#/id"}),
    ("POST /documents", "201", "get_documents", {"path.public_id": "$response.body#/id"}),
    ("POST /documents", "201", "get_documents_content", {"path.public_id": "$response.body#/id"}),
    ("GET /milestones/{public_id}", "200", "post_evidence_files", {"query.milestone": "$response.body#/id"}),
    (
        "GET /webhook-endpoints/{public_id}",
        "200",
        "change_webhook_endpoints",
        {"path.public_id": "$response.body#/id", "header.If-Match": "$response.header.ETag"},
    ),
]


def _links():
    """Each operation and status with its links."""
    for path, item in checking.told()["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                yield f"{method.upper()} {path.removeprefix('/api/v1')}", status, answer.get("links", {})


@pytest.mark.parametrize(("source", "status", "target", "parameters"), TOLD)
def test_an_answer_leads_on(source, status, target, parameters):
    (found,) = (told for one, code, told in _links() if (one, code) == (source, status))
    assert found[target]["parameters"] == parameters


def test_every_thing_with_an_address_of_its_own_is_led_to():
    led_to = {target for _source, _status, told in _links() for target in told}
    alone = [
        operation["operationId"]
        for path, item in checking.told()["paths"].items()
        for operation in item.values()
        if "{" in path and operation["operationId"] not in led_to
    ]
    assert alone == []


def test_no_link_leads_from_one_domain_to_the_other_or_from_what_was_done_at_once():
    for source, status, told in _links():
        assert not told or status in {"200", "201", "202"}
        if source in {"GET /notices", "GET /receipt-notices"}:
            assert "get_calls" not in told
        if source.startswith("GET /applications"):
            assert "get_capital_calls" not in told
        assert (source, status) != ("POST /applications/bulk", "200") or told == {}


def test_a_resource_that_is_named_elsewhere_has_an_address():
    paths = {one.removeprefix("/api/v1/") for one in checking.told()["paths"]}
    assert {f"{one}/{links.ID}" for one in links.NAMES} <= paths


def test_every_link_leads_to_something_for_somebody(of_the_fund, of_programmes):
    words, operations = kinds.bodies(), {one.definition.raw["operationId"]: one for one in _operations()}
    left = {
        (operation.label, status, target)
        for operation in operations.values()
        for status, answer in operation.definition.raw["responses"].items()
        for target in answer.get("links", {})
    }
    assert len(left) > MANY
    for kind in (*of_the_fund, *of_programmes):
        kinds.fresh_minute()
        for operation in sorted(operations.values(), key=lambda one: one.method != "post"):
            if _is_let_in(kind, operation) and any(one[0] == operation.label for one in left):
                left -= set(_led(operation, kind, words, operations, left))
    assert left == set()


def _led(operation, kind, words, operations, left):
    """The links of an operation that led the client to something."""
    for asked, answer in chain(_tried(operation, kind, words), _more(operation, kind, words)):
        kinds.content_of(answer)
        told = operation.definition.raw["responses"].get(str(answer.status_code), {}).get("links", {})
        for target, link in told.items():
            one, taken = (operation.label, str(answer.status_code), target), _taken(link["parameters"], answer)
            if one in left and None not in taken.values() and _is_let_in(kind, operations[target]):
                led_to = _followed(operations[target], taken, kind, words)
                assert led_to.status_code < 500, one
                assert not kinds.found_in(kind, led_to, f"{asked} {taken} {operations[target].path}"), one
                if led_to.status_code != 404:
                    yield one


def _more(operation, kind, words):
    """So many at once that a job does it."""
    if operation.label.endswith("/bulk"):
        body = body_of(operation, words | kind.words)
        items = [body["items"][0] | {"external_id": f"along-{number}"} for number in range(21)]
        yield "", kind.caller.post("applications/bulk", body | {"items": items})


def _taken(parameters, answer):
    """What goes along, by its place and name; None where this answer has nothing of it."""
    return {place: _value(expression, answer) for place, expression in parameters.items()}


def _value(expression, answer):
    what, _hash, pointer = expression.removeprefix("$response.").partition("#")
    if what != "body":
        return answer.headers.get(what.partition(".")[2])
    found = answer.json()
    for part in pointer.split("/")[1:]:
        if isinstance(found, list):
            found = found[int(part)] if len(found) > int(part) else None
        else:
            found = (found or {}).get(part)
    return found


def _followed(target, taken, kind, words):
    path = target.path.removeprefix("/api/v1/").replace(links.ID, str(taken.get("path.public_id", "")))
    query = {place.partition(".")[2]: value for place, value in taken.items() if place.startswith("query.")}
    if target.method == "get":
        return kind.caller.get(f"{path}?{urlencode(query)}")
    if takes_bytes(target):
        told = dict(parse_qsl(kind.queries.get(path, "name=trial.pdf"))) | query
        return programme_kinds.sent(kind.caller, path, urlencode(told), f"along a link {next(_keys)}")
    body = body_of(target, words | kind.words)
    if target.method == "patch":
        return kind.caller.send("PATCH", path, body, **{"If-Match": taken["header.If-Match"]})
    return kind.caller.post(path, body)


@pytest.mark.parametrize("side", SIDES)
def test_walks_along_the_links_meet_no_failure_and_nothing_hidden(side, request):
    followed = {}
    for kind in request.getfixturevalue(side):
        if len(kind.caller.client.scopes) == 1:
            continue  # what it may ask leads nowhere
        kinds.fresh_minute()
        followed[str(kind)] = len(_walked(kind))
    assert sum(followed.values()) >= LEAST_FOLLOWED, followed
    assert not FULL or min(followed.values()) >= LEAST_FOLLOWED, followed


def _walked(kind) -> Counter:
    """How often each link was followed to a 2xx."""
    schema = _schema().include(lambda one: _is_let_in(kind, one.operation))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    wanted, followed = _checks(), Counter()
    headers = {"Authorization": f"Bearer {kind.caller.token}"}

    class Walk(schema.as_state_machine()):
        def setup(self):
            """Every walk begins in the same world, and leaves it as it was."""
            self.kept = transaction.atomic()
            self.kept.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.kept.__exit__(None, None, None)

        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, additional_checks=(), **_given):
            case.validate_response(response, checks=wanted, headers=headers)
            asked = f"{response.request.url} {response.request.body}"
            assert not kinds.found_in(kind, response, asked), f"{kind}: {case.method} {asked}"

        def step(self, taken):
            if taken.transition is None:
                _begin(taken.case, kind, crc32(repr((taken.case.path_parameters, taken.case.query)).encode()))
            output = super().step(taken)
            if taken.transition and taken.is_applied and output.response.status_code < 300:
                followed[taken.transition.id] += 1
            return output

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return followed


def _begin(case, kind, turn):
    """A walk begins at a thing of the client's, or at a whole list: filters at random leave nothing to go on from."""
    _seeded(case, kind, turn)
    if case.method == "GET" and turn % 3:
        case.query = {}
