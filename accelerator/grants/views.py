"""Budgets and payments on the programme's side."""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from accelerator.challenges.models import Programme
from accelerator.cohorts import queries as cohorts
from accelerator.cohorts import words as cohort_words
from accelerator.cohorts.asking import Ask, allowed
from accelerator.grants import forms, queries, rules, services, words
from accelerator.grants.models import PaymentLine
from accelerator.grants.rules import Act
from accelerator.milestones import queries as milestones
from accelerator.milestones.models import Milestone
from core import clock, identity
from core.errors import DomainError, NotPermitted
from core.ethics import passed
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission


class Payments(View):
    """What was agreed with a start-up, what can be paid, and every payment with what may be done to it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        row = cohorts.get_participation(request.user, public_id)
        held = cohorts.ethics_of([row], on=clock.today())[row.pk]
        context = {
            "participation": row,
            "standing": cohort_words.STANDINGS[row.state],
            "funds": queries.funds([row])[row.pk],
            "to_pay": queries.to_pay(row),
            "lines": [
                (one, words.STATES[one.state], allowed(rules.permitted(request.user, one)))
                for one in queries.lines(row)
            ],
            "held_back": cohort_words.held_back(held),
            "passed": passed.under_override(row.programme.public_id, known_at=clock.now(), of=cohorts.subjects_of(row)),
            "may_propose": people_rules.may(request.user, Permission.COHORT_RUN, row.programme.public_id),
            "illustrative": row.is_illustrative,
        }
        return render(request, "accelerator/grants/payments.html", context)


class Budget(Ask):
    """The editions of a programme's budget, and a further one."""

    form_class, template = forms.BudgetForm, "accelerator/grants/budget.html"
    heading, button = _("Budget of the programme"), _("Set the budget")
    lead = _("Payments stay within it. What was set before stays on record.")

    def load(self, request: PersonRequest, **ids: Any) -> Programme:
        return cohorts.get_programme(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Programme) -> DomainError | None:
        return None if people_rules.may(request.user, Permission.COHORT_RUN, row.public_id) else NotPermitted()

    def take_step(self, request: PersonRequest, row: Programme, given: Mapping[str, Any]) -> Promise:
        services.set_budget(row, amount=given["amount"], reason=given["reason"], by=request.user, at=clock.now())
        return _("Set. It counts from now on.")

    def back(self, row: Programme) -> str:
        return reverse("accelerator:cohort", args=[row.public_id])

    def about(self, row: Programme) -> dict[str, Any]:
        return {"what": row, "programme": row, "editions": queries.budgets(row), "crumbs": [(self.back(row), row)]}


class Propose(Ask):
    """Propose to pay what an accepted milestone releases."""

    form_class = forms.ProposeForm
    heading, button = _("Propose a payment"), _("Propose it")
    lead = _("Another programme manager approves it, once the ethics review lets money flow.")

    def load(self, request: PersonRequest, **ids: Any) -> Milestone:
        return milestones.get_milestone(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: Milestone) -> DomainError | None:
        programme = row.phase.participation.programme
        if not people_rules.may(request.user, Permission.COHORT_RUN, programme.public_id):
            return NotPermitted()
        return None if row.state == "accepted" else services.NotAccepted()

    def form(self, row: Milestone, data: Any = None) -> django_forms.Form:
        rest = dict(queries.to_pay(row.phase.participation)).get(row)
        return forms.ProposeForm(data, initial={"amount": rest, "key": identity.new("pay")})

    def take_step(self, request: PersonRequest, row: Milestone, given: Mapping[str, Any]) -> Promise:
        services.propose(row, amount=given["amount"], key=given["key"], by=request.user, at=clock.now())
        return _("Proposed. Another programme manager approves it.")

    def back(self, row: Milestone) -> str:
        return reverse("accelerator:payments", args=[row.phase.participation.public_id])

    def about(self, row: Milestone) -> dict[str, Any]:
        of = row.phase.participation
        return {"what": row.title, "crumbs": [(self.back(row), of.organisation)], "illustrative": of.is_illustrative}


class Step(Ask):
    """A step of a payment."""

    act: Act
    template = "accelerator/grants/step.html"

    def load(self, request: PersonRequest, **ids: Any) -> PaymentLine:
        return queries.get_line(request.user, ids["public_id"])

    def refusal(self, request: PersonRequest, row: PaymentLine) -> DomainError | None:
        return rules.refusal(request.user, row, self.act)

    def back(self, row: PaymentLine) -> str:
        return reverse("accelerator:payments", args=[row.milestone.phase.participation.public_id])

    def about(self, row: PaymentLine) -> dict[str, Any]:
        of = row.milestone.phase.participation
        return {
            "what": of.organisation,
            "line": row,
            "participation": of,
            "held_back": cohort_words.held_back(cohorts.ethics_of([of], on=clock.today())[of.pk]),
            "crumbs": [(self.back(row), of.organisation)],
            "illustrative": of.is_illustrative,
        }


class Approve(Step):
    act = Act.APPROVE
    heading, button = _("Approve the payment"), _("Approve it")

    def take_step(self, request: PersonRequest, row: PaymentLine, given: Mapping[str, Any]) -> Promise:
        services.approve(row, by=request.user, on=clock.today(), at=clock.now())
        return _("Approved. It can be paid.")


class Refuse(Step):
    act, form_class = Act.REFUSE, forms.BecauseForm
    heading, button = _("Refuse the payment"), _("Refuse it")

    def take_step(self, request: PersonRequest, row: PaymentLine, given: Mapping[str, Any]) -> Promise:
        services.refuse(row, because=given["because"], by=request.user, at=clock.now())
        return _("Refused.")


class Paid(Step):
    act, form_class = Act.PAY, forms.PaidForm
    heading, button = _("Record the payment"), _("Record it as paid")

    def take_step(self, request: PersonRequest, row: PaymentLine, given: Mapping[str, Any]) -> Promise:
        services.pay(
            row,
            paid_on=given["paid_on"],
            reference=given["reference"],
            by=request.user,
            on=clock.today(),
            at=clock.now(),
        )
        return _("Recorded as paid.")
