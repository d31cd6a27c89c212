"""Checking the answers, submitting them, and the receipt."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import queries, receipts, rules, services
from accelerator.applications.models import Application, Submission
from accelerator.applications.rules import Act
from accelerator.challenges import queries as challenges
from accelerator.challenges import words as call_words
from core.audit import sentences
from core.errors import DomainError
from core.people.requests import PersonRequest
from core.web import numerals

CONFLICT = 409


class Check(View):
    """Every answer as the reviewers will read it; then the button that sends."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get_application(request.user, public_id))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        try:
            made = services.submit(
                application, read=request.POST.get("read", ""), by=request.user, at=request.arrived_at
            )
        except DomainError as refusal:
            fresh = queries.get_application(request.user, public_id)
            return self._page(request, fresh, refusal=refusal, status=CONFLICT)
        messages.success(request, _("Received. The receipt is on its way to you by mail."))
        return redirect("portal:receipt", application.public_id, made.public_id)

    def _page(
        self, request: PersonRequest, application: Application, *, refusal: DomainError | None = None, status: int = 200
    ) -> HttpResponse:
        sheet = queries.sheet(application)
        last = queries.last_submission(application)
        digest = queries.digest(application, sheet)
        context = {
            "application": application,
            "shown": challenges.open_call(application.call, at=request.arrived_at),
            "sheet": sheet,
            "read": digest,
            "digest_in_groups": sentences.in_groups(digest),
            "last": last,
            "is_sent": last is not None and last.digest == digest,
            "refusal": refusal or rules.refusal(request.user, application, Act.SUBMIT, at=request.arrived_at),
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/applications/check.html", context, status=status)


class Receipt(View):
    """What was sent, when it arrived by both clocks, its number and its digest."""

    def get(self, request: PersonRequest, public_id: str, submission: str) -> HttpResponse:
        application, sent = _sent(request, public_id, submission)
        context = {
            "application": application,
            "submission": sent,
            "received": call_words.moment_there(sent.received_at, application.call.zone),
            "to_the_second": numerals.to_the_second(sent.received_at),
            "digest_in_groups": sentences.in_groups(sent.digest),
            "counts": queries.last_submission(application) == sent,
            "parts": queries.told(sent.content, application),
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/applications/receipt.html", context)


class ReceiptPdf(View):
    """The receipt to keep, with everything that was sent."""

    def get(self, request: PersonRequest, public_id: str, submission: str) -> HttpResponse:
        application, sent = _sent(request, public_id, submission)
        answer = HttpResponse(receipts.document(application, sent), content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="{sent.number}.pdf"'
        return answer


def _sent(request: PersonRequest, public_id: str, submission: str) -> tuple[Application, Submission]:
    application = queries.get_application(request.user, public_id)
    return application, queries.get_submission(application, submission)
