"""Addresses of the interface that belong to the accelerator."""

from django.urls import path

from accelerator.applications import api as applications
from accelerator.challenges import api as challenges
from accelerator.cohorts import api as cohorts
from accelerator.grants import api as grants
from accelerator.milestones import api as milestones

app_name = "accelerator_api"
urlpatterns = [
    path("programmes", challenges.Programmes.as_view(), name="programmes"),
    path("programmes/<str:public_id>", challenges.OneProgramme.as_view(), name="programme"),
    path("challenges", challenges.Challenges.as_view(), name="challenges"),
    path("calls", challenges.Calls.as_view(), name="calls"),
    path("calls/<str:public_id>", challenges.OneCall.as_view(), name="call"),
    path("cohort-members", cohorts.Members.as_view(), name="members"),
    path("participations", cohorts.Participations.as_view(), name="participations"),
    path("participations/<str:public_id>", cohorts.OneParticipation.as_view(), name="participation"),
    path("milestones", milestones.Milestones.as_view(), name="milestones"),
    path("milestones/<str:public_id>", milestones.OneMilestone.as_view(), name="milestone"),
    path("evidence-files", milestones.EvidenceFiles.as_view(), name="evidence-files"),
    path("evidence-files/<str:public_id>", milestones.OneEvidenceFile.as_view(), name="evidence-file"),
    path("payments", grants.Payments.as_view(), name="payments"),
    path("payments/<str:public_id>", grants.OnePayment.as_view(), name="payment"),
    path("applications", applications.Applications.as_view(), name="applications"),
    path("applications/bulk", applications.Bulk.as_view(), name="bulk"),
    path("applications/bulk/<str:public_id>", applications.OneBatch.as_view(), name="batch"),
    path("applications/<str:public_id>", applications.OneApplication.as_view(), name="application"),
    path("documents", applications.Documents.as_view(), name="documents"),
    path("documents/<str:public_id>", applications.OneDocument.as_view(), name="document"),
    path("documents/<str:public_id>/content", applications.Content.as_view(), name="content"),
]
