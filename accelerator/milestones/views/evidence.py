"""A milestone with its evidence: read, accepted by two people, sent back."""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.cohorts.asking import Ask
from accelerator.milestones import forms, queries, rules, services, words
from accelerator.milestones.lifecycle import State
from accelerator.milestones.models import Milestone as Row
from accelerator.milestones.rules import Act
from core import clock
from core.errors import DomainError
from core.people.requests import PersonRequest


class Milestone(View):
    """What was shown and what was said of it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_milestone(request.user, public_id)
        shown = queries.evidence(row)
        last = shown[0] if shown else None
        refused = rules.judging_refusal(request.user, row, last, Act.ACCEPT)
        context = whole(row) | {
            "shown": [(one, said(one), queries.files_of(one)) for one in shown],
            "may_judge": refused is None,
            "refusal": refused if isinstance(refused, rules.AlreadyJudged | rules.OwnEvidence) else None,
        }
        return render(request, "accelerator/milestones/milestone.html", context)


class Judge(Ask):
    """What one person says of the evidence that counts."""

    act: Act
    template = "accelerator/milestones/judge.html"

    def load(self, request: PersonRequest, **ids: Any) -> Row:
        return queries.get_milestone(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Row) -> DomainError | None:
        return rules.judging_refusal(request.user, row, queries.last_evidence(row), self.act)

    def form(self, row: Row, data: Any = None) -> django_forms.Form:
        last = queries.last_evidence(row)
        return self.form_class(data, initial={"read": last.public_id if last else ""})

    def back(self, row: Row) -> str:
        return reverse("accelerator:milestone", args=[row.public_id])

    def about(self, row: Row) -> dict[str, Any]:
        last = queries.last_evidence(row)
        return whole(row) | {
            "what": row.phase.participation.organisation,
            "evidence": last,
            "files": queries.files_of(last) if last else [],
            "crumbs": [(self.back(row), row.title)],
        }


class Accept(Judge):
    act, form_class = Act.ACCEPT, forms.ReadForm
    heading, button = _("Accept the evidence"), _("Accept it")
    lead = _("Two people accept the same evidence; then what the milestone releases can be paid.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        made = services.accept(row, read=given["read"], by=request.user, at=clock.now())
        if made.state == State.ACCEPTED:
            return _("Accepted by two people. It can be paid now.")
        return _("Accepted by you. Another of the programme’s people has to accept it too.")


class SendBack(Judge):
    act, form_class = Act.SEND_BACK, forms.SendBackForm
    heading, button = _("Send the evidence back"), _("Send it back")
    lead = _("The start-up reads what you write and shows the milestone anew.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.send_back(row, read=given["read"], because=given["because"], by=request.user, at=clock.now())
        return _("Sent back.")


def whole(row: Row) -> dict[str, Any]:
    participation = row.phase.participation
    return {
        "milestone": row,
        "participation": participation,
        "stage": words.STATES[row.state],
        "illustrative": participation.is_illustrative,
    }


def said(evidence: Any) -> list[tuple[Any, Any]]:
    return [(one, words.VERDICTS[one.verdict]) for one in evidence.judgements.all()]
