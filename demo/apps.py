"""The demo's app. It has no tables and is never installed in production."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    label = "demo"
