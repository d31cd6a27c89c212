"""Migrations are run by the role that owns the tables, and the role that serves is given its rights."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections
from psycopg import sql


class Command(migrate.Command):
    """Django's migrate, on the ``owner`` connection by default."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        is_by_owner = options["database"] == "owner"
        if is_by_owner:
            grant_rights_on_future_tables()
        super().handle(*args, **options)
        if is_by_owner and _served_by() != connections["owner"].settings_dict["USER"]:
            _execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")


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
