"""Programmes and their challenges on the programme manager's side. Both are public as soon as they are added."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.challenges import forms, queries, services
from accelerator.challenges.models import Programme
from core import clock
from core.errors import Conflict, Invalid, NotFound, NotPermitted
from core.nations.models import Basis
from core.people import rules as people_rules
from core.people.requests import PersonRequest
from core.people.roles import Permission
from core.web.forms import take


class AddProgramme(View):
    """A new programme, by whoever runs all of them."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, forms.ProgrammeForm())

    def post(self, request: PersonRequest) -> HttpResponse:
        form = forms.ProgrammeForm(request.POST)
        if form.is_valid():
            try:
                programme = services.publish_programme(
                    **form.stated(), basis=Basis.SOLID, by=request.user, at=clock.now()
                )
            except (Conflict, Invalid) as refusal:
                take(form, refusal, {"call_closes_on": "closes_on", "funding": "phase_1_amount"})
            else:
                messages.success(request, _("The programme is public now. Add its challenges."))
                return redirect("accelerator:challenges", programme.public_id)
        return self._page(request, form)

    def _page(self, request: PersonRequest, form: forms.ProgrammeForm) -> HttpResponse:
        if not people_rules.reaches_everywhere(request.user, Permission.PROGRAMME_PUBLISH):
            raise NotPermitted
        return render(request, "accelerator/calls/programme.html", {"form": form})


class Challenges(View):
    """The challenges of a programme, and one more."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, _own(request, public_id), forms.ChallengeForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        programme, form = _own(request, public_id), forms.ChallengeForm(request.POST)
        if form.is_valid():
            try:
                services.publish_challenge(
                    programme, **form.cleaned_data, basis=Basis.SOLID, by=request.user, at=clock.now()
                )
            except (Conflict, Invalid) as refusal:
                take(form, refusal)
            else:
                messages.success(request, _("The challenge is public now."))
                return redirect("accelerator:challenges", programme.public_id)
        return self._page(request, programme, form)

    def _page(self, request: PersonRequest, programme: Programme, form: forms.ChallengeForm) -> HttpResponse:
        context: dict[str, Any] = {
            "programme": programme,
            "challenges": queries.challenges_of(programme),
            "form": form,
        }
        return render(request, "accelerator/calls/challenges.html", context)


def _own(request: PersonRequest, public_id: str) -> Programme:
    """A programme that the person runs. Raises NotFound."""
    found = {one.public_id: one for one in queries.run_by(request.user)}
    if public_id not in found:
        raise NotFound
    return found[public_id]
