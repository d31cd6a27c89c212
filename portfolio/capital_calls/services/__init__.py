"""Drafting, approving, issuing and cancelling calls; taking receipts in."""

from portfolio.capital_calls.queries import AlreadyPaid, ChangedSince, DueTooEarly, NotApproved, SplitChanged
from portfolio.capital_calls.rules import OwnWork, WrongState
from portfolio.capital_calls.services.announcing import NotOwed, OtherCurrency, ReferenceStands, announce
from portfolio.capital_calls.services.announcing import UnfitDay as UnfitValueDay
from portfolio.capital_calls.services.approving import approve, cancel, issue
from portfolio.capital_calls.services.drafting import IdUsed, Line, UnfitLines, draft, edit, submit
from portfolio.capital_calls.services.receiving import (
    NothingToApply,
    NotYetReceived,
    PlanChanged,
    ReferenceTakenBack,
    ReferenceUsed,
    UnfitReference,
    apply_suspense,
    plan,
    receive,
)
from portfolio.capital_calls.services.taking_back import SpentSince, take_back_receipt
from portfolio.capital_calls.splitting import NoPartner, OverUnfunded, Share

__all__ = (
    "AlreadyPaid",
    "ChangedSince",
    "DueTooEarly",
    "IdUsed",
    "Line",
    "NoPartner",
    "NotApproved",
    "NotOwed",
    "NotYetReceived",
    "NothingToApply",
    "OtherCurrency",
    "OverUnfunded",
    "OwnWork",
    "PlanChanged",
    "ReferenceStands",
    "ReferenceTakenBack",
    "ReferenceUsed",
    "Share",
    "SpentSince",
    "SplitChanged",
    "UnfitLines",
    "UnfitReference",
    "UnfitValueDay",
    "WrongState",
    "announce",
    "apply_suspense",
    "approve",
    "cancel",
    "draft",
    "edit",
    "issue",
    "plan",
    "receive",
    "submit",
    "take_back_receipt",
)
