"""Milestones on the start-up's side: what is planned, the evidence it gives, and why some came back."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import words as cohort_words
from accelerator.cohorts.asking import Ask
from accelerator.milestones import forms, queries, rules, services, words
from accelerator.milestones.models import Milestone as Row
from core.errors import DomainError
from core.people.requests import PersonRequest


class Milestones(View):
    """Each phase with its milestones."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = cohorts.get_own_participation(request.user, public_id)
        context = {
            "participation": row,
            "phases": [
                (
                    one,
                    cohort_words.STANDINGS[one.phase.kind][1],
                    [(each, words.STATES[each.state]) for each in one.milestones],
                )
                for one in queries.plan(row)
            ],
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/milestones/own_milestones.html", context)


class Milestone(View):
    """What was shown, and what was missing."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_own_milestone(request.user, public_id)
        context = _whole(row) | {
            "shown": [
                (one, [(each, words.VERDICTS[each.verdict]) for each in one.judgements.all()])
                for one in queries.evidence(row)
            ],
            "may_show": rules.evidence_refusal(request.user, row) is None,
        }
        return render(request, "accelerator/milestones/own_milestone.html", context)


class GiveEvidence(Ask):
    """Show that a milestone is reached."""

    form_class, audience = forms.EvidenceForm, "portal"
    heading, button = _("Give evidence"), _("Send the evidence")
    lead = _(
        "Two of the programme’s people read it. What you send stays as it is; if something is missing, you send more."
    )

    def load(self, request: PersonRequest, **ids: Any) -> Row:
        return queries.get_own_milestone(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Row) -> DomainError | None:
        return rules.evidence_refusal(request.user, row)

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.submit(row, text=given["text"], by=request.user, at=request.arrived_at)
        return _("Sent. The programme reads it now.")

    def back(self, row: Row) -> str:
        return reverse("portal:milestone", args=[row.public_id])

    def about(self, row: Row) -> dict[str, Any]:
        return _whole(row) | {"what": row.title, "crumbs": [(self.back(row), row.title)]}


def _whole(row: Row) -> dict[str, Any]:
    participation = row.phase.participation
    return {
        "milestone": row,
        "participation": participation,
        "stage": words.STATES[row.state],
        "illustrative": participation.is_illustrative,
    }
