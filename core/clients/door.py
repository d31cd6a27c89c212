"""
The door of the interface: for each call below ``/api/v1/``, who calls, from where, how often, and with which scope.

The policy table names the scope of a route; a client has it from its approval, a token from the client. What the caller may
see of the things behind the route is the part's own query. A call with a cookie and no token is nobody's.
"""

import time
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from structlog import contextvars

from core import clock
from core.api import problems, scopes
from core.api.callers import Caller
from core.api.prepared import prepared
from core.api.problems import Problem
from core.clients import provider, services
from core.clients.models import Client
from core.people import policy
from core.people.models import User
from core.web.requests import client_address

Respond = Callable[[HttpRequest], HttpResponse]
NOBODY = _("Send Authorization: Bearer with a token of /api/oauth/token. It holds for fifteen minutes.")
MINUTE = 60


def _columns(model: type[Model], of: str) -> str:
    """By their names: what is prepared outlives a column that a newer release adds beside them."""
    return ", ".join(f'{of}."{field.column}"' for field in model._meta.concrete_fields)


# Asked at every call, so written out and prepared: putting them together took longer than all else at the door.
_CLIENT = f"""
SELECT {_columns(Client, "c")}, t.scope AS scopes_of_token, o.public_id AS organisation_ref
  FROM oauth2_provider_accesstoken t
  JOIN core_client c ON c.application_id = t.application_id
  JOIN core_organisation o ON o.id = c.organisation_id
 WHERE t.token_checksum = %s AND t.expires > %s
"""  # noqa: S608 -- names of columns
_PERSON = f"SELECT {_columns(User, 'u')} FROM core_user u WHERE u.id = %s"  # noqa: S608 -- as above


class ClientDoorMiddleware:
    """Judges before the view, and notes the call after it."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(problems.PREFIX):
            return self.respond(request)
        began = time.perf_counter()
        response = self.respond(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if client := getattr(request, "client_of_partner", None):
            _tell_limit(response, client, request)
            _note(request, response, client, time.perf_counter() - began)
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        row = policy.table().find(match.view_name, request.method or "") if match else None
        if row is None or not row.scope:
            return None
        try:
            _admit(request, row)
        except Problem as problem:
            return problems.of_problem(request, problem)
        return None


def _admit(request: HttpRequest, row: policy.Row) -> None:
    """Let the caller in, or raise Problem."""
    client = _client(request)
    if not provider.is_in_use(client) or not client.person or not client.person.is_active:
        raise _nobody()
    at = clock.now()
    request.client_of_partner = client  # type: ignore[attr-defined]  # for the log of calls and the limit
    _require_address(request, client)
    calls = services.count(client, at=at)
    request.calls_left = max(client.calls_a_minute - calls, 0)  # type: ignore[attr-defined]  # as above
    if calls > client.calls_a_minute:
        seconds = MINUTE - at.second
        detail = _("This client may call {limit} times a minute. Go on in {seconds} seconds.")
        said = detail.format(limit=client.calls_a_minute, seconds=seconds)
        raise Problem("quota_exceeded", 429, said, headers={"Retry-After": str(seconds)})
    held = frozenset(client.scopes) & frozenset(client.scopes_of_token.split())
    if row.scope != scopes.ANY and row.scope not in held:
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{row.scope}"'}
        said = _("This needs the scope {scope}. Ask for a client, or a token, that has it.").format(scope=row.scope)
        raise Problem("scope_missing", 403, said, headers=challenge)
    request.user = client.person
    request.caller = Caller(client.public_id, client.person, client.organisation_ref, held)  # type: ignore[attr-defined]
    contextvars.bind_contextvars(actor=client.person.public_id, client=client.public_id)


def _client(request: HttpRequest) -> Any:
    """The client whose token was sent, with the token's scopes, the public id of its organisation and its account."""
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not told:
        raise _nobody()
    digest = sha256(told.strip().encode()).hexdigest()
    with prepared():
        found: Any = next(iter(Client.objects.raw(_CLIENT, [digest, timezone.now()])), None)
        if found is None:
            raise _nobody('error="invalid_token"')
        found.person = next(iter(User.objects.raw(_PERSON, [found.person_id])), None)
    return found


def _require_address(request: HttpRequest, client: Client) -> None:
    if not client.addresses:
        return
    told = client_address(request)
    if told is None or not any(ip_address(told) in ip_network(one) for one in client.addresses):
        raise Problem("not_permitted", 403, _("This client calls from other addresses than this one."))


def _nobody(error: str = "") -> Problem:
    return Problem("not_authenticated", 401, NOBODY, headers={"WWW-Authenticate": f"Bearer {error}".strip()})


def _tell_limit(response: HttpResponse, client: Client, request: HttpRequest) -> None:
    left = getattr(request, "calls_left", None)
    if left is None:
        return
    response.headers["RateLimit-Policy"] = f'"default";q={client.calls_a_minute};w={MINUTE}'
    response.headers["RateLimit"] = f'"default";r={left};t={MINUTE - clock.now().second}'


def _note(request: HttpRequest, response: HttpResponse, client: Client, seconds: float) -> None:
    match = request.resolver_match
    services.note_call(
        client,
        at=clock.now(),
        method=request.method,
        route=match.view_name if match else "",
        status=response.status_code,
        milliseconds=round(seconds * 1000),
        request_id=getattr(request, "request_id", ""),
        from_address=client_address(request),
    )
