"""What of a contract would break a client that was written against an earlier one (pure)."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def breaking(before: Schema, after: Schema) -> list[str]:
    """Every difference that breaks: gone paths, methods, answers and fields, new things to send, narrower values."""
    return list(_breaking(before, after))


def _breaking(before: Schema, after: Schema) -> Iterator[str]:
    for path, item in before["paths"].items():
        for method, old in item.items():
            new = after["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if new is None:
                yield f"{where} is gone"
                continue
            if old["operationId"] != new["operationId"]:
                yield f"{where} is called {new['operationId']} in place of {old['operationId']}"
            if _scopes(new) - _scopes(old):
                yield f"{where} needs a further scope"
            yield from _parameters(where, old, new)
            yield from _body(where, old, new, before, after)
            yield from _answers(where, old, new, before, after)


def _scopes(operation: Schema) -> set[str]:
    return {scope for one in operation.get("security", []) for scopes in one.values() for scope in scopes}


def _parameters(where: str, old: Schema, new: Schema) -> Iterator[str]:
    had = {(one["in"], one["name"]): one for one in old.get("parameters", [])}
    has = {(one["in"], one["name"]): one for one in new.get("parameters", [])}
    for key in had.keys() - has.keys():
        yield f"{where} takes no {key[1]} any more"
    for key, one in has.items():
        if one.get("required") and not had.get(key, {}).get("required"):
            yield f"{where} needs {key[1]}"
        if key in had:
            yield from _narrower(f"{where} {key[1]}", had[key]["schema"], one["schema"])


def _body(where: str, old: Schema, new: Schema, before: Schema, after: Schema) -> Iterator[str]:
    for media, stated in old.get("requestBody", {}).get("content", {}).items():
        wanted = new.get("requestBody", {}).get("content", {}).get(media)
        if wanted is None:
            yield f"{where} takes no {media} any more"
            continue
        yield from _sent(where, stated["schema"], wanted["schema"], before, after)


def _sent(where: str, old: Schema, new: Schema, before: Schema, after: Schema) -> Iterator[str]:
    old, new = _whole(old, before), _whole(new, after)
    yield from _narrower(where, old, new)
    for name in set(new.get("required", [])) - set(old.get("required", [])):
        yield f"{where} needs {name}"
    for name, stated in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where} takes no {name} any more"
        else:
            yield from _sent(f"{where} {name}", stated, new["properties"][name], before, after)
    if "items" in old and "items" in new:
        yield from _sent(f"{where} []", old["items"], new["items"], before, after)


def _answers(where: str, old: Schema, new: Schema, before: Schema, after: Schema) -> Iterator[str]:
    for status, stated in old["responses"].items():
        wanted = new["responses"].get(status)
        if wanted is None:
            yield f"{where} answers no {status} any more"
            continue
        for media, one in stated.get("content", {}).items():
            other = wanted.get("content", {}).get(media)
            if other is None:
                yield f"{where} {status} is no {media} any more"
            else:
                yield from _shown(f"{where} {status}", one["schema"], other["schema"], before, after)


def _shown(where: str, old: Schema, new: Schema, before: Schema, after: Schema) -> Iterator[str]:
    old, new = _whole(old, before), _whole(new, after)
    if old.get("type") != new.get("type"):
        yield f"{where} is {new.get('type')} in place of {old.get('type')}"
    if added := set(new.get("enum", [])) - set(old.get("enum", [])) if "enum" in old else set():
        yield f"{where} may be {sorted(map(str, added))}, which nobody expects"
    for name in set(old.get("required", [])) - set(new.get("required", [])):
        yield f"{where} may lack {name}"
    for name, stated in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{where} has no {name} any more"
        else:
            yield from _shown(f"{where} {name}", stated, new["properties"][name], before, after)
    if "items" in old and "items" in new:
        yield from _shown(f"{where} []", old["items"], new["items"], before, after)


def _narrower(where: str, old: Schema, new: Schema) -> Iterator[str]:
    """What fitted and does not fit any more."""
    if old.get("type") != new.get("type"):
        yield f"{where} is {new.get('type')} in place of {old.get('type')}"
    if "enum" in new and (gone := set(old.get("enum", [])) - set(new["enum"]) or ("enum" not in old)):
        yield f"{where} takes no {gone} any more"
    for bound, is_tighter in (("maximum", _less), ("maxLength", _less), ("minimum", _more), ("minLength", _more)):
        if bound in new and is_tighter(new[bound], old.get(bound)):
            yield f"{where} has a tighter {bound}"
    if new.get("pattern") not in {None, old.get("pattern")}:
        yield f"{where} has another pattern"


def _less(new: float, old: float | None) -> bool:
    return old is None or new < old


def _more(new: float, old: float | None) -> bool:
    return new > (old or 0)


def _whole(schema: Schema, document: Schema) -> Schema:
    """A schema with its reference followed."""
    for one in [schema, *schema.get("allOf", []), *(one for one in schema.get("oneOf", []) if "$ref" in one)]:
        if "$ref" in one:
            return document["components"]["schemas"][one["$ref"].rpartition("/")[2]]
    return schema
