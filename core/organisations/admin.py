"""Organisations and their consents in the web admin, to read."""

from django.contrib import admin

from core.organisations.models import Consent, Organisation
from core.web.admin import ReadOnlyAdmin


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "nation", "is_self_registered", "is_illustrative")
    list_select_related = ("nation",)
    list_filter = ("kind", "is_self_registered", "is_illustrative", "nation")
    search_fields = ("name", "public_id")
    ordering = ("name", "pk")


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "what", "edition", "is_given", "by", "at")
    list_select_related = ("organisation", "by")
    list_filter = ("what", "is_given")
    search_fields = ("organisation__name", "public_id")
    ordering = ("-at", "-pk")
