"""Gathers the web admin of core's parts."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.audit.admin import AuditEventAdmin
from core.money.admin import CurrencyAdmin, ExchangeRateAdmin
from core.nations.admin import (
    DefenceExpenditureAdmin,
    ExpenditureEditionAdmin,
    GuidelineAdmin,
    MembershipPeriodAdmin,
    NationAdmin,
)
from core.organisations.admin import OrganisationAdmin
from core.people.admin import InvitationAdmin, PersonAdmin, RoleGrantAdmin

__all__ = (
    "AuditEventAdmin",
    "CurrencyAdmin",
    "DefenceExpenditureAdmin",
    "ExchangeRateAdmin",
    "ExpenditureEditionAdmin",
    "GuidelineAdmin",
    "InvitationAdmin",
    "MembershipPeriodAdmin",
    "NationAdmin",
    "OrganisationAdmin",
    "PersonAdmin",
    "RoleGrantAdmin",
)

admin.site.name_parts(
    {
        "core.people": _("People"),
        "core.audit": _("Audit trail"),
        "core.nations": _("Allies"),
        "core.organisations": _("Organisations"),
        "core.money": _("Currencies and rates"),
    }
)
