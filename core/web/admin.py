"""Django's admin as part of the web admin: the same sign-in, the same policy table, nothing edited past the services."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ProductSite(admin.AdminSite):
    """The admin site. Who may is decided by the policy table before any of its views runs."""

    site_title = _("Web admin")
    site_header = _("Innovation Fund")
    index_title = _("Web admin")
    enable_nav_sidebar = False
    final_catch_all_view = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only what is read-only by construction: other packages' editors would bypass the services."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Lists, filters, search and pages to read. Changes are made by services, on the work pages or as actions."""

    list_per_page = 50
    show_full_result_count = False
    actions: Any = None

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.may_open(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


