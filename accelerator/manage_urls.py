"""Addresses of the programme's people."""

from django.urls import path

from accelerator.challenges import views as challenges

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
]
