"""Gathers the web admin of core's parts."""

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
