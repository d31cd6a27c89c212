"""Valuations in the web admin, to read: each person sees those of her own funds."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.people.requests import PersonRequest
from core.web import numerals
from core.web.admin import ReadOnlyAdmin
from portfolio.funds import queries as funds
from portfolio.valuations.models import Mark, MarkApproval, MarkRecomputation, ValuationPolicy, ValuationRun

OWN_ONLY = admin.RelatedOnlyFieldListFilter


class OfOwnFunds(ReadOnlyAdmin):
    """Rows of the funds that the person may read. ``to_fund`` leads from a row to its fund."""

    to_fund = "run__fund"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = funds.visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(**{f"{self.to_fund}__in": own})


@admin.register(ValuationRun)
class ValuationRunAdmin(OfOwnFunds):
    list_display = (
        "fund",
        "quarter_end",
        "version",
        "state",
        "is_illustrative",
        "policy_version",
        "opened_at",
        "locked_at",
    )
    list_select_related = ("fund",)
    list_filter = ("state", ("fund", OWN_ONLY))
    search_fields = ("public_id",)
    ordering = ("-quarter_end", "-version", "-pk")
    to_fund = "fund"


@admin.register(Mark)
class MarkAdmin(OfOwnFunds):
    list_display = (
        "company",
        "run",
        "edition",
        "technique",
        "exact_value",
        "illustrative",
        "recorded_at",
        "recorded_by",
    )
    list_select_related = ("holding__organisation", "run", "recorded_by")
    list_filter = ("technique", ("run__fund", OWN_ONLY))
    search_fields = ("public_id", "holding__organisation__name")
    ordering = ("-recorded_at", "-pk")

    @admin.display(description=_("Company or fund"), ordering="holding__organisation__name")
    def company(self, row: Mark) -> str:
        return row.holding.organisation.name

    @admin.display(description=_("Amount in the fund’s currency"), ordering="value")
    def exact_value(self, row: Mark) -> str:
        return numerals.plain(row.value, 2)

    @admin.display(boolean=True, description=_("Illustrative"), ordering="run__is_illustrative")
    def illustrative(self, row: Mark) -> bool:
        return bool(row.run.is_illustrative)


@admin.register(MarkApproval)
class MarkApprovalAdmin(OfOwnFunds):
    list_display = ("run", "by", "at", "digest")
    list_select_related = ("run", "by")
    list_filter = (("run__fund", OWN_ONLY),)
    search_fields = ("run__public_id", "digest")
    ordering = ("-at", "-pk")
    exclude = ("signed",)


@admin.register(MarkRecomputation)
class MarkRecomputationAdmin(OfOwnFunds):
    list_display = ("company", "run", "exact_value", "illustrative", "drifts", "code_version", "at", "by")
    list_select_related = ("mark__holding__organisation", "mark__run", "by")
    list_filter = ("drifts", "code_version", ("mark__run__fund", OWN_ONLY))
    search_fields = ("mark__public_id", "mark__holding__organisation__name")
    ordering = ("-at", "-pk")
    to_fund = "mark__run__fund"

    @admin.display(description=_("Company or fund"), ordering="mark__holding__organisation__name")
    def company(self, row: MarkRecomputation) -> str:
        return row.mark.holding.organisation.name

    @admin.display(description=_("Valuation"), ordering="mark__run__quarter_end")
    def run(self, row: MarkRecomputation) -> str:
        return str(row.mark.run)

    @admin.display(description=_("Amount in the fund’s currency"), ordering="value")
    def exact_value(self, row: MarkRecomputation) -> str:
        return numerals.plain(row.value, 2)

    @admin.display(boolean=True, description=_("Illustrative"), ordering="mark__run__is_illustrative")
    def illustrative(self, row: MarkRecomputation) -> bool:
        return bool(row.mark.run.is_illustrative)


@admin.register(ValuationPolicy)
class ValuationPolicyAdmin(OfOwnFunds):
    list_display = ("fund", "version", "first_day", "cadence", "recorded_at", "recorded_by")
    list_select_related = ("fund", "recorded_by")
    list_filter = ("cadence", ("fund", OWN_ONLY))
    search_fields = ("public_id", "version", "text")
    ordering = ("-first_day", "-recorded_at", "-pk")
    to_fund = "fund"
