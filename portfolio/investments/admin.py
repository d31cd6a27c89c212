"""Holdings, rounds, stakes and transactions in the web admin, to read: each person sees those of her own funds."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.organisations import technologies
from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin, in_english
from portfolio.investments import queries
from portfolio.investments.models import Holding, Round, StakeTerms, Transaction

OWN_ONLY = admin.RelatedOnlyFieldListFilter


class OfOwnHoldings(ReadOnlyAdmin):
    """Rows of the holdings that the person may read. ``to_holding`` leads from a row to its holding."""

    to_holding = "holding"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = queries.visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(**{f"{self.to_holding}__in": own}).distinct()


@admin.register(Holding)
class HoldingAdmin(OfOwnHoldings):
    list_display = ("organisation", "kind", "technology", "currency", "fund")
    list_select_related = ("organisation", "currency", "fund")
    list_filter = ("kind", ("fund", OWN_ONLY))
    search_fields = ("public_id", "organisation__name")
    ordering = ("organisation__name", "pk")
    to_holding = "pk"
    in_words = {"technology": technologies.name}


@admin.register(Round)
class RoundAdmin(OfOwnHoldings):
    """The rounds of companies in which a fund of the person holds something."""

    list_display = ("organisation", "name", "held_on", "precision", "exact_total", "currency", "basis", "source")
    list_select_related = ("organisation", "currency")
    list_filter = ("basis", "precision")
    search_fields = ("organisation__name", "name", "source")
    ordering = ("-held_on", "-pk")
    in_words = {"role": in_english, "co_investors": in_english}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = queries.visible_to(cast(PersonRequest, request).user).order_by().values("organisation")
        return ReadOnlyAdmin.get_queryset(self, request).filter(organisation__in=own)

    @admin.display(description=_("Total"), ordering="total")
    def exact_total(self, row: Round) -> str:
        return numerals.plain(row.total, 2)


@admin.register(StakeTerms)
class StakeTermsAdmin(OfOwnHoldings):
    list_display = ("holding", "exact_amount", "effective_on", "precision", "recorded_at", "basis", "source", "note")
    list_select_related = ("holding__organisation",)
    list_filter = ("basis", "precision")
    search_fields = ("holding__organisation__name", "source", "note")
    ordering = ("-recorded_at", "-pk")
    in_words = {"note": in_english}

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, terms: StakeTerms) -> str:
        return numerals.plain(terms.amount, 2)


@admin.register(Transaction)
class TransactionAdmin(OfOwnHoldings):
    list_display = (
        "company",
        "kind",
        "effective_on",
        "exact_amount",
        "exact_fund_amount",
        "taken_back_on",
        "is_illustrative",
    )
    list_select_related = ("holding__organisation", "taken_back")
    list_filter = ("kind", "is_illustrative")
    search_fields = ("public_id", "holding__organisation__name")
    ordering = ("-effective_on", "-pk")

    @admin.display(description=_("Company or fund"), ordering="holding__organisation__name")
    def company(self, row: Transaction) -> str:
        return row.holding.organisation.name

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, row: Transaction) -> str:
        return numerals.plain(row.amount, 2)

    @admin.display(description=_("Taken back"), ordering="taken_back__effective_on")
    def taken_back_on(self, row: Transaction) -> str:
        return numerals.day(row.taken_back.effective_on) if hasattr(row, "taken_back") else ""

    @admin.display(description=_("Amount in the fund’s currency"), ordering="fund_amount")
    def exact_fund_amount(self, row: Transaction) -> str:
        return numerals.plain(row.fund_amount, 2)
