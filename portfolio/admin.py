"""Gathers the web admin of the fund's parts."""

from django.utils.translation import gettext_lazy as _

from core.web.site import product_site
from portfolio.funds.admin import ClosingAdmin, CommitmentAdmin, CommitmentTermsAdmin, FundAdmin
from portfolio.investments.admin import HoldingAdmin, RoundAdmin, StakeTermsAdmin, TransactionAdmin
from portfolio.ledger.admin import AccountAdmin, BookAdmin, ClosedPeriodAdmin, EntryAdmin, PostingAdmin

__all__ = (
    "AccountAdmin",
    "BookAdmin",
    "ClosedPeriodAdmin",
    "ClosingAdmin",
    "CommitmentAdmin",
    "CommitmentTermsAdmin",
    "EntryAdmin",
    "FundAdmin",
    "HoldingAdmin",
    "PostingAdmin",
    "RoundAdmin",
    "StakeTermsAdmin",
    "TransactionAdmin",
)

product_site().name_parts(
    {
        "portfolio.funds": _("Funds and commitments"),
        "portfolio.investments": _("Holdings and rounds"),
        "portfolio.ledger": _("Books"),
    }
)
product_site().name_columns(
    {
        "Ally": _("Ally"),
        "amount": _("amount"),
        "basis": _("basis"),
        "book": _("book"),
        "closing": _("closing"),
        "closings": _("closings"),
        "commitment": _("commitment"),
        "commitment terms": _("terms of commitments"),
        "commitments": _("commitments"),
        "fund": _("fund"),
        "funds": _("funds"),
        "held on": _("held on"),
        "holder": _("holder"),
        "investment period years": _("investment period, years"),
        "target size": _("target size"),
        "term years": _("term, years"),
        "time zone": _("time zone"),
    }
)
