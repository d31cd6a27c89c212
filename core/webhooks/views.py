"""Endpoints of partner systems: what they are told of, what became of each message, and the steps that are taken with them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from core import clock
from core.errors import Conflict, Invalid
from core.people import scopes
from core.people.requests import PersonRequest
from core.web import tables
from core.webhooks import forms, queries, rules, services, words
from core.webhooks.lifecycle import OPEN, Standing
from core.webhooks.models import Delivery, Endpoint

Names = dict[tuple[str, str], str]
"""Of funds, programmes and organisations, by kind and id."""


class Endpoints(View):
    """Every endpoint that the person may see, by organisation."""

    def get(self, request: PersonRequest) -> HttpResponse:
        pages = tables.paginate(request, queries.listed(request.user))
        names = scopes.names({row.scope_kind for row in pages.page.object_list})
        context = {
            "pages": pages,
            "lines": [_told(request, row, names) for row in pages.page.object_list],
            "may_make": request.may_open("manage:webhook_new"),
        }
        return render(request, "core/webhooks/list.html", context)


class New(View):
    """The secret is shown in the answer, this once."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self._page(request, self._form(request))

    def post(self, request: PersonRequest) -> HttpResponse:
        form = self._form(request, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        given, (kind, ref) = form.cleaned_data, scopes.parse(form.cleaned_data["scope"])
        try:
            made, secret = services.make(
                organisation=queries.organisation(given["organisation"]),
                owner=queries.system(given["owner"]),
                scope_kind=kind,
                scope_ref=ref,
                url=given["url"],
                kinds_told=given["kinds"],
                contact=request.user,
                by=request.user,
                at=clock.now(),
            )
        except (Conflict, Invalid) as refusal:
            forms.take(form, refusal)
            return self._page(request, form)
        return _secret(request, made, secret)

    def _form(self, request: PersonRequest, data: Any = None) -> forms.MakeForm:
        return forms.MakeForm(
            data,
            owners=queries.systems(),
            organisations=queries.organisations(),
            offered=[(f"{kind}:{ref}", name) for kind, ref, name in _kept(request)],
        )

    def _page(self, request: PersonRequest, form: forms.MakeForm) -> HttpResponse:
        return render(request, "core/webhooks/new.html", {"form": form})


class One(View):
    """An endpoint with its log."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        endpoint = queries.endpoint(request.user, public_id)
        form = forms.SearchForm(request.GET)
        pages = tables.paginate(request, queries.log(endpoint, state=form.wanted()))
        context = _told(request, endpoint) | {
            "kinds": [words.kind(code) for code in endpoint.kinds],
            "secrets": queries.secrets(endpoint, at=clock.now()),
            "form": form,
            "pages": pages,
            "deliveries": [_line(one) for one in pages.page.object_list],
            "searched": bool(form.wanted()),
        }
        return render(request, "core/webhooks/endpoint.html", context)


class Message(View):
    """One message: what was sent, and every attempt."""

    def get(self, request: PersonRequest, public_id: str, message: str) -> HttpResponse:
        endpoint = queries.endpoint(request.user, public_id)
        delivery = queries.delivery(endpoint, message)
        context = _told(request, endpoint) | {
            "told": _line(delivery),
            "payload": queries.payload(delivery),
            "tries": [(one, words.attempt(one.status, one.failure)) for one in queries.tries(delivery)],
        }
        return render(request, "core/webhooks/message.html", context)


class Change(View):
    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        endpoint = _changeable(request, public_id)
        return self._page(request, endpoint, forms.ChangeForm(initial={"url": endpoint.url, "kinds": endpoint.kinds}))

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        endpoint, form = _changeable(request, public_id), forms.ChangeForm(request.POST)
        if not form.is_valid():
            return self._page(request, endpoint, form)
        try:
            services.change(
                endpoint, url=form.cleaned_data["url"], kinds_told=form.cleaned_data["kinds"], by=request.user
            )
        except Invalid as refusal:
            forms.take(form, refusal)
            return self._page(request, endpoint, form)
        messages.success(request, str(_("The endpoint is changed.")))
        return redirect("manage:webhook", endpoint.public_id)

    def _page(self, request: PersonRequest, endpoint: Endpoint, form: forms.ChangeForm) -> HttpResponse:
        return render(request, "core/webhooks/change.html", _told(request, endpoint) | {"form": form})


class Rotate(View):
    """A new secret, shown in the answer, this once."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        return self._page(request, _changeable(request, public_id), forms.RotateForm())

    def post(self, request: PersonRequest, public_id: str) -> HttpResponse:
        endpoint, form = _changeable(request, public_id), forms.RotateForm(request.POST)
        if not form.is_valid():
            return self._page(request, endpoint, form)
        secret = services.rotate(endpoint, by=request.user, at=clock.now(), overlap=form.hours())
        return _secret(request, endpoint, secret)

    def _page(self, request: PersonRequest, endpoint: Endpoint, form: forms.RotateForm) -> HttpResponse:
        return render(request, "core/webhooks/rotate.html", _told(request, endpoint) | {"form": form})


class Step(View):
    """Asks once, then calls one service."""

    heading: ClassVar[Promise]
    explanation: ClassVar[Promise]
    said: ClassVar[Promise]
    service: ClassVar[Callable[..., Any]]

    def get(self, request: PersonRequest, public_id: str, **_given: str) -> HttpResponse:
        return self._page(request, _changeable(request, public_id))

    def post(self, request: PersonRequest, public_id: str, **given: str) -> HttpResponse:
        endpoint = _changeable(request, public_id)
        try:
            self.do(request, endpoint, **given)
        except Conflict as refusal:
            return self._page(request, endpoint, refusal)
        messages.success(request, str(self.said))
        return redirect("manage:webhook", endpoint.public_id)

    def do(self, request: PersonRequest, endpoint: Endpoint, **given: str) -> None:
        type(self).service(endpoint, by=request.user)

    def _page(self, request: PersonRequest, endpoint: Endpoint, refusal: Conflict | None = None) -> HttpResponse:
        context = _told(request, endpoint) | {
            "heading": self.heading,
            "explanation": self.explanation,
            "refusal": refusal,
        }
        return render(request, "core/webhooks/step.html", context, status=409 if refusal else 200)


class Pause(Step):
    heading, said = _("Pause it"), _("It is paused. Messages wait.")
    explanation = _("Messages wait until it is resumed. None is lost.")
    service = staticmethod(services.pause)


class Resume(Step):
    heading, said = _("Resume it"), _("It is active again. What waits is sent.")
    explanation = _("What waits is sent, and it is told again of what happens from now on.")
    service = staticmethod(services.resume)


class Disable(Step):
    heading, said = _("Disable it"), _("It is disabled.")
    explanation = _(
        "It is told nothing more, and what waits is given up. What happens meanwhile can be read from the feed."
    )
    service = staticmethod(services.disable)


class Test(Step):
    heading, said = _("Send a test"), _("The test is on its way. Reload the page to see the answer.")
    explanation = _("A message about nothing is sent now, signed as all others.")

    def do(self, request: PersonRequest, endpoint: Endpoint, **given: str) -> None:
        services.test(endpoint, by=request.user, at=clock.now())


class Replay(Step):
    heading, said = _("Send it again"), _("It waits to be sent again, under the same id.")
    explanation = _("The message is sent again under the same id, so that the receiver knows it.")

    def do(self, request: PersonRequest, endpoint: Endpoint, **given: str) -> None:
        services.replay(endpoint, [queries.delivery(endpoint, given["message"])], by=request.user, at=clock.now())


class ReplayAll(Step):
    heading, said = _("Send what was given up again"), _("They wait to be sent again, under the same ids.")
    explanation = _("Every message that was given up is sent again under its id, the oldest first.")

    def do(self, request: PersonRequest, endpoint: Endpoint, **given: str) -> None:
        services.replay(endpoint, queries.given_up(endpoint), by=request.user, at=clock.now())


def _changeable(request: PersonRequest, public_id: str) -> Endpoint:
    """The endpoint, to somebody who may change it. Raises NotFound, NotPermitted."""
    endpoint = queries.endpoint(request.user, public_id)
    rules.require_change(request.user, endpoint)
    return endpoint


def _kept(request: PersonRequest) -> list[tuple[str, str, str]]:
    """The funds and programmes that the person keeps endpoints over."""
    names = scopes.names(["fund", "programme"])
    return [(kind, ref, name) for (kind, ref), name in names.items() if rules.may_keep(request.user, kind, ref)]


def _secret(request: PersonRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    shown = render(request, "core/webhooks/secret.html", _told(request, endpoint) | {"secret": secret})
    shown["Cache-Control"] = "no-store"
    return shown


def _told(request: PersonRequest, endpoint: Endpoint, names: Names | None = None) -> dict[str, Any]:
    """An endpoint with its words, ready for a template."""
    names = scopes.names([endpoint.scope_kind]) if names is None else names
    return {
        "endpoint": endpoint,
        "scope": names.get((endpoint.scope_kind, endpoint.scope_ref), endpoint.scope_ref),
        "standing": words.STANDINGS[endpoint.standing],
        "tone": words.TONES[endpoint.standing],
        "because": words.REASONS.get(endpoint.because, ""),
        "may_change": rules.may_change(request.user, endpoint),
        "is_active": endpoint.standing == Standing.ACTIVE,
        "is_disabled": endpoint.standing == Standing.DISABLED,
    }


def _line(delivery: Delivery) -> dict[str, Any]:
    event = delivery.event
    return {
        "delivery": delivery,
        "what": words.kind(event.kind) if event else words.TEST,
        "state": words.STATES[delivery.state],
        "tone": words.TONES[delivery.state],
        "because": words.REASONS.get(delivery.because, ""),
        "waits": delivery.state in OPEN,
    }
