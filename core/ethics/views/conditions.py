"""One condition, and the steps that are taken with it."""

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid, NotPermitted
from core.ethics import forms, queries, rules, services, words
from core.ethics.models import Condition as Row
from core.people.requests import PersonRequest
from core.web.forms import take


class Condition(View):
    """What must be done, by whom, until when, the evidence, and who may take the next step."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        if not request.may_open("manage:ethics"):  # a reminder leads everybody here; start-ups have a page of their own
            return redirect("organisations:ethics-condition", public_id)
        condition = queries.get_condition(request.user, public_id)
        return render(request, "core/ethics/condition.html", _context(request, condition))


class Step(View):
    """A form about one condition."""

    heading: ClassVar[Promise]
    button: ClassVar[Promise]
    said: ClassVar[Promise]
    for_owner: ClassVar[bool] = False

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        condition = self._condition(request, public_id)
        return self._page(request, condition, self.form())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        condition = self._condition(request, public_id)
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(request, condition, form)
        try:
            self.do(request, condition, form.cleaned_data)
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, condition, form)
        messages.success(request, str(self.said))
        return redirect("manage:ethics_condition", condition.public_id)

    def form(self, data: Any = None) -> django_forms.Form:
        return forms.BecauseForm(data)

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        """Call the one service."""
        raise NotImplementedError

    def _condition(self, request: PersonRequest, public_id: str) -> Row:
        """The condition, to whoever may take this step. Raises NotFound, NotPermitted."""
        condition = queries.get_condition(request.user, public_id)
        if self.for_owner:
            rules.require_answer_condition(request.user, condition)
        else:
            rules.require_assess(request.user, condition.review.scope)
        return condition

    def _page(self, request: PersonRequest, condition: Row, form: django_forms.Form) -> HttpResponse:
        context = _context(request, condition) | {"form": form, "heading": self.heading, "button": self.button}
        return render(request, "core/ethics/condition_step.html", context)


class GiveEvidence(Step):
    heading, button, said = (
        _("Give the evidence"),
        _("Give the evidence"),
        _("The evidence is kept. An ethics officer reads it."),
    )
    for_owner = True

    def form(self, data: Any = None) -> django_forms.Form:
        return forms.EvidenceForm(data)

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        services.answer(condition, **given, by=request.user, at=clock.now())


class Accept(Step):
    heading, button, said = _("Accept the evidence"), _("Accept"), _("The condition is met.")

    def form(self, data: Any = None) -> django_forms.Form:
        return forms.ConfirmForm(data)

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        services.accept(condition, by=request.user, at=clock.now())


class SendBack(Step):
    heading, button, said = _("Send the evidence back"), _("Send it back"), _("The condition is open again.")

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        services.send_back(condition, **given, by=request.user)


class Waive(Step):
    heading, button, said = _("Waive the condition"), _("Waive it"), _("The condition is waived.")

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        services.waive(condition, **given, by=request.user, at=clock.now())


class Move(Step):
    heading, button, said = _("Move the due day"), _("Move it"), _("The due day is moved.")

    def form(self, data: Any = None) -> django_forms.Form:
        return forms.MoveForm(data)

    def do(self, request: PersonRequest, condition: Row, given: dict[str, Any]) -> None:
        services.move(condition, **given, on=clock.today(), by=request.user)


def _context(request: PersonRequest, condition: Row) -> dict[str, Any]:
    tone, state = words.CONDITIONS[condition.state]
    (line,) = queries.lines([condition.review], today=clock.today())
    return {
        "condition": condition,
        "line": line,
        "tone": tone,
        "state": state,
        "is_late": condition.due_on < clock.today(),
        "may_answer": queries.may_answer(request.user, condition),
        "may_decide": queries.may_decide(request.user, condition),
        "is_own_evidence": queries.is_own_evidence(request.user, condition),
        "reads_review": queries.visible_to(request.user).filter(pk=condition.review_id).exists(),
    }
