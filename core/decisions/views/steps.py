"""The steps of a proposal, each a form beside its text and one call."""

from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core.decisions import forms, kinds, queries, rules, services
from core.decisions.models import Proposal
from core.decisions.rules import Act
from core.errors import Conflict, DomainError, Invalid
from core.people.requests import PersonRequest
from core.web.forms import take

CONFLICT = 409


class Step(View):
    """A form about one proposal. A refusal of the service stands beside the field or above the form."""

    act: ClassVar[Act]
    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    button: ClassVar[Promise]
    said: ClassVar[Promise]

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal = self._proposal(request, public_id)
        return self._page(request, proposal, self.form(proposal))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal = self._proposal(request, public_id)
        form = self.form(proposal, data=request.POST)
        if not form.is_valid():
            return self._page(request, proposal, form)
        try:
            self.do(request, proposal, form.cleaned_data)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return self._page(request, proposal, form, status=CONFLICT)
        messages.success(request, str(self.said))
        return redirect("manage:decision", public_id)

    def form(self, proposal: Proposal, **given: Any) -> django_forms.Form:
        raise NotImplementedError

    def do(self, request: PersonRequest, proposal: Proposal, given: dict[str, Any]) -> None:
        """Call the one service."""
        raise NotImplementedError

    def _proposal(self, request: PersonRequest, public_id: str) -> Proposal:
        """The proposal, to whoever may take the step now. Raises NotFound, and what refuses it."""
        proposal = queries.get(request.user, public_id)
        text = queries.last_text(proposal)
        refused: DomainError | None = rules.refusal(request.user, proposal, self.act, at=request.arrived_at, text=text)
        if refused:
            raise refused
        return proposal

    def _page(
        self, request: PersonRequest, proposal: Proposal, form: django_forms.Form, *, status: int = 200
    ) -> HttpResponse:
        text, kind = queries.last_text(proposal), kinds.find(proposal.kind)
        context = {
            "proposal": proposal,
            "text": text,
            "terms": kind.told(proposal.scope, text.terms) if kind else [],
            "form": form,
            "heading": self.heading,
            "explanation": self.explanation,
            "button": self.button,
            "entitled": queries.entitled_now(proposal, at=request.arrived_at) if self.act is Act.CIRCULATE else [],
        }
        return render(request, "core/decisions/step.html", context, status=status)


class Circulate(Step):
    act = Act.CIRCULATE
    heading, button, said = _("Circulate the text"), _("Circulate it"), _("Silence runs. Every entitled Ally is told.")
    explanation = _(
        "From now on any entitled Ally may break silence. If none does, the text is adopted when silence ends."
    )

    def form(self, proposal: Proposal, **given: Any) -> django_forms.Form:
        kind = kinds.find(proposal.kind)
        place = {"zone": kind.zone, "calendar": kind.calendar} if kind else {}
        return forms.CirculateForm(initial=place | {"digest": queries.last_text(proposal).digest}, **given)

    def do(self, request: PersonRequest, proposal: Proposal, given: dict[str, Any]) -> None:
        services.circulate(proposal, **given, by=request.user, at=request.arrived_at)


class Extend(Step):
    act = Act.EXTEND
    heading, button, said = (
        _("Extend the silence"),
        _("Extend it"),
        _("Silence runs longer. Every entitled Ally is told."),
    )
    explanation = _("For every Ally alike, and only to a later moment.")

    def form(self, proposal: Proposal, **given: Any) -> django_forms.Form:
        return forms.ExtendForm(**given)

    def do(self, request: PersonRequest, proposal: Proposal, given: dict[str, Any]) -> None:
        services.extend(proposal, **given, by=request.user, at=request.arrived_at)


class Withdraw(Step):
    act = Act.WITHDRAW
    heading, button, said = _("Withdraw the proposal"), _("Withdraw it"), _("Withdrawn.")
    explanation = _("It is not decided any more. Where silence runs, every entitled Ally is told.")

    def form(self, proposal: Proposal, **given: Any) -> django_forms.Form:
        return forms.BecauseForm(**given)

    def do(self, request: PersonRequest, proposal: Proposal, given: dict[str, Any]) -> None:
        services.withdraw(proposal, **given, by=request.user, at=request.arrived_at)


class Letter(Step):
    """An objection that reached the secretariat otherwise than here."""

    act = Act.LETTER
    heading, button, said = (
        _("Enter an Ally’s letter"),
        _("Enter it"),
        _("Entered. Silence is broken; everybody is told."),
    )
    explanation = _("For an Ally that objects in writing and not on its own page.")

    def form(self, proposal: Proposal, **given: Any) -> django_forms.Form:
        circulation = queries.get_running(proposal)
        return forms.LetterForm(of=queries.addressees(circulation), **given)

    def do(self, request: PersonRequest, proposal: Proposal, given: dict[str, Any]) -> None:
        services.enter_letter(proposal, **given, by=request.user, at=request.arrived_at)
