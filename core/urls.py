"""Addresses that belong to no business: the front page, settings, languages, invitations."""

from django.urls import path

from core.people import views as people

app_name = "core"

urlpatterns = [
    path("", people.Home.as_view(), name="home"),
    path("language", people.Language.as_view(), name="language"),
    path("theme", people.Theme.as_view(), name="theme"),
]
