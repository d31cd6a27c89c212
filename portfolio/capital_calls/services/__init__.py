"""Drafting, approving, issuing and cancelling calls; taking receipts in."""

from portfolio.capital_calls.services.approving import (
    AlreadyPaid,
    ChangedSince,
    DueTooEarly,
    NoPartner,
    NotApproved,
    OverUnfunded,
    OwnWork,
    Share,
    approve,
    cancel,
    issue,
    split,
)
from portfolio.capital_calls.services.calls import WrongState
from portfolio.capital_calls.services.drafting import IdUsed, Line, UnfitLines, draft, edit, submit
from portfolio.capital_calls.services.receiving import ReferenceUsed, receive

__all__ = (
    "AlreadyPaid",
    "ChangedSince",
    "DueTooEarly",
    "IdUsed",
    "Line",
    "NoPartner",
    "NotApproved",
    "OverUnfunded",
    "OwnWork",
    "ReferenceUsed",
    "Share",
    "UnfitLines",
    "WrongState",
    "approve",
    "cancel",
    "draft",
    "edit",
    "issue",
    "receive",
    "split",
    "submit",
)
