"""Queries of the ORM whose SQL is written once and then asked with other values.

For a union of many parts Django takes several times as long to write the SQL as PostgreSQL to answer it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from inspect import signature
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet

Asked = int | date | datetime
Rows = QuerySet[Any, Any]
_KEYS = -2_000_000_000
_DAYS = date(1, 1, 1)
_MOMENTS = datetime(1, 1, 1, tzinfo=timezone.utc)


class Prepared:
    """
    Queries with the same columns, answered as one: all rows of each.

    ``build`` makes them from keyword arguments: keys of rows (int), days and moments. It is called once, with stand-ins
    of the types that it names; where one of them ends in the SQL, the value of a later question takes its place. So it
    may hand its arguments to filters and expressions, and compute nothing from them.
    """

    def __init__(self, build: Callable[..., Iterable[Rows]]) -> None:
        self._build = build

    def ask(self, *values: Mapping[str, Asked], also: Iterable[Rows] = ()) -> list[tuple[Any, ...]]:
        """The rows, in no order; once for each of ``values``, in one statement. ``also`` are queries that join as they stand."""
        sql, names = self._prepared if values else ("", [])
        parts = [sql] * len(values)
        given: list[Any] = [one[name] if name else fixed for one in values for name, fixed in names]
        for query in also:
            text, fixed = query.query.sql_with_params()
            parts.append(f"({text})")
            given.extend(fixed)
        if not parts:
            return []
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), given)
            return cursor.fetchall()

    @cached_property
    def _prepared(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL, and for each of its places the name of the argument that goes there, or without one what stands there."""
        standing = {name: _stand_in(number, one.annotation) for number, (name, one) in enumerate(self._arguments)}
        named = {value: name for name, value in standing.items()}
        texts, places = [], []
        for query in self._build(**standing):
            text, fixed = query.query.sql_with_params()
            texts.append(f"({text})")
            places += [(_name(value, named), value) for value in fixed]
        return " UNION ALL ".join(texts), places

    @property
    def _arguments(self) -> Iterable[tuple[str, Any]]:
        return signature(self._build).parameters.items()


def _stand_in(number: int, kind: type) -> Asked:
    """A value of the kind that nothing real has, and that is no other's neighbour."""
    if kind is int:
        return _KEYS - 10 * number
    start = _MOMENTS if kind is datetime else _DAYS
    return start + timedelta(days=10 * number)


def _name(value: Any, named: Mapping[Any, str]) -> str:
    """Whose place a value holds. Raises ImproperlyConfigured for one that was computed from a stand-in."""
    if not isinstance(value, (int, date)):
        return ""
    name = named.get(value, "")
    if not name and (isinstance(value, date) or value < _KEYS // 2):
        raise ImproperlyConfigured(f"{value!r} was computed from what a prepared query is asked with")
    return name
