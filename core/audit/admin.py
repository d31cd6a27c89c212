"""The audit trail in the web admin, to read."""

from django.contrib import admin

from core.audit import sentences
from core.audit.models import AuditEvent
from core.web.admin import ReadOnlyAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "chain", "position", "kind", "actor", "subject")
    list_filter = ("chain", "kind")
    search_fields = ("actor", "subject", "kind", "request_id")
    ordering = ("-occurred_at", "-id")
    in_words = {"kind": sentences.kind_label}
