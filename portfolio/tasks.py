"""Gathers the background work of the fund's parts, so that every process knows its names."""

from portfolio.ledger.tasks import check_books
from portfolio.valuations.tasks import find_drift, open_due_runs, prepare

__all__ = ("check_books", "find_drift", "open_due_runs", "prepare")
