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
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from core import clock
from core.api import scopes
from core.clients import contract
from core.jobs import services as jobs
from core.jobs.models import Job
from tests.api import checking, kinds
from tests.factories import pools

FULL = bool(os.environ.get("FULL"))
EXAMPLES = 50 if FULL else 6
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
    return [answer.content]


def _checks():
    load_all_checks()
    return [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in NOT_ASKED]


@pytest.fixture
def everybody(system):
    pools.played(system=system)
    made = kinds.of_the_fund(system)
    for kind in made:
        jobs.start("tests.nothing", key=kind.name, by=kind.caller.client.person, on=clock.today())
        if "webhooks:write" in kind.caller.client.scopes:
            kinds.with_an_endpoint(kind)
        kind.seeds["jobs"] = list(Job.objects.values_list("public_id", flat=True))
    return made


def _operations():
    return [one.ok() for one in _schema().get_all_operations()]


def _seeded(case, kind, turn):
    """Every other time an id that stands for something, the client's or another's."""
    resource = case.operation.path.removeprefix("/api/v1/").split("/")[0]
    if "public_id" in (case.path_parameters or {}) and turn % 2 and (ids := kind.seeds.get(resource)):
        case.path_parameters["public_id"] = ids[turn // 2 % len(ids)]


def _asked(operation, mode, ask):
    """Call ``ask`` with cases of an operation, the same ones every time."""
    given(case=operation.as_strategy(generation_mode=mode))(
        settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(ask)
    )()


def test_no_operation_fails_and_none_answers_what_the_contract_does_not_tell(everybody):
    wanted = _checks()
    for operation in _operations():
        for kind in everybody:
            kinds.fresh_minute()
            _asked(operation, GenerationMode.POSITIVE, _judging(kind, wanted))


def _judging(kind, wanted):
    turns = count()
    headers = {"Authorization": f"Bearer {kind.caller.token}"}

    def ask(case):
        _seeded(case, kind, next(turns))
        case.validate_response(case.call(headers=headers), checks=wanted, headers=headers)

    return ask


def _asking_by(asking):
    """One function cannot be given cases of two operations."""

    def ask(case):
        asking(case)

    return ask


def test_what_no_schema_allows_is_refused(everybody):
    treasury, accepted = everybody[0], []
    headers = {"Authorization": f"Bearer {treasury.caller.token}"}

    def asking(case):
        answer = case.call(headers=headers)
        assert answer.status_code < 500, f"{case.method} {case.path}"
        if answer.status_code < 300 and case.method != "GET":
            accepted.append((case.method, case.path, case.body))

    for operation in _operations():
        kinds.fresh_minute()
        try:
            _asked(operation, GenerationMode.NEGATIVE, _asking_by(asking))
        except Unsatisfiable:
            continue  # an operation without anything that could be wrong

    assert accepted == []


def test_every_operation_is_done_for_somebody_and_every_example_of_the_contract_runs(everybody):
    words = kinds.bodies()
    undone = []
    for operation in _of_the_fund():
        label = f"{operation.method.upper()} {operation.path}"
        if not any(200 <= status < 300 for kind in everybody for status in _tried(operation, kind, words)):
            undone.append(label)
    assert undone == []


def _of_the_fund():
    """Operations that a client of the fund can have; for those of the accelerator alone see tests/api/accelerator."""
    for operation in _operations():
        scope = scopes.find(contract.scope_of(operation.path, operation.method.upper()))
        if scope is None or scope.domain != scopes.Domain.ACCELERATOR:
            yield operation


def _tried(operation, kind, words):
    path = operation.path.removeprefix("/api/v1/")
    resource = path.split("/")[0]
    paths = [path.replace("{public_id}", one) for one in kind.seeds.get(resource, ["x"])] if "{" in path else [path]
    examples = operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = next(iter(examples.get("examples", {}).values()), {}).get("value") or {}
    told = json.dumps(body)
    for word, stands in (words | kind.words).items():
        told = told.replace(word, stands)
    for one in paths:
        if operation.method == "get":
            yield kind.caller.get(one).status_code
        elif operation.method == "patch":
            tag = kind.caller.get(one).headers.get("ETag", "none")
            yield kind.caller.send("PATCH", one, json.loads(told), **{"If-Match": tag}).status_code
        else:
            yield kind.caller.post(one, json.loads(told)).status_code
