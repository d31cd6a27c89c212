"""Triggers for tables whose rows are facts: written once, never changed, never removed."""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import connections
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

REFUSAL = "rows of this table are written once: add a row that corrects, do not change this one"


def triggers() -> list[pgtrigger.Trigger]:
    """Refuse UPDATE and DELETE of any row, and TRUNCATE of the table."""
    return [
        pgtrigger.Trigger(
            name="written_once",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';",
        ),
        never_emptied(),
    ]


def never_emptied(refusal: str = REFUSAL) -> pgtrigger.Trigger:
    """Refuse TRUNCATE of a table, which no trigger of a row sees."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation';",
    )


def kept(*columns: str) -> pgtrigger.Trigger:
    """Refuse to change some columns of a row that may change in others: what others go by when they judge it."""
    before, after = (", ".join(f"{side}.{column}" for column in columns) for side in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="stays_what_it_is",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=(
            f"IF ({before}) IS DISTINCT FROM ({after}) THEN RAISE EXCEPTION 'a row stays what it was made as' "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
        ),
    )


def never_removed() -> pgtrigger.Trigger:
    """Refuse DELETE of any row."""
    return pgtrigger.Protect(name="is_kept", operation=pgtrigger.Delete)


def without_the_right_to_change(*tables: str) -> Operation:
    """A migration's step that takes UPDATE and DELETE on ``tables`` from the serving role: the wall behind the trigger."""
    return _Revoke(tables)


class _Revoke(Operation):
    """Asks for no models, so that none are made for it as they are for a function of Python's."""

    reversible = True

    def __init__(self, tables: Sequence[str]) -> None:
        self.tables = tables

    def describe(self) -> str:
        return f"Take the right to change {', '.join(self.tables)} from the serving role"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Tables stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        role = connections["default"].settings_dict["USER"]
        if role == schema_editor.connection.settings_dict["USER"]:
            return
        with schema_editor.connection.cursor() as cursor:
            for table in self.tables:
                statement = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
                cursor.execute(statement.format(sql.Identifier(table), sql.Identifier(role)))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """What goes with its table needs no right given back."""
