"""Reviewers of one application, and of all applications of a call at once: tried first, then done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from accelerator.applications.models import Application as Row
from accelerator.challenges.models import Call
from accelerator.reviews import forms, queries, services
from accelerator.reviews.models import ReviewPlan
from accelerator.reviews.views.one_form import CONFLICT, OneForm
from core.errors import Conflict as ConflictError
from core.errors import DomainError, Invalid
from core.people.requests import PersonRequest
from core.web import tables
from core.web.forms import take

PLAN, ASSIGN = "plan", "assign"
"""The buttons of the page about a call."""


class Reviewers(OneForm):
    """Give one application to one more reviewer."""

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.AssignForm:
        offered = services.candidates(application.call, by=request.user, at=request.arrived_at)
        return forms.AssignForm(data, offered=offered, loads=queries.loads(application.call))

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        reviewer = form.cleaned_data["reviewer"]
        services.assign(application, reviewer, by=request.user, at=request.arrived_at)
        return _("%(name)s is told and says first whether she has a conflict.") % {"name": reviewer.name}

    def words(self) -> dict[str, str]:
        lead = _("Beside each name stands how many applications of this call she has already.")
        return {"heading": _("Give it to a reviewer"), "lead": lead, "button": _("Assign")}


class EndAssignment(OneForm):
    """Take an application from a reviewer."""

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.BecauseForm:
        return forms.BecauseForm(data)

    def refusal(self, request: PersonRequest, application: Row, **given: str) -> DomainError | None:
        queries.get_assigned(application, given["assignment"])
        return None

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        kept = queries.get_assigned(application, given["assignment"])
        services.end(kept, because=form.cleaned_data["because"], by=request.user, at=request.arrived_at)
        return _("Taken from %(name)s. Give it to somebody else where it lacks a reviewer.") % {
            "name": kept.reviewer.name
        }

    def words(self) -> dict[str, str]:
        lead = _("It is gone from her list at once. A review that she submitted stays and counts.")
        return {"heading": _("Take it from the reviewer"), "lead": lead, "button": _("Take it from her")}


class ClearDoubt(OneForm):
    """Say that a reviewer's doubt is no conflict."""

    def form(self, request: PersonRequest, application: Row, data: Any) -> forms.BecauseForm:
        return forms.BecauseForm(data)

    def refusal(self, request: PersonRequest, application: Row, **given: str) -> DomainError | None:
        queries.get_assigned(application, given["assignment"])
        return None

    def act(self, request: PersonRequest, application: Row, form: Any, **given: str) -> str:
        kept = queries.get_assigned(application, given["assignment"])
        because = form.cleaned_data["because"]
        services.clear(application, kept.reviewer, because=because, by=request.user, at=request.arrived_at)
        return _("Cleared. %(name)s sees the application again.") % {"name": kept.reviewer.name}

    def words(self) -> dict[str, str]:
        lead = _("She was unsure whether she has a conflict. You say that she has none; your reason stays.")
        return {"heading": _("Clear the doubt"), "lead": lead, "button": _("There is no conflict")}


class Assign(View):
    """All applications of a call: the plan, what assigning would do, and the button that does it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_closed_call(request.user, public_id, at=request.arrived_at)
        return self._page(request, call, self._form(call))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        call = queries.get_closed_call(request.user, public_id, at=request.arrived_at)
        if ASSIGN in request.POST:
            return self._assign(request, call)
        form = forms.PlanForm(request.POST)
        if not form.is_valid():
            return self._page(request, call, form)
        try:
            services.set_plan(call, **form.cleaned_data, by=request.user, at=request.arrived_at)
        except (ConflictError, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, call, form)
        messages.success(request, _("Kept. Below stands what assigning would do."))
        return redirect("accelerator:assign-reviewers", call.public_id)

    def _assign(self, request: PersonRequest, call: Call) -> HttpResponse:
        try:
            done = services.assign_all(call, read=request.POST.get("read", ""), by=request.user, at=request.arrived_at)
        except ConflictError as refusal:
            return self._page(request, call, self._form(call), refusal=refusal)
        count = len(done.pairs)
        said = ngettext("%(count)s review assigned.", "%(count)s reviews assigned.", count)
        messages.success(request, said % {"count": count})
        return redirect("accelerator:assign-reviewers", call.public_id)

    def _form(self, call: Call) -> forms.PlanForm:
        plan = queries.plan_of(call)
        return forms.PlanForm(initial=_stated(plan) if plan else {"reviewers_each": 3, "most_each": 20})

    def _page(
        self, request: PersonRequest, call: Call, form: forms.PlanForm, *, refusal: DomainError | None = None
    ) -> HttpResponse:
        plan = queries.plan_of(call)
        trial = services.preview(call, by=request.user, at=request.arrived_at) if plan else None
        context = {
            "call": call,
            "form": form,
            "plan": plan,
            "trial": trial,
            "pages": tables.paginate(request, trial.rows) if trial else None,
            "new": len(trial.pairs) if trial else 0,
            "refusal": refusal,
            "illustrative": call.is_illustrative,
        }
        status = CONFLICT if refusal else 200
        return render(request, "accelerator/reviews/assign.html", context, status=status)


def _stated(plan: ReviewPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ("reviewers_each", "most_each", "due_on")}
