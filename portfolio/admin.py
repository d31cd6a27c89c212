"""Gathers the web admin of the fund's parts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portfolio.funds.admin import ClosingAdmin, CommitmentAdmin, CommitmentTermsAdmin, FundAdmin

__all__ = ("ClosingAdmin", "CommitmentAdmin", "CommitmentTermsAdmin", "FundAdmin")

admin.site.name_parts({"portfolio.funds": _("Funds and commitments")})
