"""Asks the product, whole middleware and all, and takes back whatever the question changed."""

import sys
import traceback
from io import BytesIO
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import HttpResponse
from django.test.client import ClientHandler, RequestFactory

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_factory = RequestFactory()
_handler = ClientHandler(enforce_csrf_checks=False)
FORM = "application/x-www-form-urlencoded"


def ask(path, actor=None, method="GET", *, form=None, language="", **headers) -> HttpResponse:
    """The answer to ``actor``. ``form`` is sent as a form; ``language`` is what the browser asks for.

    What broke inside is kept as ``response.failure``.
    """
    body = urlencode(form or {}).encode()
    environ = _factory._base_environ() | {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.split("?", maxsplit=1)[0].encode().decode("latin-1"),
        "QUERY_STRING": path.partition("?")[2],
        "HTTP_COOKIE": _cookies(actor, language),
        "SERVER_NAME": "localhost",
        "wsgi.input": BytesIO(body),
        **headers,
    }
    if method not in {"GET", "HEAD", "OPTIONS"}:
        environ |= {
            "CONTENT_TYPE": headers.get("CONTENT_TYPE", FORM),
            "CONTENT_LENGTH": headers.get("CONTENT_LENGTH", str(len(body))),
        }
    failures = []

    def keep(**_given):
        failures.append("".join(traceback.format_exception(*sys.exc_info())[-4:]))

    got_request_exception.connect(keep)
    try:
        with transaction.atomic():
            response = _handler(environ)
            _read(response)
            transaction.set_rollback(True)
    finally:
        got_request_exception.disconnect(keep)
        if method == "POST":
            cache.clear()
    response.failure = failures[-1] if failures else ""
    return response


def location(response: HttpResponse) -> str:
    return response.headers.get("Location", "")


def _read(response: HttpResponse) -> None:
    if response.streaming:
        response.bytes = b"".join(response.streaming_content)
    else:
        response.bytes = response.content


def _cookies(actor, language: str) -> str:
    cookies = []
    if actor is not None and actor.session:
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={actor.session}")
    if language:
        cookies.append(f"{settings.LANGUAGE_COOKIE_NAME}={language}")
    return "; ".join(cookies)
