"""The site of the web admin: the same door as every page, nothing registered that is not read-only by construction."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProductSite(admin.AdminSite):
    """The admin site. Who may is decided by the policy table before any of its views runs."""

    site_title = _("Web admin")
    site_header = _("Innovation Fund")
    index_title = _("Web admin")
    enable_nav_sidebar = False
    final_catch_all_view = False
    empty_value_display = "–"
    parts: dict[str, Promise] = {}
    columns: dict[str, Promise] = {}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only what is read-only by construction: other packages' editors would bypass the services."""
        if getattr(admin_class, "is_read_only", False):
            super().register(model_or_iterable, admin_class, **options)

    def name_parts(self, names: dict[str, Promise]) -> None:
        """Say what the parts of a package are called, by their folder such as ``core.nations``."""
        self.parts = {**self.parts, **names}

    def name_columns(self, words: dict[str, Promise]) -> None:
        """Say in the reader's language what Django derives from the names of models and fields."""
        self.columns = {**self.columns, **words}

    def in_words(self, name: str) -> str:
        """The words for a model's or a field's name; the name itself where nobody said them."""
        return str(self.columns.get(name) or self.columns.get(name[:1].lower() + name[1:]) or name)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The lists that the person may read, by part: Django's own grouping is by package."""
        groups: dict[str, dict[str, Any]] = {}
        for app in super().get_app_list(request, app_label):
            for entry in app["models"]:
                folder = ".".join(entry["model"].__module__.split(".")[:2])
                name = self.parts.get(folder) or folder.rpartition(".")[2].replace("_", " ").capitalize()
                group = groups.setdefault(folder, {**app, "name": name, "models": []})
                group["models"].append(entry)
        order = list(self.parts)
        return sorted(groups.values(), key=lambda group: _place(order, group))

    def login(self, request: HttpRequest, extra_context: object = None) -> HttpResponse:
        """There is one door: the product's own, with its second factor and its limits."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


def _place(order: list[str], group: dict[str, Any]) -> tuple[int, str]:
    """Named parts in the order in which they were named, the rest after them."""
    folder = ".".join(group["models"][0]["model"].__module__.split(".")[:2])
    return (order.index(folder) if folder in order else len(order), folder)


def product_site() -> ProductSite:
    """The one site, by its own type."""
    return cast("ProductSite", admin.site)
