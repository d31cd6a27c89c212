"""Funds, closings, commitments and their terms in the web admin, to read: each person sees her own funds."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin
from portfolio.funds import queries
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund

OWN_ONLY = admin.RelatedOnlyFieldListFilter
"""Filters offer only what the person may read: a filter must not name another fund."""


class OwnClosings(OWN_ONLY):
    """The closings of the listed commitments, each read together with the fund that its name begins with."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        held = model_admin.get_queryset(request).values("closing")
        closings = Closing.objects.filter(pk__in=held).select_related("fund").order_by("fund__name", "held_on", "pk")
        return [(closing.pk, str(closing)) for closing in closings]


@admin.register(Fund)
class FundAdmin(ReadOnlyAdmin):
    list_display = ("name", "currency", "size", "term_years", "investment_period_years", "is_illustrative")
    list_select_related = ("currency",)
    list_filter = ("is_illustrative",)
    search_fields = ("name", "public_id")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fund]:
        return queries.visible_to(cast(PersonRequest, request).user).select_related("currency")

    @admin.display(description=_("Target size"), ordering="target_size")
    def size(self, fund: Fund) -> str:
        return numerals.plain(fund.target_size, 2)


class OfOwnFunds(ReadOnlyAdmin):
    """Rows of the funds that the person may read. ``to_fund`` leads from a row to its fund."""

    to_fund = "fund"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = {f"{self.to_fund}__in": queries.visible_to(cast(PersonRequest, request).user)}
        return super().get_queryset(request).filter(**own)


@admin.register(Closing)
class ClosingAdmin(OfOwnFunds):
    list_display = ("held_on", "fund", "recorded_at", "source")
    list_select_related = ("fund",)
    list_filter = (("fund", OWN_ONLY),)
    search_fields = ("public_id", "fund__name")
    ordering = ("-held_on", "pk")


@admin.register(Commitment)
class CommitmentAdmin(OfOwnFunds):
    list_display = ("ally", "fund", "holder", "held_on", "recorded_at")
    list_select_related = ("nation", "fund", "holder", "closing")
    list_filter = (("fund", OWN_ONLY), ("closing", OwnClosings))
    search_fields = ("public_id", "nation__code", "nation__name_en", "nation__name_fr", "holder__name")
    ordering = ("nation__name_en", "pk")

    @admin.display(description=_("Ally"), ordering="nation__name_en")
    def ally(self, commitment: Commitment) -> str:
        return commitment.nation.name

    @admin.display(description=_("Closing"), ordering="closing__held_on")
    def held_on(self, commitment: Commitment) -> str:
        return numerals.day(commitment.closing.held_on)


@admin.register(CommitmentTerms)
class CommitmentTermsAdmin(OfOwnFunds):
    list_display = ("ally", "exact_amount", "effective_on", "recorded_at", "basis", "source")
    list_select_related = ("commitment__nation",)
    list_filter = ("basis", ("commitment__fund", OWN_ONLY))
    search_fields = ("public_id", "commitment__nation__name_en", "commitment__nation__name_fr", "source")
    ordering = ("-recorded_at", "-pk")
    to_fund = "commitment__fund"

    @admin.display(description=_("Ally"), ordering="commitment__nation__name_en")
    def ally(self, terms: CommitmentTerms) -> str:
        return terms.commitment.nation.name

    @admin.display(description=_("Amount"), ordering="amount")
    def exact_amount(self, terms: CommitmentTerms) -> str:
        return numerals.plain(terms.amount, 2)
