"""Programmes, challenges and the figures of the funnel in the web admin, to read."""

from django.contrib import admin
from django.db.models import QuerySet

from accelerator.challenges import queries, words
from accelerator.challenges.models import Call, Challenge, Programme, ProgrammeFigure
from core.people.requests import PersonRequest
from core.web.admin import ReadOnlyAdmin


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    list_display = ("name_en", "slug", "call_opens_on", "call_closes_on", "cohort_year", "agreement", "basis")
    list_filter = ("cohort_year", "agreement", "basis")
    search_fields = ("name_en", "name_fr", "slug", "public_id")
    ordering = ("-call_opens_on", "pk")


@admin.register(Challenge)
class ChallengeAdmin(ReadOnlyAdmin):
    list_display = ("code", "title_en", "title_fr", "programme", "order", "basis")
    list_select_related = ("programme",)
    list_filter = ("programme", "basis")
    search_fields = ("code", "title_en", "title_fr", "public_id")
    ordering = ("programme", "order", "pk")


@admin.register(ProgrammeFigure)
class ProgrammeFigureAdmin(ReadOnlyAdmin):
    list_display = ("programme", "stage", "nation", "value", "is_at_least", "is_preferred", "basis", "source")
    list_select_related = ("programme", "nation")
    list_filter = ("programme", "stage", "is_preferred", "basis")
    search_fields = ("programme__name_en", "programme__name_fr", "nation__name_en", "nation__name_fr", "source")
    ordering = ("programme", "stage", "-is_preferred", "pk")


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """The calls of the programmes that the person reads."""

    list_display = ("title_en", "programme", "state", "opens_at", "closes_at", "agreement", "is_illustrative")
    list_select_related = ("programme",)
    list_filter = ("state", "agreement", "is_illustrative")
    search_fields = ("title_en", "title_fr", "public_id")
    ordering = ("-opens_at", "pk")
    in_words = {"state": words.state}

    def get_queryset(self, request: PersonRequest) -> QuerySet[Call]:  # type: ignore[override]  # the door lets people in alone
        return queries.visible_to(request.user)
