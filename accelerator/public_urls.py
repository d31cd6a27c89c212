"""Addresses that visitors may open without an account."""

from django.urls import path

from accelerator.challenges import portal as challenges
from accelerator.dashboards import views

app_name = "programmes"

urlpatterns = [
    path("", views.Programmes.as_view(), name="list"),
    path("network/", views.Network.as_view(), name="network"),
    path("network/figures.xlsx", views.NetworkSheet.as_view(), name="network-xlsx"),
    path("calls/", challenges.Calls.as_view(), name="calls"),
    path("calls/<str:public_id>/", challenges.Call.as_view(), name="call"),
    path("calls/<str:public_id>/calendar.ics", challenges.Calendar.as_view(), name="call-calendar"),
    path("<slug:slug>/", views.Programme.as_view(), name="detail"),
    path("<slug:slug>/members.xlsx", views.MembersSheet.as_view(), name="members-xlsx"),
    path("<slug:slug>/figures.xlsx", views.FiguresSheet.as_view(), name="figures-xlsx"),
]
