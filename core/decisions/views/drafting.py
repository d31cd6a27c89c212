"""Drafting a proposal, and writing a new text of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.decisions import forms, kinds, queries, rules, services
from core.decisions.models import Proposal
from core.decisions.queries import Choice
from core.decisions.rules import Act
from core.errors import Conflict, Invalid, NotFound
from core.people.requests import PersonRequest
from core.web.forms import take


class Draft(View):
    """First what is proposed, about which fund or programme; then its text."""

    def get(self, request: PersonRequest) -> HttpResponse:
        if "about" not in request.GET:
            context = {"choices": queries.choices(request.user)}
            return render(request, "core/decisions/choose.html", context)
        choice = queries.choice(request.user, request.GET["about"])
        return _page(request, choice, forms.TextForm(kind=choice.kind, scope=choice.scope))

    def post(self, request: PersonRequest) -> HttpResponse:
        if "about" not in request.GET:
            return self.get(request)
        choice = queries.choice(request.user, request.GET["about"])
        form = forms.TextForm(request.POST, kind=choice.kind, scope=choice.scope)
        if not form.is_valid():
            return _page(request, choice, form)
        try:
            made = services.draft(choice.kind.code, choice.scope, form.text(), by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return _page(request, choice, form)
        messages.success(request, _("Drafted. Another person circulates it."))
        return redirect("manage:decision", made.public_id)


class Text(View):
    """A new version of the text; where silence runs, it is over with it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal, choice = self._load(request, public_id)
        before = queries.last_text(proposal)
        form = forms.TextForm(kind=choice.kind, scope=choice.scope, before=before)
        return _page(request, choice, form, proposal)

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        proposal, choice = self._load(request, public_id)
        form = forms.TextForm(request.POST, kind=choice.kind, scope=choice.scope)
        if not form.is_valid():
            return _page(request, choice, form, proposal)
        try:
            services.amend(proposal, form.text(), by=request.user, at=request.arrived_at)
        except (Conflict, Invalid) as refusal:
            take(form, refusal)
            return _page(request, choice, form, proposal)
        messages.success(request, _("The new text is kept. Another person circulates it."))
        return redirect("manage:decision", public_id)

    def _load(self, request: PersonRequest, public_id: str) -> tuple[Proposal, Choice]:
        """The proposal, to whoever may write its text now."""
        proposal = queries.get(request.user, public_id)
        if refused := rules.refusal(request.user, proposal, Act.WRITE, at=request.arrived_at):
            raise refused
        kind = kinds.find(proposal.kind)
        if kind is None:
            raise NotFound
        return proposal, Choice(kind, proposal.scope, kinds.scope_name(proposal.kind, proposal.scope))


def _page(
    request: PersonRequest, choice: Choice, form: forms.TextForm, proposal: Proposal | None = None
) -> HttpResponse:
    return render(request, "core/decisions/text.html", {"choice": choice, "form": form, "proposal": proposal})
