"""The gate as its people see it: where it is in force, and what two of them let pass."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, DomainError, Invalid, NotPermitted
from core.ethics import gate_forms, gating, services
from core.ethics.lifecycle import Money
from core.people.requests import PersonRequest
from core.web.forms import take


class Gate(View):
    """Where it is in force, and every override, the newest first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        context = {
            "starts": gating.starts(request.user),
            "lines": gating.overrides(request.user, on=clock.today()),
            "may_start": bool(gating.scopes_to_start(request.user)),
            "may_ask": gating.may_ask(request.user),
        }
        return render(request, "core/ethics/gate_list.html", context)


class Start(View):
    """Put the gate in force, or bring its day forward."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, self._form(request))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        given = dict(form.cleaned_data)
        try:
            services.put_in_force(given.pop("scope"), **given, by=request.user, at=clock.now())
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, form)
        messages.success(request, str(_("The gate judges its money from that day on.")))
        return redirect("manage:ethics_gate")

    def _form(self, request: PersonRequest, *given: Any) -> gate_forms.StartForm:
        return gate_forms.StartForm(*given, scopes=gating.scopes_to_start(request.user), on=clock.today())

    def _page(self, request: PersonRequest, form: gate_forms.StartForm) -> HttpResponse:
        context = {
            "form": form,
            "heading": _("Put the gate in force"),
            "explanation": _(
                "From that day on, money of companies without a clear review waits, by whatever way it comes."
            ),
            "button": _("Put it in force"),
        }
        return render(request, "core/ethics/gate_form.html", context)


class AskOverride(View):
    """Ask that one thing passes. Somebody of the other side approves it."""

    def get(self, request: PersonRequest) -> HttpResponse:
        wanted = {name: request.GET.get(name, "") for name in ("subject", "kind")}
        return self._page(request, self._form(request, initial=wanted))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        given = dict(form.cleaned_data)
        subject, kind = given.pop("subject"), Money(given.pop("kind"))
        try:
            services.ask_override(
                subject.scope,
                subject.public_id,
                kind=kind,
                **given,
                by=request.user,
                on=clock.today(),
                at=clock.now(),
            )
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, form)
        messages.success(request, str(_("It is asked for. Somebody of the other side approves it, or leaves it.")))
        return redirect("manage:ethics_gate")

    def _form(self, request: PersonRequest, *given: Any, **more: Any) -> gate_forms.OverrideForm:
        asked = request.GET.get("subject") or request.POST.get("subject", "")
        offered = gating.subjects_for(request.user, also=asked)
        return gate_forms.OverrideForm(*given, **more, offered=offered, on=clock.today())

    def _page(self, request: PersonRequest, form: gate_forms.OverrideForm) -> HttpResponse:
        context = {
            "form": form,
            "heading": _("Ask for an override"),
            "explanation": _("An ethics officer and a manager let it pass together, each with her own account."),
            "button": _("Ask for it"),
        }
        return render(request, "core/ethics/gate_form.html", context)


class ApproveOverride(View):
    """The second person's yes to exactly what stands on the page."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, gating.override(request.user, public_id, on=clock.today()))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        line = gating.override(request.user, public_id, on=clock.today())
        try:
            services.approve_override(line.row, by=request.user, on=clock.today(), at=clock.now())
        except DomainError as refusal:
            return self._page(request, line, str(refusal))
        messages.success(request, str(_("It may pass once, up to its amount and its last day.")))
        return redirect("manage:ethics_gate")

    def _page(self, request: PersonRequest, line: gating.Line, refusal: str = "") -> HttpResponse:
        context = {"line": line, "refusal": refusal}
        return render(request, "core/ethics/gate_approve.html", context, status=409 if refusal else 200)
