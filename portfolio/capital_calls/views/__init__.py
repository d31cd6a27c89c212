"""Calls and receipts: lists, one call, and the forms by which they are prepared, approved, issued and paid."""

from portfolio.capital_calls.views.calls import Call, Calls, CallsWorkbook, CallWorkbook

__all__ = (
    "Call",
    "CallWorkbook",
    "Calls",
    "CallsWorkbook",
)
