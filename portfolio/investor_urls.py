"""Addresses."""

from django.urls import URLPattern

app_name = "ally"

urlpatterns: list[URLPattern] = []
