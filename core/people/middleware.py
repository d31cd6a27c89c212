"""The door: sessions that end, and the policy table asked before every view."""

from collections.abc import Callable
from functools import partial

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from structlog import contextvars

from core import clock
from core.errors import DomainError, NotFound, NotPermitted
from core.people import factors, policy, rules, sessions
from core.people.models import User
from core.web import errors, kept

Respond = Callable[[HttpRequest], HttpResponse]


class SessionLimitMiddleware:
    """End a session that was idle too long or lasts too long. Sign-in forms keep where the person was."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            contextvars.bind_contextvars(actor=request.user.public_id)
            now = clock.now()
            if sessions.has_ended(request.session, request.user, at=now):
                request.session_was_of = request.user.public_id  # type: ignore[attr-defined]  # for the door behind this one
                logout(request)
                messages.info(
                    request, _("Your session ended to protect your account. Sign in to go on where you were.")
                )
            else:
                sessions.see(request.session, at=now)
        return self.respond(request)


class PolicyMiddleware:
    """Ask the policy table before the view. A route that is not in the table is not there."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.may_open = partial(_may_open, request)  # type: ignore[attr-defined]
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        try:
            return _decide_on_route(request)
        except DomainError as refusal:
            return errors.refuse(request, refusal)


def _decide_on_route(request: HttpRequest) -> HttpResponse | None:
    if "\x00" in request.path_info:
        raise NotFound  # no id holds a NUL byte, and the database would not take the question
    route = request.resolver_match.view_name if request.resolver_match else ""
    table = policy.table()
    row = table.find(route, request.method or "")
    if row is None:
        if methods := table.methods_of(route):
            return HttpResponseNotAllowed(methods)
        raise NotFound
    return decide(request, row)


def decide(request: HttpRequest, row: policy.Row) -> HttpResponse | None:
    """None where the person may go on; otherwise where to go first. Raises NotFound, NotPermitted."""
    if row.roles == policy.ANYONE or row.scope:
        return None  # a partner system is judged by the door of the interface, and an endpoint opens to nobody else
    person = request.user
    if not isinstance(person, User):
        if row.keeps and request.method == "POST" and (owner := getattr(request, "session_was_of", "")):
            kept.keep(owner, request.path, dict(request.POST.lists()))
        return redirect_to_login(_return_to(request))
    if not row.before_factor and rules.needs_second_factor(person) and not is_mfa_enabled(person):
        messages.info(request, _("Your role needs a second factor. Set it up once; then you go on."))
        request.session[factors.GO_ON] = _return_to(request)
        return redirect("mfa_activate_totp")
    if not row.admits(person.role_slugs()):
        raise NotFound if row.hidden else NotPermitted
    if row.fresh and not factors.is_fresh(request):
        return factors.ask_again(request)
    return None


def _may_open(request: HttpRequest, route: str) -> bool:
    """Whether the person behind the request may open a route: for links, and for the lists of the web admin."""
    person = request.user
    return isinstance(person, User) and policy.table().opens(route, person.role_slugs())


def _return_to(request: HttpRequest) -> str:
    """After signing in: the page itself, or for a form that was sent, the page that it stood on."""
    return request.get_full_path() if request.method in policy.READ else request.path
