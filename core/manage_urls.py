"""Work pages of core: people, the audit trail, rates."""

from django.urls import path

from core.audit import views as audit
from core.clients import views as clients
from core.decisions import views as decisions
from core.ethics import views as ethics
from core.jobs import views as jobs
from core.money import views as money
from core.notifications import views as notifications
from core.organisations import views as organisations
from core.people import views as people
from core.webhooks import views as webhooks

app_name = "manage"

urlpatterns = [
    path("people", people.People.as_view(), name="people"),
    path("people/invite", people.Invite.as_view(), name="invite"),
    path("people/<str:public_id>", people.Person.as_view(), name="person"),
    path("people/<str:public_id>/grant", people.Grant.as_view(), name="grant"),
    path("people/<str:public_id>/same-person", people.SamePerson.as_view(), name="same_person"),
    path("people/<str:public_id>/disable", people.Disable.as_view(), name="disable"),
    path("people/<str:public_id>/enable", people.Enable.as_view(), name="enable"),
    path("people/<str:public_id>/end-sessions", people.EndSessions.as_view(), name="end_sessions"),
    path("grants/<str:public_id>/revoke", people.Revoke.as_view(), name="revoke"),
    path("invitations/<str:public_id>/send-again", people.SendAgain.as_view(), name="invitation_again"),
    path("invitations/<str:public_id>/withdraw", people.Withdraw.as_view(), name="invitation_withdraw"),
    path("audit", audit.Trail.as_view(), name="audit"),
    path("audit/verify", audit.Verify.as_view(), name="audit_verify"),
    path("audit/trail.xlsx", audit.Sheet.as_view(), name="audit_xlsx"),
    path("decisions", decisions.Decisions.as_view(), name="decisions"),
    path("decisions/draft", decisions.Draft.as_view(), name="decision_draft"),
    path("decisions/<str:public_id>", decisions.Decision.as_view(), name="decision"),
    path("decisions/<str:public_id>/text", decisions.Text.as_view(), name="decision_text"),
    path("decisions/<str:public_id>/circulate", decisions.Circulate.as_view(), name="decision_circulate"),
    path("decisions/<str:public_id>/extend", decisions.Extend.as_view(), name="decision_extend"),
    path("decisions/<str:public_id>/withdraw", decisions.Withdraw.as_view(), name="decision_withdraw"),
    path("decisions/<str:public_id>/letter", decisions.Letter.as_view(), name="decision_letter"),
    path("decisions/<str:public_id>/evidence-<int:order>.pdf", decisions.EvidencePdf.as_view(), name="decision_pdf"),
    path("decisions/<str:public_id>/evidence-<int:order>.json", decisions.EvidenceData.as_view(), name="decision_data"),
    path("ethics", ethics.Reviews.as_view(), name="ethics"),
    path("ethics/reviews.xlsx", ethics.ReviewsWorkbook.as_view(), name="ethics_xlsx"),
    path("ethics/calendar", ethics.Calendar.as_view(), name="ethics_calendar"),
    path("ethics/open", ethics.Open.as_view(), name="ethics_open"),
    path("ethics/conditions", ethics.Conditions.as_view(), name="ethics_conditions"),
    path("ethics/conditions/<str:public_id>", ethics.Condition.as_view(), name="ethics_condition"),
    path("ethics/conditions/<str:public_id>/evidence", ethics.GiveEvidence.as_view(), name="ethics_evidence"),
    path("ethics/conditions/<str:public_id>/accept", ethics.Accept.as_view(), name="ethics_accept"),
    path("ethics/conditions/<str:public_id>/send-back", ethics.SendBack.as_view(), name="ethics_send_back"),
    path("ethics/conditions/<str:public_id>/waive", ethics.Waive.as_view(), name="ethics_waive"),
    path("ethics/conditions/<str:public_id>/move", ethics.Move.as_view(), name="ethics_move"),
    path("ethics/<str:public_id>", ethics.Review.as_view(), name="ethics_review"),
    path("ethics/<str:public_id>/ask", ethics.Ask.as_view(), name="ethics_ask"),
    path("ethics/<str:public_id>/answers", ethics.Answers.as_view(), name="ethics_answers"),
    path("ethics/<str:public_id>/assess", ethics.Assess.as_view(), name="ethics_assess"),
    path("ethics/<str:public_id>/second", ethics.Second.as_view(), name="ethics_second"),
    path("ethics/<str:public_id>/return", ethics.Return.as_view(), name="ethics_return"),
    path("ethics/<str:public_id>/extend", ethics.Extend.as_view(), name="ethics_extend"),
    path("ethics/<str:public_id>/renew", ethics.Renew.as_view(), name="ethics_renew"),
    path("ethics/<str:public_id>/close", ethics.Close.as_view(), name="ethics_close"),
    path("companies", organisations.Companies.as_view(), name="companies"),
    path("companies/state", organisations.State.as_view(), name="companies_state"),
    path("companies/<str:public_id>/agree", organisations.Agree.as_view(), name="companies_agree"),
    path("companies/<str:public_id>/part", organisations.Part.as_view(), name="companies_part"),
    path("jobs", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<str:public_id>", jobs.Job.as_view(), name="job"),
    path("jobs/<str:public_id>/progress", jobs.Progress.as_view(), name="job_progress"),
    path("jobs/<str:public_id>/retry", jobs.Retry.as_view(), name="job_retry"),
    path("jobs/<str:public_id>/discard", jobs.Discard.as_view(), name="job_discard"),
    path("partner-systems", clients.Clients.as_view(), name="clients"),
    path("partner-systems/interface", clients.Contract.as_view(), name="contract"),
    path("partner-systems/interface/openapi.json", clients.Document.as_view(), name="contract_document"),
    path("partner-systems/ask/<str:domain>", clients.Ask.as_view(), name="client_ask"),
    path("partner-systems/<str:public_id>", clients.Client.as_view(), name="client"),
    path("partner-systems/<str:public_id>/approve", clients.Approve.as_view(), name="client_approve"),
    path("partner-systems/<str:public_id>/refuse", clients.Refuse.as_view(), name="client_refuse"),
    path("partner-systems/<str:public_id>/revoke", clients.Revoke.as_view(), name="client_revoke"),
    path("partner-systems/<str:public_id>/secret", clients.MakeSecret.as_view(), name="client_secret"),
    path("webhooks", webhooks.Endpoints.as_view(), name="webhooks"),
    path("webhooks/new", webhooks.New.as_view(), name="webhook_new"),
    path("webhooks/<str:public_id>", webhooks.One.as_view(), name="webhook"),
    path("webhooks/<str:public_id>/change", webhooks.Change.as_view(), name="webhook_change"),
    path("webhooks/<str:public_id>/secret", webhooks.Rotate.as_view(), name="webhook_rotate"),
    path("webhooks/<str:public_id>/pause", webhooks.Pause.as_view(), name="webhook_pause"),
    path("webhooks/<str:public_id>/resume", webhooks.Resume.as_view(), name="webhook_resume"),
    path("webhooks/<str:public_id>/disable", webhooks.Disable.as_view(), name="webhook_disable"),
    path("webhooks/<str:public_id>/test", webhooks.Test.as_view(), name="webhook_test"),
    path("webhooks/<str:public_id>/replay", webhooks.ReplayAll.as_view(), name="webhook_replay_all"),
    path("webhooks/<str:public_id>/<str:message>", webhooks.Message.as_view(), name="webhook_message"),
    path("webhooks/<str:public_id>/<str:message>/replay", webhooks.Replay.as_view(), name="webhook_replay"),
    path("reminders", notifications.Plan.as_view(), name="reminders"),
    path("rates", money.Rates.as_view(), name="rates"),
    path("rates/import", money.Import.as_view(), name="rates_import"),
]
