"""Every operation of the contract, asked by every kind of client with what its schema allows and with what it does not.

Small: some examples an operation; FULL: fifty and more, each kind of client.
"""

import json
import os
from functools import cache
from itertools import count

import pytest
import schemathesis
from django.test.client import ClientHandler
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from core import clock
from core.api.scopes import ANY
from core.clients import contract
from core.clients.api import Calls
from core.jobs import services as jobs
from core.jobs.models import Job
from core.webhooks.services import dispatching
from tests.api import checking, kinds, programme_kinds, programme_world
from tests.factories import pools

FULL = bool(os.environ.get("FULL"))
EXAMPLES = 50 if FULL else 6
SIDES = ("of_the_fund", "of_programmes")
MOST_IDS = 12
NOT_ASKED = {
    "positive_data_acceptance": "what a schema allows a rule of the domain may refuse, in words",
    "ignored_auth": "asked by tests/api/test_door.py",
    "unsupported_method": "asked by tests/api/test_frame.py, of one address: the policy table answers for all by one door",
    "missing_required_header": "asked by tests/api/test_frame.py and test_events.py, of a key and of a version",
    "use_after_free": "nothing is removed",
    "ensure_resource_availability": "asked by tests of each part",
}
pytestmark = pytest.mark.django_db


@cache
def _schema():
    loaded = schemathesis.openapi.from_dict(json.loads(json.dumps(checking.told())))
    loaded.app = _whole_product
    return loaded


_handler = ClientHandler(enforce_csrf_checks=True)


def _whole_product(environ, start_response):
    """The product as a server has it, within the transaction of the test."""
    answer = _handler(environ)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.headers.items()))
    return [kinds.content_of(answer)]


def _checks():
    load_all_checks()
    return [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in NOT_ASKED]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DOCUMENTS_FOLDER, settings.CLAMAV_ADDRESS = tmp_path / "documents", ""


@pytest.fixture
def of_the_fund(system):
    pools.played(system=system)
    found = _ready(kinds.of_the_fund(system), kinds.canaries)
    for kind in found:
        kind.heard = kinds.may_hear(kind)
    return found


@pytest.fixture
def of_programmes(system):
    return _ready(programme_kinds.of_programmes(programme_world.played(system)), programme_kinds.canaries)


def _ready(made, canaries):
    """Each with a job, an endpoint and what it must never be told; and the feed as far as things happened."""
    for kind in made:
        jobs.start("tests.nothing", key=kind.name, by=kind.caller.client.person, on=clock.today())
        if "webhooks:write" in kind.caller.client.scopes:
            kinds.with_an_endpoint(kind)
    for kind in made:
        kind.seeds["jobs"] = list(Job.objects.values_list("public_id", flat=True))
        kind.hidden = canaries(kind)
    dispatching.dispatch(at=clock.now())
    return made


def _operations():
    return [one.ok() for one in _schema().get_all_operations()]


def _seeded(case, kind, turn):
    """Every other time an id that stands for something, the client's or another's."""
    resource = kinds.before_id(case.operation.path)
    if "public_id" in (case.path_parameters or {}) and turn % 2 and (ids := kind.seeds.get(resource)):
        case.path_parameters["public_id"] = ids[turn // 2 % len(ids)]


def _is_let_in(kind, operation):
    scope = contract.scope_of(operation.path, operation.method.upper())
    return scope == ANY or scope in kind.caller.client.scopes


def _asked(operation, mode, ask, examples=EXAMPLES):
    """Call ``ask`` with cases of an operation, the same ones every time."""
    given(case=operation.as_strategy(generation_mode=mode))(
        settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(ask)
    )()


@pytest.mark.parametrize("side", SIDES)
def test_no_operation_fails_and_none_answers_what_is_hidden_or_not_in_the_contract(side, request):
    wanted, everybody = _checks(), request.getfixturevalue(side)
    for operation in _operations():
        for kind in everybody:
            kinds.fresh_minute()
            count_of = EXAMPLES if FULL or _is_let_in(kind, operation) else 1
            _asked(operation, GenerationMode.POSITIVE, _judging(kind, wanted), count_of)


def _judging(kind, wanted):
    turns = count()
    headers = {"Authorization": f"Bearer {kind.caller.token}"}

    def ask(case):
        _seeded(case, kind, next(turns))
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=wanted, headers=headers)
        asked = f"{answer.request.url} {answer.request.body}"
        assert not kinds.found_in(kind, answer, asked), f"{kind}: {case.method} {asked}"

    return ask


def _asking_by(asking):
    """One function cannot be given cases of two operations."""

    def ask(case):
        asking(case)

    return ask


@pytest.mark.parametrize("side", SIDES)
def test_what_no_schema_allows_is_refused(side, request):
    first, accepted = request.getfixturevalue(side)[0], []
    headers = {"Authorization": f"Bearer {first.caller.token}"}

    def asking(case):
        answer = case.call(headers=headers)
        assert answer.status_code < 500, f"{case.method} {case.path}"
        if answer.status_code < 300 and case.method != "GET" and not _refuses_each(answer):
            accepted.append((case.method, case.path, case.body))

    for operation in _operations():
        kinds.fresh_minute()
        if not _is_let_in(first, operation):
            continue  # refused whatever is sent
        try:
            _asked(operation, GenerationMode.NEGATIVE, _asking_by(asking))
        except Unsatisfiable:
            continue  # an operation without anything that could be wrong

    assert accepted == []


def _refuses_each(answer):
    """Of many things at once each has its own result: what was sent is refused where none of them was done."""
    results = answer.json().get("results") if answer.content else None
    return bool(results) and all(one["outcome"] == "refused" and one["errors"] for one in results)


def test_every_operation_is_done_for_somebody_and_every_example_of_the_contract_runs(of_the_fund, of_programmes):
    words = kinds.bodies()
    never = []
    for operation in _operations():
        kinds.fresh_minute()
        reached = set()
        for kind in (*of_the_fund, *of_programmes):
            for asked, answer in _tried(operation, kind, words):
                reached.add(answer.status_code // 100)
                assert not kinds.found_in(kind, answer, asked), f"{kind}: {operation.method} {asked}"
        if 2 not in reached:
            never.append(f"{operation.method.upper()} {operation.path}")
    assert never == []


def test_what_is_read_narrow_is_told_as_its_shape_tells_it(of_the_fund, of_programmes, monkeypatch):
    empty, words = [], kinds.bodies()
    for operation in _operations():
        view = resolve(operation.path.replace("{public_id}", "x")).func.view_class
        if operation.method != "get" or not getattr(view, "is_narrow", False):
            continue
        kinds.fresh_minute()
        found = []
        for kind in (*of_the_fund, *of_programmes):
            narrow = [answer.json().get("data", []) for _asked, answer in _tried(operation, kind, words)]
            with monkeypatch.context() as patched:
                patched.setattr(view, "is_narrow", False)
                whole = [answer.json().get("data", []) for _asked, answer in _tried(operation, kind, words)]
            if view is Calls:  # each call adds to it, at the end
                whole = [one[: len(before)] for one, before in zip(whole, narrow, strict=True)]
            assert narrow == whole, operation.path
            found += [row for rows in narrow for row in rows]
        if not found:
            empty.append(operation.path)
    assert empty == []


def takes_bytes(operation):
    """Whether it takes those of a file, and not JSON."""
    return programme_kinds.BYTES in operation.definition.raw.get("requestBody", {}).get("content", {})


def body_of(operation, words):
    """The example of the contract, with what its words stand for."""
    taken = operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    told = json.dumps(next(iter(taken.get("examples", {}).values()), {}).get("value") or {})
    for word, stands in words.items():
        told = told.replace(word, stands)
    return json.loads(told)


def _tried(operation, kind, words):
    """What was asked, and what was answered to it."""
    path = operation.path.removeprefix("/api/v1/")
    ids = kind.seeds.get(kinds.before_id(path), [])[:MOST_IDS] or ["x"]
    body = body_of(operation, words | kind.words)
    for one in [path.replace("{public_id}", one) for one in ids] if "{" in path else [path]:
        asked = f"{one} {body} {kind.queries.get(path, '')}"
        if operation.method == "get":
            yield asked, kind.caller.get(one)
        elif operation.method == "patch":
            tag = kind.caller.get(one).headers.get("ETag", "none")
            yield asked, kind.caller.send("PATCH", one, body, **{"If-Match": tag})
        elif takes_bytes(operation):
            yield asked, programme_kinds.sent(kind.caller, one, kind.queries.get(path, "name=x"), f"one more {path}")
        else:
            yield asked, kind.caller.post(one, body)
