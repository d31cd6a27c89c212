"""A page with one form about one application: ask, screen, say why. What differs is said once."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from accelerator.applications.models import Application
from accelerator.reviews import queries, rules
from core.errors import Conflict, DomainError, Invalid
from core.people.requests import PersonRequest
from core.web.forms import take

CONFLICT = 409


class OneForm(View):
    """Load, refuse, call once, say that it was done. Subclasses say the form, the words and the call."""

    leads_to = "accelerator:application"

    def get(self, request: PersonRequest, public_id: str, **given: str) -> HttpResponse:
        application = queries.get_application(request.user, public_id, at=request.arrived_at)
        if refused := self.refusal(request, application, **given):
            raise refused
        stands = self.stands(request, application)
        if stands is not None and not isinstance(stands, Conflict):
            raise stands
        form = self.form(request, application, None)
        return self._page(request, application, form, stands=stands)

    def post(self, request: PersonRequest, public_id: str, **given: str) -> HttpResponse:
        application = queries.get_application(request.user, public_id, at=request.arrived_at)
        form = self.form(request, application, request.POST)
        if not form.is_valid():
            return self._page(request, application, form)
        try:
            said = self.act(request, application, form, **given)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, application, form, status=CONFLICT if isinstance(refusal, Conflict) else 200)
        messages.success(request, said)
        return self.done(application)

    def done(self, application: Application) -> HttpResponse:
        return redirect(self.leads_to, application.public_id)

    def form(self, request: PersonRequest, application: Application, data: Any) -> django_forms.Form:
        raise NotImplementedError

    def act(self, request: PersonRequest, application: Application, form: Any, **given: str) -> str:
        """The one call; what was done, in words."""
        raise NotImplementedError

    def refusal(self, request: PersonRequest, application: Application, **given: str) -> DomainError | None:
        return None

    def stands(self, request: PersonRequest, application: Application) -> DomainError | None:
        """Why nothing of this can be done any more: said in place of a form that would be refused."""
        return rules.refusal_at_desk(request.user, application, at=request.arrived_at)

    def words(self) -> dict[str, str]:
        """``heading``, ``lead`` and ``button``."""
        raise NotImplementedError

    def about(self, request: PersonRequest, application: Application) -> dict[str, Any]:
        """What the page shows beside the form."""
        return {}

    def _page(
        self,
        request: PersonRequest,
        application: Application,
        form: django_forms.Form,
        *,
        stands: DomainError | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "application": application,
            "form": form,
            "stands": stands,
            "illustrative": application.is_illustrative,
        }
        context |= self.words() | self.about(request, application)
        return render(request, "accelerator/reviews/one_form.html", context, status=status)
