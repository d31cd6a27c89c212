"""Gathers the background work of the fund's parts, so that every process knows its names."""

from portfolio.history.tasks import check, record
from portfolio.ledger.tasks import check_books
from portfolio.valuations.tasks import open_due_runs, prepare, report_drift

__all__ = ("check", "check_books", "open_due_runs", "prepare", "record", "report_drift")
