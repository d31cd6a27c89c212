"""Gathers the tables of the fund's parts, which share one history of migrations."""

from portfolio.capital_calls.models import (
    CallApproval,
    CallLine,
    CallNotice,
    CapitalCall,
    Receipt,
    ReceiptAllocation,
    ReceiptNotice,
    ReceiptTakenBack,
)
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund
from portfolio.investments.models import Holding, Round, StakeTerms, TakenBack, Transaction
from portfolio.ledger.models import Account, Book, ClosedPeriod, ClosingBalance, Entry, Posting
from portfolio.valuations.models import (
    Mark,
    MarkApproval,
    MarkRecomputation,
    ReportedNav,
    ValuationPolicy,
    ValuationRun,
)

__all__ = (
    "Account",
    "Book",
    "CallApproval",
    "CallLine",
    "CallNotice",
    "CapitalCall",
    "ClosedPeriod",
    "Closing",
    "ClosingBalance",
    "Commitment",
    "CommitmentTerms",
    "Entry",
    "Fund",
    "Holding",
    "Mark",
    "MarkApproval",
    "MarkRecomputation",
    "Posting",
    "Receipt",
    "ReceiptAllocation",
    "ReceiptNotice",
    "ReceiptTakenBack",
    "ReportedNav",
    "Round",
    "StakeTerms",
    "TakenBack",
    "Transaction",
    "ValuationPolicy",
    "ValuationRun",
)
