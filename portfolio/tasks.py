"""Gathers the background work of the fund's parts, so that every process knows its names."""

from portfolio.ledger.tasks import check_books

__all__ = ("check_books",)
