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
        if options["database"] == "owner":
            grant_rights_on_future_tables()
        super().handle(*args, **options)


def grant_rights_on_future_tables() -> None:
    """The serving role may read and write rows of every table to come; it owns none and may empty none."""
    role = sql.Identifier(connections["default"].settings_dict["USER"])
    statements = (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    )
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(role=role))
