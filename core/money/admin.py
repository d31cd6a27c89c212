"""Currencies and rates in the web admin, to read."""

from django.contrib import admin

from core.money.models import Currency, ExchangeRate
from core.web.admin import ReadOnlyAdmin


@admin.register(Currency)
class CurrencyAdmin(ReadOnlyAdmin):
    list_display = ("code", "name_en", "name_fr", "minor_digits")
    list_filter = ("minor_digits",)
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("code",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    list_display = ("currency", "effective_on", "units_per_euro", "source", "recorded_at")
    list_filter = ("currency",)
    date_hierarchy = "effective_on"
    ordering = ("-effective_on", "currency", "pk")
