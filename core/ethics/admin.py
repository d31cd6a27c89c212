"""Reviews, conditions and principles in the web admin, to read: each person sees what the pages would show."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.ethics import queries, words
from core.ethics.models import Condition, Principle, Review
from core.people.requests import PersonRequest
from core.web.admin import ReadOnlyAdmin


@admin.register(Principle)
class PrincipleAdmin(ReadOnlyAdmin):
    list_display = ("code", "family", "name_en", "name_fr", "adopted_on", "basis", "source")
    list_filter = ("family", "basis")
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("family", "order", "pk")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "subject_kind", "state", "risk", "outcome", "opened_on", "expires_on")
    list_select_related = ("organisation",)
    list_filter = ("state", "risk", "outcome")
    search_fields = ("public_id", "organisation__name")
    ordering = ("-opened_at", "-pk")
    in_words = {"state": words.state, "risk": words.risk, "outcome": words.outcome}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = queries.visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(pk__in=own)


@admin.register(Condition)
class ConditionAdmin(ReadOnlyAdmin):
    list_display = ("review", "text", "owner", "due_on", "state", "is_blocking")
    list_select_related = ("review", "owner")
    list_filter = ("state", "is_blocking")
    search_fields = ("public_id", "text", "review__organisation__name")
    ordering = ("due_on", "pk")
    in_words = {"state": words.condition_state}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = queries.conditions_visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(pk__in=own)
