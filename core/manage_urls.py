"""Work pages of core: people, the audit trail, rates."""

from django.urls import URLPattern

app_name = "manage"

urlpatterns: list[URLPattern] = []
