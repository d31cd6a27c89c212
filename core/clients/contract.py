"""The contract as a whole: the interface's addresses alone, with the scope that the policy table asks for at each."""

import json
from functools import cache
from typing import Any

from django.urls import resolve
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from core.api import links, scopes
from core.people import policy

VERSION = "/api/v1/"
SECURITY = "oauth2"
TITLE = "Innovation Fund"
DESCRIPTION = (
    "The interface of the fund and the accelerator for partner systems. Get a token by client credentials, send it as "
    "`Authorization: Bearer`, and see what scope, organisation and object allow together: what is hidden is 404. Money is a "
    "decimal string with its currency; days are dates, moments RFC 3339. Lists come in pages by cursor, filters are named "
    "like fields, and `fields` chooses among them. Every POST takes an Idempotency-Key; changes take If-Match. Errors are "
    "problem details (RFC 9457). Additions come at any time; what breaks a client comes under a new version, with a year's "
    "notice in the headers Deprecation and Sunset."
)
LIMIT_HEADERS = {
    "RateLimit-Policy": "How many calls a window of how many seconds takes.",
    "RateLimit": "How many are left, and in how many seconds the window ends.",
    "X-Request-Id": "The id of the request, to quote.",
}


@cache
def document() -> str:
    """OpenAPI 3.1 as JSON; the same for everybody."""
    return json.dumps(as_data(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def as_data() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def only_the_interface(endpoints: list[Any], **_given: Any) -> list[Any]:
    """A hook of the generator: what lies below the version."""
    return [one for one in endpoints if one[0].startswith(VERSION) and one[0] != f"{VERSION}schema"]


def with_scopes_and_limits(result: dict[str, Any], **_given: Any) -> dict[str, Any]:
    """A hook of the generator: scopes by the policy table, the headers that every answer has, how to get a token, and links."""
    policy.table()  # beside whose rows scopes are declared
    result["info"] |= {"title": TITLE, "description": DESCRIPTION, "version": "1"}
    components = result.setdefault("components", {})
    components["securitySchemes"] = {
        SECURITY: {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/oauth/token",
                    "scopes": {one.code: _english(one) for one in scopes.everything()},
                }
            },
        }
    }
    components["headers"] = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in LIMIT_HEADERS.items()
    }
    for name, one in components.get("schemas", {}).items():
        if name.endswith("Request") and one.get("type") == "object":
            one["additionalProperties"] = False  # an unknown field is refused
    for path, item in result["paths"].items():
        for method, operation in item.items():
            scope = scope_of(path, method.upper())
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            operation["security"] = [{SECURITY: [] if scope == scopes.ANY else [scope]}]
            for answer in operation["responses"].values():
                headers = answer.setdefault("headers", {})
                headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
    links.add(result, prefix=VERSION, domain=_domain_of)
    return result


def scope_of(path: str, method: str) -> str:
    """The scope that the policy table asks for at an address as the contract writes it. Raises LookupError."""
    concrete = "/".join("x" if part.startswith("{") else part for part in path.split("/"))
    row = policy.table().find(resolve(concrete).view_name, method)
    if row is None or not row.scope:
        raise LookupError(f"{method} {path} has no row with a scope in the policy table")
    return row.scope


def _domain_of(path: str, method: str) -> str:
    scope = scopes.find(scope_of(path, method))
    return str(scope.domain if scope else scopes.Domain.BOTH)


def _english(scope: scopes.ApiScope) -> str:
    with translation.override("en"):
        return str(scope.label)


def as_groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Every operation by its group, as a page tells it: address, scope, parameters, what is sent, what is answered."""
    told = json.loads(document())
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in told["paths"].items():
        for method, operation in item.items():
            (needed,) = operation["security"]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation["description"],
                    "scope": next(iter(needed[SECURITY]), ""),
                    "parameters": [_parameter(one) for one in operation.get("parameters", [])],
                    "example": _example(body),
                    "answers": [_answer(status, one) for status, one in operation["responses"].items()],
                    "shows": _fields(operation, told),
                }
            )
    return sorted(groups.items())


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "in": one["in"],
        "is_required": one.get("required", False),
        "said": one.get("description", ""),
    }


def _answer(status: str, one: dict[str, Any]) -> dict[str, str]:
    return {"status": status, "said": one.get("description", "")}


def _example(body: dict[str, Any]) -> str:
    values = [one["value"] for one in body.get("examples", {}).values()]
    return json.dumps(values[0], indent=2, ensure_ascii=False) if values else ""


def _fields(operation: dict[str, Any], told: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of what is answered where it was done: of one thing, also where a page of them is shown."""
    schema: dict[str, Any] = next(
        (
            one["content"]["application/json"]["schema"]
            for status, one in operation["responses"].items()
            if status < "300" and "application/json" in one.get("content", {})
        ),
        {},
    )
    found = _followed(schema, told)
    data = found.get("properties", {}).get("data")
    whole = _followed(data["items"], told) if data and "items" in data else found
    return [
        {"name": name, "type": _type_of(one), "said": one.get("description", "")}
        for name, one in whole.get("properties", {}).items()
    ]


def _followed(schema: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type_of(one: dict[str, Any]) -> str:
    kind = one.get("type", "object")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
