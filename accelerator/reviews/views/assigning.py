"""Reviewers of one application, and of all applications of a call at once: tried first, then done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accelerator.applications.models import Application as Row
from accelerator.challenges.models import Call
from accelerator.reviews import forms, queries, services
from accelerator.reviews.models import ReviewPlan
from accelerator.reviews.views.one_form import CONFLICT, OneForm
from core import clock
from core.errors import Conflict as ConflictError
from core.errors import DomainError, Invalid
from core.jobs import queries as jobs
from core.jobs import words as job_words
from core.jobs.lifecycle import OPEN
from core.jobs.lifecycle import State as JobState
from core.jobs.models import Job
from core.people.requests import PersonRequest
from core.web import tables
from core.web.forms import take

PLAN, ASSIGN = "plan", "assign"
"""The buttons of the page about a call."""
SHOWN = OPEN | {JobState.DEAD}
"""Work that is over is told by what it left; work that gave up has left nothing and is told itself."""


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
        if "HX-Request" in request.headers:
            return self._progress(request, call)
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
        read, today = request.POST.get("read", ""), clock.today()
        try:
            services.ask_for_all(call, read=read, by=request.user, on=today, at=request.arrived_at)
        except ConflictError as refusal:
            return self._page(request, call, self._form(call), refusal=refusal)
        return redirect("accelerator:assign-reviewers", call.public_id)

    def _progress(self, request: PersonRequest, call: Call) -> HttpResponse:
        """How far the work is, as a fragment of the page, which is loaded anew once it is over."""
        asked = queries.last_assigning(call)
        if asked is None or asked.job is None or asked.job.state not in OPEN:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "core/jobs/progress.html", _told(request, call, asked.job))

    def _form(self, call: Call) -> forms.PlanForm:
        plan = queries.plan_of(call)
        return forms.PlanForm(initial=_stated(plan) if plan else {"reviewers_each": 3, "most_each": 20})

    def _page(
        self, request: PersonRequest, call: Call, form: forms.PlanForm, *, refusal: DomainError | None = None
    ) -> HttpResponse:
        plan, asked = queries.plan_of(call), queries.last_assigning(call)
        job = asked.job if asked else None
        is_at_work = job is not None and job.state in OPEN
        can_try = plan is not None and not is_at_work
        trial = services.preview(call, by=request.user, at=request.arrived_at) if can_try else None
        context = {
            "call": call,
            "form": form,
            "plan": plan,
            "trial": trial,
            "pages": tables.paginate(request, trial.rows) if trial else None,
            "new": len(trial.pairs) if trial else 0,
            "refusal": refusal,
            "illustrative": call.is_illustrative,
            "asked": asked,
            **(_told(request, call, job) if job and job.state in SHOWN else {}),
        }
        status = CONFLICT if refusal else 200
        return render(request, "accelerator/reviews/assign.html", context, status=status)


def _told(request: PersonRequest, call: Call, job: Job) -> dict[str, Any]:
    """The work, for whoever runs the programme; the page looks again by itself while it goes on."""
    told = {"line": jobs.line(request.user, job), "job": job, "state": job_words.state(job.state)}
    address = reverse("accelerator:assign-reviewers", args=[call.public_id])
    return {"told": told, "progress_url": address, "loads_htmx": True}


def _stated(plan: ReviewPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ("reviewers_each", "most_each", "due_on")}
