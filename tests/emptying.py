"""Empties the database of a test that committed. The owner may; the serving role may not."""

from django.db import connections
from psycopg import sql


def empty_tables() -> None:
    """Empty every table, with the triggers off that guard what is written once."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
        written_once = (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE event_object_schema = 'public'"
        )
        cursor.execute(written_once)
        guarded = [name for (name,) in cursor.fetchall()]
        for name in guarded:
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
        for name in guarded:
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))
