"""Pages of partner systems: which there are, asking for one, deciding, their secrets, what they called."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.clients import contract, forms, queries, rules, services, words
from core.clients.lifecycle import State
from core.clients.models import Client as Row
from core.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from core.people import scopes as reaches
from core.people.requests import PersonRequest
from core.web import tables
from core.web.forms import take


class Clients(View):
    """Every client that the person may see, and the contract."""

    def get(self, request: PersonRequest) -> HttpResponse:
        found = queries.visible_to(request.user)
        context = {"lines": [_line(one) for one in found], "domains": _domains(request)}
        return render(request, "core/clients/list.html", context)


class Client(View):
    """One client: what it may, its secrets, how its limit stands, what it called."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return _page(request, queries.get(request.user, public_id))


class Ask(View):
    """Ask for a client of one domain."""

    def get(self, request: PersonRequest, domain: str) -> HttpResponse:
        return self._page(request, domain, self._form(request, domain))

    def post(self, request: PersonRequest, domain: str) -> HttpResponse:
        form = self._form(request, domain, request.POST)
        if not form.is_valid():
            return self._page(request, domain, form)
        try:
            made = services.request(**form.given(), by=request.user, on=clock.today(), at=clock.now())
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, domain, form)
        messages.success(request, str(_("It is asked for. Somebody else decides on it.")))
        return redirect("manage:client", made.public_id)

    def _form(self, request: PersonRequest, domain: str, *given: Any) -> forms.RequestForm:
        if domain not in queries.domains(of=request.user):
            raise NotFound
        return forms.RequestForm(*given, person=request.user, domain=domain, on=clock.today())

    def _page(self, request: PersonRequest, domain: str, form: forms.RequestForm) -> HttpResponse:
        context = {"form": form, "domain": words.DOMAINS[domain]}
        return render(request, "core/clients/ask.html", context)


class Approve(View):
    """The second person's word for exactly what stands on the page."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, queries.get(request.user, public_id))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        client = queries.get(request.user, public_id)
        try:
            services.approve(client, by=request.user, on=clock.today(), at=clock.now())
        except DomainError as refusal:
            return self._page(request, client, str(refusal))
        messages.success(request, str(_("It may call once a secret is made for it.")))
        return redirect("manage:client", client.public_id)

    def _page(self, request: PersonRequest, client: Row, refusal: str = "") -> HttpResponse:
        context = {"told": _line(client), "facts": _facts(client), "refusal": refusal}
        return render(request, "core/clients/approve.html", context, status=409 if refusal else 200)


class Steer(View):
    """A form, then one service."""

    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    said: ClassVar[Promise]
    form: ClassVar[type[django_forms.Form]] = forms.ReasonForm
    service: ClassVar[Callable[..., Any]]

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, self._client(request, public_id), self.form())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        client, form = self._client(request, public_id), self.form(request.POST)
        if not form.is_valid():
            return self._page(request, client, form)
        try:
            return self.done(request, client, form.cleaned_data)
        except (Conflict, Invalid, NotPermitted) as refusal:
            take(form, refusal)
            return self._page(request, client, form)

    def done(self, request: PersonRequest, client: Row, given: dict[str, Any]) -> HttpResponse:
        type(self).service(client, **given, by=request.user, at=clock.now())
        messages.success(request, str(self.said))
        return redirect("manage:client", client.public_id)

    def _client(self, request: PersonRequest, public_id: str) -> Row:
        client = queries.get(request.user, public_id)
        rules.require_run(request.user, client.reach, client.domain)
        return client

    def _page(self, request: PersonRequest, client: Row, form: django_forms.Form) -> HttpResponse:
        context = {"told": _line(client), "form": form, "heading": self.heading, "explanation": self.explanation}
        return render(request, "core/clients/steer.html", context)


class Refuse(Steer):
    heading, said = _("Refuse it"), _("It is refused.")
    explanation = _("Whoever asked reads the reason, and may ask for another one.")
    service = staticmethod(services.refuse)


class Revoke(Steer):
    heading, said = _("Revoke it"), _("It is revoked. Nothing calls with it any more.")
    explanation = _("Its tokens and secrets end at this moment. It cannot be taken up again.")
    service = staticmethod(services.revoke)


class MakeSecret(Steer):
    """The secret stands on this one answer and nowhere else."""

    heading, said = _("Make a secret"), _("The secret is made.")
    explanation = _("It is shown once, on the next page. Give it to the partner by a way that only the partner reads.")
    form = forms.OverlapForm

    def done(self, request: PersonRequest, client: Row, given: dict[str, Any]) -> HttpResponse:
        overlap = timedelta(days=given["overlap_days"])
        secret = services.make_secret(client, by=request.user, at=clock.now(), overlap=overlap)
        answer = render(request, "core/clients/secret.html", {"told": _line(client), "secret": secret})
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Contract(View):
    """The contract as a page: every operation with its scope, what it takes and shows."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return render(
            request, "core/clients/contract.html", {"groups": contract.as_groups(), "scopes": queries.scopes()}
        )


class Document(View):
    """The contract as OpenAPI."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return HttpResponse(
            contract.document(),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="openapi.json"'},
        )


def _page(request: PersonRequest, client: Row) -> HttpResponse:
    at = clock.now()
    pages = tables.paginate(request, queries.calls(client))
    runs = rules.may_run(request.user, client.reach, client.domain)
    context = {
        "told": _line(client),
        "facts": _facts(client),
        "secrets": queries.secrets(client, at=at),
        "usage": queries.used(client, at=at),
        "pages": pages,
        "may_decide": rules.may_decide(request.user, client),
        "may_steer": runs and client.state == State.APPROVED,
        "waits_for_another": client.state == State.REQUESTED and not rules.may_decide(request.user, client) and runs,
    }
    return render(request, "core/clients/client.html", context)


def _line(client: Row) -> dict[str, Any]:
    return {
        "client": client,
        "state": words.STATES[client.state],
        "tone": words.TONES[State(client.state)],
        "domain": words.DOMAINS[client.domain],
    }


def _facts(client: Row) -> dict[str, Any]:
    """What it may, in words."""
    labels = {one.code: one.label for one in queries.scopes()}
    names = reaches.names({one.partition(":")[0] for one in client.reach})
    return {
        "scopes": [(code, labels.get(code, code)) for code in client.scopes],
        "reach": [names.get((kind, ref), ref) for kind, _colon, ref in (one.partition(":") for one in client.reach)],
    }


def _domains(request: PersonRequest) -> list[tuple[str, Promise]]:
    return [(one, words.DOMAINS[one]) for one in queries.domains(of=request.user)]
