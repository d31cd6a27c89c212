"""What was typed into a form whose session had ended: kept for its owner for an hour, until she is back on the page."""

from collections.abc import Mapping, Sequence

from django.core.cache import cache

LASTS_SECONDS = 3600
LARGEST = 500_000
"""Letters of a form that are kept; nobody types more."""
LEFT_OUT = ("csrfmiddlewaretoken", "password")
"""What the names of fields begin with that are never kept."""


def keep(owner: str, path: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Keep the fields of a form, with all values of each. ``owner`` is the public id of who had the session."""
    plain = {name: list(values) for name, values in fields.items() if not name.startswith(LEFT_OUT)}
    if sum(len(value) for values in plain.values() for value in values) <= LARGEST:
        cache.set(_key(owner, path), plain, LASTS_SECONDS)


def take(owner: str, path: str) -> dict[str, str]:
    """The fields that wait for the page, the last value of each, once; none where there are none."""
    found: dict[str, list[str]] | None = cache.get(_key(owner, path))
    if not found:
        return {}
    cache.delete(_key(owner, path))
    return {name: values[-1] for name, values in found.items() if values}


def _key(owner: str, path: str) -> str:
    return f"kept:{owner}:{path}"
