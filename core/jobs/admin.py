"""Jobs in the web admin, to read: each person sees those that the operations page would show."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.jobs import queries, words
from core.jobs.models import Job
from core.people.requests import PersonRequest
from core.web.admin import ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("name", "key", "state", "attempts", "done", "total", "run_at", "finished_at")
    list_filter = ("state", "name")
    search_fields = ("public_id", "key")
    ordering = ("-created_at", "-pk")
    in_words = {"state": words.state}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = queries.visible_to(cast(PersonRequest, request).user).order_by().values("pk")
        return super().get_queryset(request).filter(pk__in=own)
