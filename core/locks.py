"""The only place that locks rows: always in the order of keys, so that two writers never wait for each other."""

from typing import TypeVar

from django.db import connection, models, transaction

Row = TypeVar("Row", bound=models.Model)


def in_order(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Lock ``rows`` until the transaction ends. Across tables the order is fund, call or run, commitment, account."""
    if not transaction.get_connection(rows.db).in_atomic_block:
        raise transaction.TransactionManagementError("a lock needs a transaction")
    return rows.order_by("pk").select_for_update(of=("self",))


def by_name(*names: str) -> None:
    """Lock what is no row, such as a sum over rows that may come, until the transaction ends; always in one order."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a lock needs a transaction")
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
