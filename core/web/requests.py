"""What is known of each request before anything looks at it: when it arrived, its id, where it came from, how large it may be."""

import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from core import clock

Respond = Callable[[HttpRequest], HttpResponse]

LONGEST_WAIT = timedelta(minutes=10)
FIT_STAMP = re.compile(r"[0-9]{9,14}(\.[0-9]{1,6})?")
MILLISECONDS_FROM = 100_000_000_000
"""A stamp above it is in milliseconds: as seconds it would lie three thousand years ahead."""
FIT_ID = re.compile(r"[A-Za-z0-9-]{8,40}")


class RequestIdMiddleware:
    """
    One id follows a request through log, audit, mail and error page. A proxy's id is kept only where one is trusted.

    It stands before django-structlog, which takes the id from the header.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = _request_id(request)
        request.request_id = own  # type: ignore[attr-defined]  # what Django's request has no place for
        request.META["HTTP_X_REQUEST_ID"] = own
        response = self.respond(request)
        response["X-Request-Id"] = own
        return response


class ArrivalMiddleware:
    """
    When a request arrived, to the microsecond: deadlines are judged by it, however long the answer takes.

    A trusted proxy may say so in ``X-Request-Start``, as seconds since 1970 (``t=1790000000.123``, as nginx writes it) or
    milliseconds. What lies ahead of our clock, or more than ten minutes behind it, is not believed.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        waited = _waited(request) if settings.ALLAUTH_TRUSTED_PROXY_COUNT else timedelta()
        request.arrived_at = clock.now() - waited  # type: ignore[attr-defined]  # what Django's request has no place for
        return self.respond(request)


class BodyLimitMiddleware:
    """Refuse a body that is too large before it is read."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.REQUEST_BODY_LIMIT:
            request.body_refused = True  # type: ignore[attr-defined]  # what Django's request has no place for
        return self.respond(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        if getattr(request, "body_refused", False):
            raise RequestDataTooBig


def client_address(request: HttpRequest) -> str | None:
    """
    The address of the client: the proxy's word is taken for exactly as many proxies as are trusted.

    What is no address, as whoever comes past the proxy may write, is not believed: the audit trail could not keep it.
    """
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= trusted and (told := _address(hops[-trusted])):
            return told
    return _address(request.META.get("REMOTE_ADDR", ""))


def _waited(request: HttpRequest) -> timedelta:
    """How long the request waited between the proxy and us."""
    told = request.META.get("HTTP_X_REQUEST_START", "").removeprefix("t=")
    if not FIT_STAMP.fullmatch(told):
        return timedelta()
    seconds = float(told)
    seconds = seconds / 1000 if seconds > MILLISECONDS_FROM else seconds
    waited = timedelta(seconds=time.time() - seconds)
    return waited if timedelta() <= waited <= LONGEST_WAIT else timedelta()


def _address(text: str) -> str | None:
    """An address as some proxies write it, with a port or in brackets; None where it is none."""
    bare = text.partition("]")[0].removeprefix("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        return None


def _request_id(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT and FIT_ID.fullmatch(given):
        return given
    return f"REQ-{secrets.token_hex(5).upper()}"
