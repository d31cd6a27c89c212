"""Addresses that belong to no business: the front page, settings, languages, invitations."""

from django.urls import path

from core.decisions import investor as decisions
from core.notifications import views as notifications
from core.people import views as people

app_name = "core"

urlpatterns = [
    path("", people.Home.as_view(), name="home"),
    path("language", people.Language.as_view(), name="language"),
    path("theme", people.Theme.as_view(), name="theme"),
    path("session/stay", people.Stay.as_view(), name="stay"),
    path("settings", people.Settings.as_view(), name="settings"),
    path("settings/sign-out-everywhere", people.SignOutEverywhere.as_view(), name="sign_out_everywhere"),
    path("settings/own-data", people.OwnData.as_view(), name="own_data"),
    path("settings/close-account", people.CloseAccount.as_view(), name="close_account"),
    path("messages", notifications.Messages.as_view(), name="messages"),
    path("decisions", decisions.Decisions.as_view(), name="decisions"),
    path("decisions/<str:public_id>", decisions.Decision.as_view(), name="decision"),
    path("decisions/<str:public_id>/break", decisions.Break.as_view(), name="decision_break"),
    path("invitation/<str:token>", people.Accept.as_view(), name="invitation"),
    path("invitation/<str:token>/join", people.Join.as_view(), name="join"),
]
