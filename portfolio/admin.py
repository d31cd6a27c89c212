"""Gathers the web admin of the fund's parts."""

from portfolio.funds.admin import ClosingAdmin, CommitmentAdmin, CommitmentTermsAdmin, FundAdmin

__all__ = ("ClosingAdmin", "CommitmentAdmin", "CommitmentTermsAdmin", "FundAdmin")
