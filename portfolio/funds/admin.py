"""Funds, closings, commitments and their terms in the web admin, to read: each person sees her own funds."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.web.admin import ReadOnlyAdmin
from portfolio.funds import queries
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund

OWN_ONLY = admin.RelatedOnlyFieldListFilter
"""Filters offer only what the person may read: a filter must not name another fund."""


@admin.register(Fund)
class FundAdmin(ReadOnlyAdmin):
    list_display = ("name", "currency", "target_size", "term_years", "investment_period_years", "is_illustrative")
    list_select_related = ("currency",)
    list_filter = ("is_illustrative",)
    search_fields = ("name", "public_id")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fund]:
        return queries.visible_to(request.user)


@admin.register(Closing)
class ClosingAdmin(ReadOnlyAdmin):
    list_display = ("fund", "held_on", "recorded_at", "source")
    list_select_related = ("fund",)
    list_filter = (("fund", OWN_ONLY),)
    search_fields = ("public_id", "fund__name")
    ordering = ("-held_on", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closing]:
        return super().get_queryset(request).filter(fund__in=queries.visible_to(request.user))


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ("nation", "fund", "holder", "closing", "recorded_at")
    list_select_related = ("nation", "fund", "holder", "closing__fund")
    list_filter = (("fund", OWN_ONLY), ("closing", OWN_ONLY))
    search_fields = ("public_id", "nation__code", "nation__name_en", "nation__name_fr", "holder__name")
    ordering = ("nation__name_en", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        return super().get_queryset(request).filter(fund__in=queries.visible_to(request.user))


@admin.register(CommitmentTerms)
class CommitmentTermsAdmin(ReadOnlyAdmin):
    list_display = ("commitment", "amount", "effective_on", "recorded_at", "basis", "source")
    list_select_related = ("commitment",)
    list_filter = ("basis", ("commitment__fund", OWN_ONLY))
    search_fields = ("public_id", "commitment__nation__name_en", "commitment__nation__name_fr", "source")
    ordering = ("-recorded_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommitmentTerms]:
        return super().get_queryset(request).filter(commitment__fund__in=queries.visible_to(request.user))
