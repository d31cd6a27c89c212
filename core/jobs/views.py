"""The operations page: every job that the reader may see, one job, and running it again or discarding it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid
from core.jobs import forms, queries, rules, services, words
from core.jobs.lifecycle import ATTEMPTS_AT_MOST
from core.jobs.models import Job as Row
from core.people.requests import PersonRequest
from core.web import tables
from core.web.forms import take


class Jobs(View):
    """What waits, runs, failed and gave up, the newest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        form = forms.SearchForm(request.GET, names=queries.names(request.user))
        wanted = form.wanted()
        pages = tables.paginate(request, queries.search(request.user, **wanted))
        context: dict[str, Any] = {
            "form": form,
            "pages": pages,
            "lines": [_line(request, job) for job in pages.page.object_list],
            "counts": [
                (state, words.STATES[state], count) for state, count in queries.counts(request.user).items() if count
            ],
            "searched": any(wanted.values()),
        }
        return render(request, "core/jobs/list.html", context)


class Job(View):
    """One job: how far it is, how often it was tried, and why it failed."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        job = queries.get(request.user, public_id)
        return render(request, "core/jobs/job.html", {"told": _line(request, job), "loads_htmx": True})


class Progress(View):
    """The progress of one job as a fragment, for the page that started it; everybody else is led to the job's page."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        job = queries.get(request.user, public_id)
        if "HX-Request" not in request.headers:
            return redirect("manage:job", job.public_id)
        return render(request, "core/jobs/progress.html", {"told": _line(request, job)})


class Steer(View):
    """A form that asks for the reason, then calls one service."""

    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    button: ClassVar[Promise]
    said: ClassVar[Promise]
    service: ClassVar[Callable[..., Any]]

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, self._job(request, public_id), forms.ReasonForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        job, form = self._job(request, public_id), forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self._page(request, job, form)
        try:
            type(self).service(job, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, job, form)
        messages.success(request, str(self.said))
        return redirect("manage:job", job.public_id)

    def _job(self, request: PersonRequest, public_id: str) -> Row:
        """The job, to somebody who may steer it. Raises NotFound, NotPermitted."""
        job = queries.get(request.user, public_id)
        rules.require_manage(request.user, job)
        return job

    def _page(self, request: PersonRequest, job: Row, form: forms.ReasonForm) -> HttpResponse:
        context = {
            "told": _line(request, job),
            "form": form,
            "heading": self.heading,
            "explanation": self.explanation,
            "button": self.button,
        }
        return render(request, "core/jobs/steer.html", context)


class Retry(Steer):
    heading, button, said = _("Run it again"), _("Run it again"), _("It waits for a worker.")
    explanation = _("It goes on from its last checkpoint; what was done before is not done twice.")
    service = staticmethod(services.retry)


class Discard(Steer):
    heading, button, said = _("Discard it"), _("Discard it"), _("It is discarded. What it had done stays.")
    explanation = _("It will not run any more, and it cannot be taken up again. What it had done stays.")
    service = staticmethod(services.discard)


def _line(request: PersonRequest, job: Row) -> dict[str, Any]:
    """A job with its words, ready for a template."""
    line = queries.line(request.user, job)
    return {
        "line": line,
        "job": job,
        "state": words.STATES[job.state],
        "tone": words.TONES[job.state],
        "attempts_at_most": ATTEMPTS_AT_MOST,
    }
