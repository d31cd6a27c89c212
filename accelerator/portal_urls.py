"""Addresses of start-ups."""

from django.urls import path

from accelerator.applications import portal as applications
from accelerator.panels import portal as panels

app_name = "portal"

urlpatterns = [
    path("", applications.Home.as_view(), name="home"),
    path("calls/<str:public_id>/apply", applications.Begin.as_view(), name="begin"),
    path("applications/<str:public_id>", applications.Application.as_view(), name="application"),
    path("applications/<str:public_id>/sections/<int:order>", applications.Section.as_view(), name="section"),
    path("applications/<str:public_id>/sections/<int:order>/save", applications.Save.as_view(), name="save"),
    path(
        "applications/<str:public_id>/sections/<int:order>/files/<int:question>",
        applications.Files.as_view(),
        name="files",
    ),
    path(
        "applications/<str:public_id>/sections/<int:order>/files/<int:question>/add",
        applications.Attach.as_view(),
        name="attach",
    ),
    path("applications/<str:public_id>/texts/<str:text>", applications.Compare.as_view(), name="compare"),
    path("applications/<str:public_id>/check", applications.Check.as_view(), name="check"),
    path("applications/<str:public_id>/submissions/<str:submission>", applications.Receipt.as_view(), name="receipt"),
    path(
        "applications/<str:public_id>/submissions/<str:submission>/receipt.pdf",
        applications.ReceiptPdf.as_view(),
        name="receipt-pdf",
    ),
    path("applications/<str:public_id>/withdraw", applications.Withdraw.as_view(), name="withdraw"),
    path("applications/<str:public_id>/take-up", applications.TakeUp.as_view(), name="take-up"),
    path(
        "applications/<str:public_id>/questions/<str:clarification>",
        applications.Clarification.as_view(),
        name="clarification",
    ),
    path("applications/<str:public_id>/decision", panels.Feedback.as_view(), name="feedback"),
]
