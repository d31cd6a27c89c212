"""Addresses of start-ups."""

from django.urls import path

from accelerator.applications import portal as applications
from accelerator.cohorts import portal as cohorts
from accelerator.grants import portal as grants
from accelerator.milestones import portal as milestones
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
    path("programmes", cohorts.Participations.as_view(), name="participations"),
    path("offers/<str:public_id>", cohorts.Offer.as_view(), name="offer"),
    path("offers/<str:public_id>/accept", cohorts.AcceptOffer.as_view(), name="accept-offer"),
    path("offers/<str:public_id>/decline", cohorts.DeclineOffer.as_view(), name="decline-offer"),
    path("participations/<str:public_id>", cohorts.Participation.as_view(), name="participation"),
    path("participations/<str:public_id>/milestones", milestones.Milestones.as_view(), name="milestones"),
    path("participations/<str:public_id>/payments", grants.Payments.as_view(), name="payments"),
    path("milestones/<str:public_id>", milestones.Milestone.as_view(), name="milestone"),
    path("milestones/<str:public_id>/evidence", milestones.GiveEvidence.as_view(), name="give-evidence"),
    path("milestones/<str:public_id>/files", milestones.Files.as_view(), name="evidence-files"),
    path("milestones/<str:public_id>/files/add", milestones.Attach.as_view(), name="attach-evidence"),
    path("consents", cohorts.Consents.as_view(), name="consents"),
    path("consents/<str:public_id>/give", cohorts.GiveConsent.as_view(), name="give-consent"),
    path("consents/<str:public_id>/withdraw", cohorts.WithdrawConsent.as_view(), name="withdraw-consent"),
]
