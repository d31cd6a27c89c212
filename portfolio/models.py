"""Gathers the tables of the fund's parts, which share one history of migrations."""

from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund

__all__ = ("Closing", "Commitment", "CommitmentTerms", "Fund")
