"""Plain SQL as whoever serves could send it past every service: the ways in which a row can come into a table."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

Row = dict[str, Any]


def fields(row: Any) -> Row:
    return {one.column: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}


def values(table: str, _like: Any, rows: Sequence[Row], ending: str = "") -> None:
    names = ", ".join(f'"{one}"' for one in rows[0])
    line = f"({', '.join(['%s'] * len(rows[0]))})"
    given = [value for row in rows for value in row.values()]
    _run(f"INSERT INTO {table} ({names}) VALUES {', '.join([line] * len(rows))} {ending}", given)


def skipping(table: str, like: Any, rows: Sequence[Row]) -> None:
    values(table, like, rows, "ON CONFLICT DO NOTHING")


def returning(table: str, like: Any, rows: Sequence[Row]) -> None:
    names, row = ", ".join(f'"{one}"' for one in rows[0]), rows[0]
    line = ", ".join(["%s"] * len(row))
    _run(
        f"WITH made AS (INSERT INTO {table} ({names}) VALUES ({line}) RETURNING id) SELECT count(*) FROM made",
        [*row.values()],
    )


def select(table: str, like: Any, rows: Sequence[Row]) -> None:
    """From the row that was given, with what each has of its own."""
    old = fields(like)
    for row in rows:
        own = {name for name, value in row.items() if value != old[name]}
        names, told = ", ".join(f'"{one}"' for one in row), ", ".join("%s" if one in own else f'"{one}"' for one in row)
        given = [value for name, value in row.items() if name in own]
        _run(f"INSERT INTO {table} ({names}) SELECT {told} FROM {table} WHERE id = %s", [*given, like.pk])


def copy(table: str, _like: Any, rows: Sequence[Row]) -> None:
    names = ", ".join(f'"{one}"' for one in rows[0])
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as out,
    ):
        for row in rows:
            out.write_row(list(row.values()))


def deferred(table: str, like: Any, rows: Sequence[Row]) -> None:
    _run("SET CONSTRAINTS ALL DEFERRED", [])
    values(table, like, rows)


def merge(table: str, _like: Any, rows: Sequence[Row]) -> None:
    names, row = ", ".join(f'"{one}"' for one in rows[0]), rows[0]
    line = ", ".join(["%s"] * len(row))
    _run(
        f"MERGE INTO {table} USING (SELECT 1) AS one ON false WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({line})",
        [*row.values()],
    )


def without_a_path(table: str, like: Any, rows: Sequence[Row]) -> None:
    """Names are looked for in the catalogue alone, so that the gate would find no table of its own."""
    _run("SET LOCAL search_path = pg_catalog", [])
    values(f"public.{table}", like, rows)


Way = Callable[[str, Any, Sequence[Row]], None]
WAYS: tuple[Way, ...] = (values, skipping, returning, select, copy, deferred, merge)


def _run(statement: str, given: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def run(statement: str, given: Sequence[Any] = ()) -> int:
    """How many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        return int(cursor.rowcount)
