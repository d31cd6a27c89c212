"""The milestones of a participation: what is planned, and planning a phase."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import words as cohort_words
from accelerator.cohorts.models import ParticipationStep
from accelerator.milestones import forms, queries, rules, services, words
from core import clock
from core.errors import Conflict, Invalid
from core.people.requests import PersonRequest
from core.web.rows import MORE, BaseRows

CONFLICT = 409


class Milestones(View):
    """Each phase with its milestones."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = cohorts.get_participation(request.user, public_id)
        context = {
            "participation": row,
            "standing": cohort_words.STANDINGS[row.state],
            "phases": [
                (
                    one,
                    cohort_words.STANDINGS[one.phase.kind][1],
                    [(each, words.STATES[each.state]) for each in one.milestones],
                    rules.plan_refusal(request.user, one.phase) is None,
                )
                for one in queries.plan(row)
            ],
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/milestones/milestones.html", context)


class Plan(View):
    """The milestones of a phase in rows, replaced as a whole."""

    def get(self, request: PersonRequest, public_id: str, phase: str) -> HttpResponse:
        step = self._phase(request, public_id, phase)
        standing = next(one for one in queries.plan(step.participation) if one.phase.pk == step.pk)
        return self._page(request, step, forms.PLAN.offered(forms.of_plan(standing.milestones)))

    def post(self, request: PersonRequest, public_id: str, phase: str) -> HttpResponse:
        step = self._phase(request, public_id, phase)
        if MORE in request.POST:
            return self._page(request, step, forms.PLAN.offered(forms.PLAN.typed(request.POST)))
        sent = forms.PLAN.sent(request.POST)
        if not sent.is_valid():
            return self._page(request, step, sent)
        try:
            lines = [services.Line(**one) for one in sent.stated()]
            services.plan(step, lines, by=request.user, at=clock.now())
        except (Conflict, Invalid) as refusal:
            sent.take(refusal)
            return self._page(request, step, sent, status=CONFLICT)
        messages.success(request, _("Planned. The start-up sees its milestones."))
        return redirect("accelerator:milestones", public_id)

    def _phase(self, request: PersonRequest, public_id: str, kind: str) -> ParticipationStep:
        step = queries.get_phase(cohorts.get_participation(request.user, public_id), kind)
        if refused := rules.plan_refusal(request.user, step):
            raise refused
        return step

    def _page(
        self, request: PersonRequest, step: ParticipationStep, sent: BaseRows, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "participation": step.participation,
            "phase": step,
            "kind": cohort_words.STANDINGS[step.kind][1],
            "lines": sent,
            "illustrative": step.participation.is_illustrative,
        }
        return render(request, "accelerator/milestones/plan.html", context, status=status)
