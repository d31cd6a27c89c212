"""Allies, their membership and their defence expenditure in the web admin, to read."""

from django.contrib import admin

from core.nations.models import DefenceExpenditure, ExpenditureEdition, Guideline, MembershipPeriod, Nation
from core.web.admin import ReadOnlyAdmin


@admin.register(Nation)
class NationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "name_fr")
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("name_en", "code")


@admin.register(MembershipPeriod)
class MembershipPeriodAdmin(ReadOnlyAdmin):
    list_display = ("nation", "starts_on", "ends_before", "note")
    list_select_related = ("nation",)
    search_fields = ("nation__name_en", "nation__name_fr")
    ordering = ("starts_on", "pk")


@admin.register(ExpenditureEdition)
class ExpenditureEditionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "published_on", "published_precision", "is_full_series")
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
    ordering = ("starts_on", "code")
