"""
Where an answer leads on: links of the contract, told by its own addresses, filters and fields (pure).

- The id of a thing leads to everything below its address: what it is, its rows, what is done with it; its version goes along.
- It leads to what takes a parameter of its name: a programme to its calls, a milestone to files that are handed in.
- A field of that name in another thing leads to the thing: a payment to its participation.
"""

from collections.abc import Callable, Iterator
from typing import Any

Data = dict[str, Any]
NAMES = {
    "funds": "fund",
    "commitments": "commitment",
    "capital-calls": "call",
    "notices": "notice",
    "holdings": "holding",
    "organisations": "organisation",
    "programmes": "programme",
    "calls": "call",
    "participations": "participation",
    "milestones": "milestone",
    "applications": "application",
    "jobs": "job",
}
"""The field, and the parameter, by which each resource is named elsewhere. Both domains have calls, each its own."""
MEDIA = "application/json"
BEGUN = "202"
ID = "{public_id}"


def add(told: Data, *, prefix: str, domain: Callable[[str, str], str]) -> None:
    """Write the links into a contract. ``domain`` says to which domain of data a method of a path belongs."""
    operations = [
        (path.removeprefix(prefix), method, one) for path, item in told["paths"].items() for method, one in item.items()
    ]
    domains = {one["operationId"]: domain(f"{prefix}{path}", method.upper()) for path, method, one in operations}
    for path, _method, operation in operations:
        for status, answer in _led_on_from(operation):
            shown = _followed(answer["content"][MEDIA]["schema"], told)
            found: Data = {}
            for target, parameters in _leads(path, status, shown, told, operations):
                is_near = _fits(domains[operation["operationId"]], domains[target["operationId"]])
                if is_near and target is not operation:
                    link = {"operationId": target["operationId"], "parameters": parameters}
                    found.setdefault(target["operationId"], link | {"description": target["summary"]})
            if found:
                answer["links"] = dict(sorted(found.items()))


def _led_on_from(operation: Data) -> Iterator[tuple[str, Data]]:
    """Where it was done; of what may also only begin, where it began: what was done at once has no id to go on with."""
    done = {status: one for status, one in operation["responses"].items() if status < "300"}
    for status, answer in done.items():
        if MEDIA in answer.get("content", {}) and (BEGUN not in done or status == BEGUN):
            yield status, answer


def _leads(
    path: str, status: str, shown: Data, told: Data, operations: list[tuple[str, str, Data]]
) -> Iterator[tuple[Data, Data]]:
    """Each operation to which an answer leads, with the parameters that it takes along."""
    fields, at = shown.get("properties", {}), "$response.body#"
    is_one = "data" not in fields
    if not is_one and "items" in fields["data"]:
        fields, at = _followed(fields["data"]["items"], told).get("properties", {}), f"{at}/data/0"
    resource = path.split(f"/{ID}", maxsplit=1)[0]
    is_itself = path in {resource, f"{resource}/{ID}"} and "id" in fields
    for where, method, target in operations:
        if not is_one and method != "get":
            continue  # what one does is done with a thing that was read, not with the first of a list
        if is_itself and where.startswith(f"{resource}/{ID}"):
            version = {"header.If-Match": "$response.header.ETag"} if method == "patch" else {}
            yield target, {"path.public_id": f"{at}/id"} | version
        if is_itself and (name := NAMES.get(resource)) and name in _taken(target):
            yield target, {f"query.{name}": f"{at}/id"}
        name = NAMES.get(where.removesuffix(f"/{ID}"), "") if where.endswith(ID) and method == "get" else ""
        if name in fields and (status == BEGUN or not _may_lack(fields[name])):
            yield target, {"path.public_id": f"{at}/{name}"}


def _taken(operation: Data) -> set[str]:
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}


def _may_lack(field: Data) -> bool:
    kind = field.get("type", "")
    return "null" in kind or any(one.get("type") == "null" for one in field.get("oneOf", []))


def _fits(source: str, target: str) -> bool:
    return source == target or "both" in {source, target}


def _followed(schema: Data, told: Data) -> Data:
    if "$ref" not in schema:
        return schema
    found: Data = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
