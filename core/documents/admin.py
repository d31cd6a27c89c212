"""Documents in the web admin, to read: what was received and what came of it, without names of files or their bytes."""

from django.contrib import admin

from core.documents import words
from core.documents.models import Document
from core.web.admin import ReadOnlyAdmin


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("public_id", "organisation", "media", "size_bytes", "state", "reason", "uploaded_at", "checked_at")
    list_select_related = ("organisation",)
    list_filter = ("state", "media", "kind")
    exclude = ("name", "key")
    search_fields = ("public_id", "subject")
    ordering = ("-uploaded_at", "-pk")
    in_words = {"state": words.state, "reason": words.rule}
