"""Calls and receipts: lists, one call, and the forms by which they are prepared, approved, issued and paid."""

from portfolio.capital_calls.views.approving import Approve, Cancel, Issue
from portfolio.capital_calls.views.calls import Call, Calls, CallsWorkbook, CallWorkbook
from portfolio.capital_calls.views.drafting import Draft, Edit, Submit
from portfolio.capital_calls.views.receipts import ApplySuspense, Receipts, ReceiptsWorkbook, RecordReceipt

__all__ = (
    "ApplySuspense",
    "Approve",
    "Call",
    "CallWorkbook",
    "Calls",
    "CallsWorkbook",
    "Cancel",
    "Draft",
    "Edit",
    "Issue",
    "Receipts",
    "ReceiptsWorkbook",
    "RecordReceipt",
    "Submit",
)
