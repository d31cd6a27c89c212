"""Django's admin as part of the web admin: the same sign-in, the same policy table, nothing edited past the services."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists, filters, search and pages to read. Changes are made by services, on the work pages or as actions."""

    is_read_only = True
    list_per_page = 50
    show_full_result_count = False
    actions: Any = None
    media = Media()
    """Lists and pages to read need no script."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.may_open(  # type: ignore[attr-defined]  # set by the policy middleware
            f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
