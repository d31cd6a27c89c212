"""A question of the programme's about an application, and the answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications import forms, queries, rules, services
from accelerator.applications.rules import Act
from accelerator.challenges import words as call_words
from core.errors import DomainError
from core.people.requests import PersonRequest
from core.web import kept
from core.web.forms import take

CONFLICT = 409


class Clarification(View):
    def get(self, request: PersonRequest, public_id: str, clarification: str) -> HttpResponse:
        typed = kept.take(request.user.public_id, request.path)
        if typed:
            messages.warning(request, _("Your session had ended. What you typed is here again; send it now."))
        return self._page(request, public_id, clarification, forms.ClarificationForm(initial=typed))

    def post(self, request: PersonRequest, public_id: str, clarification: str) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        asked = queries.get_clarification(application, clarification)
        form = forms.ClarificationForm(request.POST)
        if not form.is_valid():
            return self._page(request, public_id, clarification, form)
        try:
            services.answer(asked, text=form.cleaned_data["answer"], by=request.user, at=request.arrived_at)
        except DomainError as refusal:
            take(form, refusal)
            return self._page(request, public_id, clarification, form, status=CONFLICT)
        messages.success(request, _("Your answer is with the programme."))
        return redirect("portal:application", public_id)

    def _page(
        self,
        request: PersonRequest,
        public_id: str,
        clarification: str,
        form: forms.ClarificationForm,
        *,
        status: int = 200,
    ) -> HttpResponse:
        application = queries.get_application(request.user, public_id)
        asked = queries.get_clarification(application, clarification)
        context = {
            "application": application,
            "clarification": asked,
            "due": call_words.moment_there(asked.due_at, application.call.zone),
            "is_late": request.arrived_at >= asked.due_at,
            "refusal": rules.refusal(request.user, application, Act.ANSWER, at=request.arrived_at),
            "form": form,
            "illustrative": application.is_illustrative,
        }
        return render(request, "accelerator/applications/clarification.html", context, status=status)
