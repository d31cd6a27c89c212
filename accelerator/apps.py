"""The accelerator's app."""

from importlib import import_module

from django.apps import AppConfig


class AcceleratorConfig(AppConfig):
    name = "accelerator"
    label = "accelerator"

    def ready(self) -> None:
        import_module("accelerator.tasks")
        import_module("accelerator.applications.due").register()
        import_module("accelerator.applications.reading").register()
        import_module("accelerator.applications.own_data").register()
        import_module("accelerator.cohorts.reviewing").register()
        import_module("accelerator.reviews.due").register()
        import_module("accelerator.reviews.reading").register()
        import_module("accelerator.panels.standing").register()
        import_module("accelerator.cohorts.telling").register()
        import_module("accelerator.milestones.reading").register()
        import_module("accelerator.milestones.telling").register()
        import_module("accelerator.grants.feed").register()
        import_module("accelerator.grants.deciding").register()
