"""The contract: valid, without a warning of its generator, whole, kept in docs, and never broken."""

import copy
import json
from pathlib import Path

import pytest
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from openapi_spec_validator import validate

from core.api import scopes
from core.api.problems import KIND_OF_STATUS, TITLES
from core.clients import contract
from core.people import policy
from tests.api import checking, differences

KEPT = Path("docs/api/openapi.json")
RELEASED = Path("docs/api/released-v1.json")


def test_the_contract_is_valid_and_its_generator_warns_of_nothing():
    reset_generator_stats()
    with GENERATOR_STATS.silence():
        found = contract.as_data()
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    validate(found)
    assert found["openapi"].startswith("3.1")


def test_the_contract_in_docs_is_that_of_the_code():
    """``make contract`` writes it anew."""
    assert KEPT.read_text(encoding="utf-8") == contract.document()


def test_nothing_breaks_a_client_of_the_released_contract():
    assert differences.breaking(json.loads(RELEASED.read_text(encoding="utf-8")), checking.told()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["paths"].pop("/api/v1/nations"),
        lambda one: one["paths"]["/api/v1/nations"].pop("get"),
        lambda one: one["components"]["schemas"]["NationOut"]["properties"].pop("code"),
        lambda one: one["components"]["schemas"]["NationOut"]["properties"]["code"].update(type="integer"),
        lambda one: one["components"]["schemas"]["NationOut"].update(required=[]),
        lambda one: one["components"]["schemas"]["ReceiptNoticeInRequest"]["required"].append("colour"),
        lambda one: one["components"]["schemas"]["ReceiptNoticeInRequest"]["properties"].pop("reference"),
        lambda one: one["components"]["schemas"]["ReceiptNoticeInRequest"]["properties"]["reference"].update(
            maxLength=3
        ),
        lambda one: one["paths"]["/api/v1/rates"]["get"].update(parameters=[]),
        lambda one: one["paths"]["/api/v1/rates"]["get"]["responses"].pop("200"),
        lambda one: one["paths"]["/api/v1/rates"]["get"].update(security=[{"oauth2": ["more:read"]}]),
    ],
)
def test_what_breaks_a_client_is_noticed(change):
    after = copy.deepcopy(checking.told())
    change(after)
    assert differences.breaking(checking.told(), after)
    assert differences.breaking(checking.told(), checking.told()) == []


def test_every_route_of_the_interface_stands_in_the_contract_with_its_scope():
    told = checking.told()
    stated = {(path, method) for path, item in told["paths"].items() for method in item}
    rows = [row for row in policy.table().rows if row.scope and row.route != "core_api:schema"]
    assert len(stated) == sum(len([m for m in row.methods if m != "HEAD"]) for row in rows)
    for path, method in stated:
        (needed,) = told["paths"][path][method]["security"]
        scope = contract.scope_of(path, method.upper())
        assert needed == {"oauth2": [] if scope == scopes.ANY else [scope]}


def test_every_operation_is_told_in_words_with_its_errors_and_an_example_where_it_takes_a_body():
    for path, item in checking.told()["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), path
            if body := operation.get("requestBody"):
                for media, stated in body["content"].items():
                    assert media != "application/json" or stated.get("examples"), f"{method} {path}"


def test_every_route_below_the_version_is_an_endpoint_behind_the_door():
    routes = {
        f"{namespace}:{name}"
        for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items()
        if namespace.endswith("_api")
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert routes
    table = policy.table()
    for route in routes:
        rows = [row for row in table.rows if row.route == route]
        assert rows, route
        assert all(row.scope for row in rows), route


def test_every_kind_of_problem_has_its_title():
    assert set(KIND_OF_STATUS.values()) <= set(TITLES)
