"""Documents in the web admin, to read: what was received and what came of it, without names of files or their bytes."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.documents import words
from core.documents.models import Document
from core.people import rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.admin import ReadOnlyAdmin


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "organisation", "media", "size_bytes", "state", "reason", "uploaded_at", "checked_at")
    list_select_related = ("organisation",)
    list_filter = ("state", "media", "kind")
    exclude = ("name", "key")
    search_fields = ("public_id", "subject")
    ordering = ("-uploaded_at", "-pk")
    in_words = {"state": words.state}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """An address of the list without the right to it shows nothing, here as elsewhere."""
        rows = super().get_queryset(request)
        person = cast(PersonRequest, request).user
        return rows if rules.reaches_everywhere(person, Permission.JOB_READ) else rows.none()
