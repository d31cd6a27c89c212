"""Sizes of the network in the web admin, to read."""

from django.contrib import admin

from accelerator.test_centres.models import NetworkFigure
from core.web.admin import ReadOnlyAdmin


@admin.register(NetworkFigure)
class NetworkFigureAdmin(ReadOnlyAdmin):
    list_display = ("measure", "stated_for", "precision", "value", "is_at_least", "basis", "source")
    list_filter = ("measure", "precision", "basis")
    search_fields = ("source",)
    ordering = ("-stated_for", "measure", "pk")
