"""Empties the database of a test that committed. The owner may; the serving role may not."""

from functools import cache

from django.db import connections
from psycopg import sql


def empty_tables() -> None:
    """Empty every table, with the triggers off that guard what is written once."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(_statements(owner.settings_dict["NAME"]))


@cache
def _statements(_database: str) -> sql.Composed:
    """What empties the database, as one transaction: its tables stay the same from the migration to the last test."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        tables = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        written_once = (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE event_object_schema = 'public'"
        )
        cursor.execute(written_once)
        guarded = [sql.Identifier(name) for (name,) in cursor.fetchall()]
    return sql.SQL("; ").join(
        [
            *(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name) for name in guarded),
            sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)),
            *(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name) for name in guarded),
        ]
    )
