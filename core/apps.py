"""The core app, and Django's admin with the product's own site."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"

    def ready(self) -> None:
        """Gather the tasks and the policy: a web process otherwise knows no names of work to start."""
        for module in ("core.tasks", "core.receivers", "core.people.checks"):
            import_module(module)
        import_module("core.ethics.due").register()
        import_module("core.decisions.due").register()


class AdminSiteConfig(AdminConfig):
    default_site = "core.web.site.ProductSite"
