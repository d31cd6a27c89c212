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
        "account": _("account"),
        "accounts": _("accounts"),
        "adjusts": _("adjusts"),
        "Ally": _("Ally"),
        "amount": _("amount"),
        "Amount in the fund’s currency": _("amount in the fund’s currency"),
        "basis": _("basis"),
        "book": _("book"),
        "books": _("books"),
        "closed at": _("closed at"),
        "closed by": _("closed by"),
        "closed period": _("closed period"),
        "closed periods": _("closed periods"),
        "closed through": _("closed to and with"),
        "closing": _("closing"),
        "closings": _("closings"),
        "co investors": _("co-investors"),
        "commitment": _("commitment"),
        "commitment terms": _("terms of commitments"),
        "commitments": _("commitments"),
        "Company or fund": _("company or fund"),
        "cost": _("cost"),
        "credit": _("credit"),
        "debit": _("debit"),
        "entries": _("entries"),
        "entry": _("entry"),
        "fund": _("fund"),
        "fund amount": _("amount in the fund’s currency"),
        "fund cost": _("cost in the fund’s currency"),
        "funds": _("funds"),
        "head": _("digest of the last entry"),
        "held on": _("held on"),
        "holder": _("holder"),
        "holding": _("holding"),
        "holdings": _("holdings"),
        "investment period years": _("investment period, years"),
        "key": _("key against doubles"),
        "last number": _("last number"),
        "length": _("number of entries"),
        "memo": _("memo"),
        "number": _("number"),
        "posting": _("posting"),
        "postings": _("postings"),
        "quantity": _("shares"),
        "rate": _("rate"),
        "rate observed on": _("day of the rate"),
        "rate source": _("source of the rate"),
        "recorded by": _("recorded by"),
        "reverses": _("reverses"),
        "round": _("round"),
        "rounds": _("rounds"),
        "stake terms": _("terms of fund stakes"),
        "stopped at": _("stopped at"),
        "stopped because": _("stopped because"),
        "target size": _("target size"),
        "term years": _("term, years"),
        "time zone": _("time zone"),
        "total": _("total"),
        "tranche": _("tranche"),
        "transaction": _("transaction"),
        "transactions": _("transactions"),
    }
)
