"""A participation on the programme's side: its way, what waits, and the steps that may be taken."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.cohorts import forms, queries, rules, services, words
from accelerator.cohorts.asking import Ask, allowed
from accelerator.cohorts.models import Advancement
from accelerator.cohorts.models import Participation as Row
from accelerator.cohorts.rules import Act
from core import clock
from core.errors import DomainError
from core.people.requests import PersonRequest


class Participation(View):
    """One participation with its timeline."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = queries.get_participation(request.user, public_id)
        held = queries.ethics_of([row], on=clock.today())[row.pk]
        context = {
            "participation": row,
            "offer": row.offer,
            "standing": words.STANDINGS[row.state],
            "steps": [(one, words.STEPS[one.kind]) for one in queries.steps(row)],
            "proposals": [
                (one, words.ADVANCEMENTS[one.state], _decides(request, one)) for one in queries.advancements(row)
            ],
            "ethics": words.ethics(held),
            "held_back": words.held_back(held),
            "acts": allowed(rules.permitted(request.user, row)),
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/cohorts/participation.html", context)


class Step(Ask):
    """A step of a participation."""

    act: Act

    def load(self, request: PersonRequest, **ids: Any) -> Row:
        return queries.get_participation(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Row) -> DomainError | None:
        return rules.refusal(request.user, row, self.act)

    def back(self, row: Row) -> str:
        return reverse("accelerator:participation", args=[row.public_id])

    def about(self, row: Row) -> dict[str, Any]:
        return {
            "what": row.organisation,
            "crumbs": [(self.back(row), row.organisation)],
            "illustrative": row.is_illustrative,
        }


class ProposeAdvancement(Step):
    act, form_class = Act.PROPOSE, forms.AdvanceForm
    heading, button = _("Propose phase 2"), _("Propose it")
    lead = _("Another programme manager decides. The months are the programme’s, and so is the limit of the funding.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.propose_advancement(
            row, amount=given["amount"], reason=given["reason"], by=request.user, at=clock.now()
        )
        return _("Proposed. Another programme manager decides it.")


class Leave(Step):
    act, form_class = Act.LEAVE, forms.LeaveForm
    heading, button = _("Record that it left"), _("Record it")
    lead = _("No further evidence is accepted from then on. What was accepted before is still paid.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.leave(row, reason=given["reason"], by=request.user, on=given["on"], at=clock.now())
        return _("Recorded.")


class Graduate(Step):
    act, form_class = Act.GRADUATE, forms.DayForm
    heading, button = _("Make it one of the alumni"), _("Record it")
    lead = _("Its phases are over. What was accepted before is still paid.")

    def take_step(self, request: PersonRequest, row: Row, given: Mapping[str, Any]) -> Promise:
        services.graduate(row, by=request.user, on=given["on"], at=clock.now())
        return _("Recorded.")


class Decision(Ask):
    """The decision on a proposal for phase 2, by another person than the one who made it."""

    act: Act
    template = "accelerator/cohorts/decide.html"

    def load(self, request: PersonRequest, **ids: Any) -> Advancement:
        row = queries.get_participation(request.user, ids["public_id"])
        found = queries.get_advancement(row, ids["advancement"])
        found.participation = row
        return found

    def refusal(self, request: PersonRequest, row: Advancement) -> DomainError | None:
        return rules.decision_refusal(request.user, row, self.act)

    def back(self, row: Advancement) -> str:
        return reverse("accelerator:participation", args=[row.participation.public_id])

    def about(self, row: Advancement) -> dict[str, Any]:
        of = row.participation
        return {
            "what": of.organisation,
            "proposal": row,
            "crumbs": [(self.back(row), of.organisation)],
            "illustrative": of.is_illustrative,
        }


class ApproveAdvancement(Decision):
    act, form_class = Act.APPROVE, forms.DayForm
    heading, button = _("Decide for phase 2"), _("Let it go on to phase 2")

    def take_step(self, request: PersonRequest, row: Advancement, given: Mapping[str, Any]) -> Promise:
        services.approve_advancement(row, by=request.user, on=given["on"], at=clock.now())
        return _("Decided: it goes on to phase 2.")


class RefuseAdvancement(Decision):
    act, form_class = Act.REFUSE, forms.BecauseForm
    heading, button = _("Decide against phase 2"), _("Let it stay in phase 1")

    def take_step(self, request: PersonRequest, row: Advancement, given: Mapping[str, Any]) -> Promise:
        services.refuse_advancement(row, because=given["because"], by=request.user, at=clock.now())
        return _("Decided: it stays in phase 1.")


def _decides(request: PersonRequest, proposal: Advancement) -> bool:
    return rules.decision_refusal(request.user, proposal, Act.APPROVE) is None
