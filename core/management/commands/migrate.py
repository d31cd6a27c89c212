"""Migrations are run by the role that owns the tables, and the role that serves is given its rights."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections
from psycopg import sql

from core.management import rendering

migrate.MigrationExecutor = rendering.Executor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's migrate, on the ``owner`` connection by default."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["database"] == "owner" and "owner" not in connections:
            raise CommandError("DATABASE_OWNER_URL is not set. Migrations are run by the role that owns the tables.")
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        is_by_owner = options["database"] == "owner"
        if is_by_owner:
            grant_rights_on_future_tables()
        super().handle(*args, **options)
        if is_by_owner:
            let_no_trigger_be_ignored()
            keep_the_history_of_migrations()


def grant_rights_on_future_tables() -> None:
    """
    The serving role may read and write rows of every table to come; it owns none, may empty none and makes none.

    Not even temporary ones: a temporary table by the name of a real one is found first, by triggers too, so that one
    named ``portfolio_book`` would open a closed period.
    """
    _execute(
        "GRANT USAGE ON SCHEMA public TO {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    )


def let_no_trigger_be_ignored() -> None:
    """
    Answer no for every trigger that a session asks to be spared.

    django-pgtrigger asks a setting that any session may set, ``pgtrigger.ignore``, and writes the function that asks it
    with each trigger; so whoever speaks SQL could switch off what refuses, say, an entry into a closed period.
    """
    _execute(
        "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
        " LANGUAGE sql IMMUTABLE AS 'SELECT FALSE'"
    )


def keep_the_history_of_migrations() -> None:
    """The serving role reads which migrations ran, to say whether it is ready, and writes none."""
    if _served_by() != connections["owner"].settings_dict["USER"]:
        _execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")


def _execute(*statements: str) -> None:
    names = {
        "role": sql.Identifier(_served_by()),
        "database": sql.Identifier(connections["owner"].settings_dict["NAME"]),
    }
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(**names))


def _served_by() -> str:
    return str(connections["default"].settings_dict["USER"])
