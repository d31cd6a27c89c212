"""Gathers the tables of the fund's parts, which share one history of migrations."""

from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund
from portfolio.ledger.models import Account, Book, ClosedPeriod, ClosingBalance, Entry, Posting

__all__ = (
    "Account",
    "Book",
    "ClosedPeriod",
    "Closing",
    "ClosingBalance",
    "Commitment",
    "CommitmentTerms",
    "Entry",
    "Fund",
    "Posting",
)
