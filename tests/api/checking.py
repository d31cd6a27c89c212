"""What every answer of the interface is held against: the contract."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from core.clients import contract

BASE = "urn:contract"


@cache
def told() -> dict[str, Any]:
    return json.loads(contract.document())


@cache
def _registry() -> Registry:
    return Registry().with_resource(BASE, Resource(contents=told(), specification=DRAFT202012))


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The path as the contract writes it, word for word before one with a place for an id, and the operation at an address such as ``funds/fund_x/pool``."""
    parts = path.partition("?")[0].split("/")
    paths = told()["paths"].items()
    for template, item in sorted(paths, key=lambda one: one[0].count("{")):
        wanted = template.removeprefix("/api/v1/").split("/")
        if len(wanted) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(wanted, parts, strict=True)):
            return template, item[method.lower()]
    raise LookupError(path)


def fits(answer, method: str, path: str) -> None:
    """Raise AssertionError where an answer is none that the contract tells of."""
    template, found = operation(method, path)
    stated = found["responses"].get(str(answer.status_code))
    assert stated is not None, f"{method} {template} answered {answer.status_code}: {answer.content[:300]}"
    if answer.status_code in {204, 304}:
        assert answer.content == b""
        return
    media = answer.headers["Content-Type"].partition(";")[0]
    schema = stated["content"][media]["schema"]
    whole = {"$ref": f"{BASE}{schema['$ref']}"} if "$ref" in schema else schema
    errors = list(Draft202012Validator(whole, registry=_registry()).iter_errors(answer.json()))
    assert not errors, f"{method} {template}: {errors[0].message} at {list(errors[0].absolute_path)}"
