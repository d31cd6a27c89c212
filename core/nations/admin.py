"""Allies, their membership and their defence expenditure in the web admin, to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from core.web.admin import ReadOnlyAdmin, in_english


class AccessionFilter(admin.SimpleListFilter):
    """The years in which Allies joined."""

    title = _("year of accession")
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = MembershipPeriod.objects.dates("starts_on", "year").values_list("starts_on__year", flat=True)
        return [(str(year), str(year)) for year in sorted(set(years))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year = self.value()
        return queryset.filter(memberships__starts_on__year=int(year)) if year and year.isdecimal() else queryset


@admin.register(Nation)
class NationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "name_fr")
    list_filter = (AccessionFilter,)
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("name_en", "code")


@admin.register(MembershipPeriod)
class MembershipPeriodAdmin(ReadOnlyAdmin):
    list_display = ("nation", "starts_on", "ends_before", "note")
    list_select_related = ("nation",)
    date_hierarchy = "starts_on"
    search_fields = ("nation__name_en", "nation__name_fr")
    ordering = ("starts_on", "pk")
    in_words = {"note": in_english}


@admin.register(ExpenditureEdition)
class ExpenditureEditionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "published_on", "published_precision", "is_full_series")
    list_filter = ("is_full_series",)
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("-published_on", "code")


@admin.register(DefenceExpenditure)
class DefenceExpenditureAdmin(ReadOnlyAdmin):
    list_display = ("nation", "aggregate", "year", "share_of_gdp", "edition", "is_estimate")
    list_select_related = ("nation", "edition")
    list_filter = ("edition", "year", "aggregate")
    search_fields = ("nation__name_en", "nation__name_fr")
    ordering = ("-year", "nation", "pk")


@admin.register(Guideline)
class GuidelineAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "share_of_gdp", "starts_on", "ends_before", "due_year")
    list_filter = ("due_year",)
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("starts_on", "code")
