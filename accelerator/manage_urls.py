"""Addresses of the programme's people."""

from django.urls import path

from accelerator.challenges import views as challenges
from accelerator.cohorts import views as cohorts
from accelerator.dashboards import views as dashboards
from accelerator.grants import views as grants
from accelerator.milestones import views as milestones
from accelerator.panels import views as panels
from accelerator.reviews import views as reviews

app_name = "accelerator"

urlpatterns = [
    path("programmes/new", challenges.AddProgramme.as_view(), name="add-programme"),
    path("programmes/<str:public_id>/challenges", challenges.Challenges.as_view(), name="challenges"),
    path("programme-calls", challenges.Calls.as_view(), name="calls"),
    path("programme-calls.xlsx", challenges.CallsWorkbook.as_view(), name="calls-xlsx"),
    path("programme-calls/new", challenges.Draft.as_view(), name="draft-call"),
    path("programme-calls/<str:public_id>", challenges.Call.as_view(), name="call"),
    path("programme-calls/<str:public_id>/preview", challenges.Preview.as_view(), name="preview-call"),
    path("programme-calls/<str:public_id>/edit", challenges.Edit.as_view(), name="edit-call"),
    path("programme-calls/<str:public_id>/sections", challenges.Sections.as_view(), name="call-sections"),
    path("programme-calls/<str:public_id>/sections/<int:order>", challenges.Questions.as_view(), name="call-questions"),
    path("programme-calls/<str:public_id>/criteria", challenges.Criteria.as_view(), name="call-criteria"),
    path("programme-calls/<str:public_id>/submit", challenges.Submit.as_view(), name="submit-call"),
    path("programme-calls/<str:public_id>/hand-back", challenges.HandBack.as_view(), name="hand-back-call"),
    path("programme-calls/<str:public_id>/publish", challenges.Publish.as_view(), name="publish-call"),
    path("applications", reviews.Applications.as_view(), name="applications"),
    path("applications.xlsx", reviews.ApplicationsSheet.as_view(), name="applications-xlsx"),
    path("applications/<str:public_id>", reviews.Application.as_view(), name="application"),
    path("applications/<str:public_id>/ask", reviews.Ask.as_view(), name="ask-application"),
    path("applications/<str:public_id>/screen", reviews.Screen.as_view(), name="screen"),
    path("applications/<str:public_id>/screen-again", reviews.ReopenScreening.as_view(), name="reopen-screening"),
    path("applications/<str:public_id>/conflict", reviews.Conflict.as_view(), name="own-conflict"),
    path("applications/<str:public_id>/reviewers", reviews.Reviewers.as_view(), name="assign-reviewer"),
    path(
        "applications/<str:public_id>/reviewers/<str:assignment>/end",
        reviews.EndAssignment.as_view(),
        name="end-assignment",
    ),
    path(
        "applications/<str:public_id>/reviewers/<str:assignment>/clear",
        reviews.ClearDoubt.as_view(),
        name="clear-doubt",
    ),
    path("application-calls/<str:public_id>/reviewers", reviews.Assign.as_view(), name="assign-reviewers"),
    path("applications/<str:public_id>/feedback", panels.WriteFeedback.as_view(), name="write-feedback"),
    path("application-calls/<str:public_id>/ranking", panels.Ranking.as_view(), name="ranking"),
    path("application-calls/<str:public_id>/select", panels.Propose.as_view(), name="propose-selection"),
    path("selections/<str:public_id>", panels.Selection.as_view(), name="selection"),
    path("selections/<str:public_id>/approve", panels.Approve.as_view(), name="approve-selection"),
    path("selections/<str:public_id>/send-back", panels.SendBack.as_view(), name="send-back-selection"),
    path("selections/<str:public_id>/release", panels.Release.as_view(), name="release-selection"),
    path("cohorts", dashboards.Cohorts.as_view(), name="cohorts"),
    path("cohorts/<str:public_id>", dashboards.Cohort.as_view(), name="cohort"),
    path("cohorts/<str:public_id>/cohort.xlsx", dashboards.CohortSheet.as_view(), name="cohort-xlsx"),
    path("cohorts/<str:public_id>/offer", cohorts.MakeOffer.as_view(), name="make-offer"),
    path("offers/<str:public_id>", cohorts.Offer.as_view(), name="offer"),
    path("offers/<str:public_id>/release", cohorts.ReleaseOffer.as_view(), name="release-offer"),
    path("offers/<str:public_id>/take-back", cohorts.TakeBackOffer.as_view(), name="take-back-offer"),
    path("participations/<str:public_id>", cohorts.Participation.as_view(), name="participation"),
    path("participations/<str:public_id>/advance", cohorts.ProposeAdvancement.as_view(), name="propose-advancement"),
    path(
        "participations/<str:public_id>/advancements/<str:advancement>/approve",
        cohorts.ApproveAdvancement.as_view(),
        name="approve-advancement",
    ),
    path(
        "participations/<str:public_id>/advancements/<str:advancement>/refuse",
        cohorts.RefuseAdvancement.as_view(),
        name="refuse-advancement",
    ),
    path("participations/<str:public_id>/leave", cohorts.Leave.as_view(), name="leave"),
    path("participations/<str:public_id>/graduate", cohorts.Graduate.as_view(), name="graduate"),
    path("participations/<str:public_id>/milestones", milestones.Milestones.as_view(), name="milestones"),
    path("participations/<str:public_id>/milestones/<slug:phase>", milestones.Plan.as_view(), name="plan"),
    path("milestones/<str:public_id>", milestones.Milestone.as_view(), name="milestone"),
    path("milestones/<str:public_id>/accept", milestones.Accept.as_view(), name="accept-evidence"),
    path("milestones/<str:public_id>/send-back", milestones.SendBack.as_view(), name="send-evidence-back"),
    path("milestones/<str:public_id>/pay", grants.Propose.as_view(), name="propose-payment"),
    path("participations/<str:public_id>/payments", grants.Payments.as_view(), name="payments"),
    path("payments/<str:public_id>/approve", grants.Approve.as_view(), name="approve-payment"),
    path("payments/<str:public_id>/refuse", grants.Refuse.as_view(), name="refuse-payment"),
    path("payments/<str:public_id>/paid", grants.Paid.as_view(), name="record-payment"),
    path("cohorts/<str:public_id>/budget", grants.Budget.as_view(), name="budget"),
]
