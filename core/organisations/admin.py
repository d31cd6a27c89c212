"""Organisations in the web admin, to read."""

from django.contrib import admin

from core.organisations.models import Organisation
from core.web.admin import ReadOnlyAdmin


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "nation", "is_self_registered", "is_illustrative")
    list_select_related = ("nation",)
    list_filter = ("kind", "is_self_registered", "is_illustrative", "nation")
    search_fields = ("name", "public_id")
    ordering = ("name", "pk")
