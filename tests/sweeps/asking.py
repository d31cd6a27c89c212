"""Asks the product, whole middleware and all, and takes back whatever the question changed."""

import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.client import ClientHandler, RequestFactory

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
FORM = "application/x-www-form-urlencoded"
WRITING = re.compile(r'\b(?:INSERT INTO|(?<!FOR )(?<!DO )(?<!FOR NO KEY )UPDATE|DELETE FROM)\s+"?(\w+)"?')
MOST_STEPS = 3
"""How many redirects are followed."""
_factory = RequestFactory()
_handler = ClientHandler(enforce_csrf_checks=False)
_strict_handler = ClientHandler(enforce_csrf_checks=True)


def ask(
    path: str,
    actor: Any = None,
    method: str = "GET",
    *,
    form: Any = None,
    body: bytes | None = None,
    language: str = "",
    follow: bool = False,
    strict: bool = False,
    cookies: dict[str, str] | None = None,
    **headers: str,
) -> HttpResponse:
    """The answer to ``actor``. ``form`` is sent as a form, ``body`` as it stands; ``language`` is what a cookie says.

    With ``follow`` a redirect is followed, with the cookies that it set; with ``strict`` a form needs its token. What
    broke inside is kept as ``response.failure``, the tables written to as ``response.written``.
    """
    sent = urlencode(form or {}, doseq=True).encode() if body is None else body
    jar = _jar(actor, language) | (cookies or {})
    failures: list[str] = []
    with _taken_back(method), _noted(failures), _written() as written:
        handler = _strict_handler if strict else _handler
        response = _read(handler(_environ(path, method, sent, jar, headers)))
        for _step in range(MOST_STEPS if follow else 0):
            if not location(response):
                break
            jar |= {name: morsel.value for name, morsel in response.cookies.items()}
            response = _read(handler(_environ(location(response), "GET", b"", jar, {})))
    response.failure = failures[-1] if failures else ""
    response.written = written
    return response


def location(response: HttpResponse) -> str:
    return response.headers.get("Location", "")


def _environ(path: str, method: str, body: bytes, jar: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
    environ = _factory._base_environ() | {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.split("?", maxsplit=1)[0].encode(errors="surrogateescape").decode("latin-1"),
        "QUERY_STRING": path.partition("?")[2],
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in jar.items()),
        "SERVER_NAME": "localhost",
        "wsgi.input": BytesIO(body),
    }
    if method not in {"GET", "HEAD", "OPTIONS"}:
        environ |= {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": str(len(body))}
    return environ | headers


def _jar(actor: Any, language: str) -> dict[str, str]:
    jar = {settings.SESSION_COOKIE_NAME: actor.session} if actor is not None and actor.session else {}
    return jar | ({settings.LANGUAGE_COOKIE_NAME: language} if language else {})


def _read(response: HttpResponse) -> HttpResponse:
    response.bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return response


@contextmanager
def _taken_back(method: str) -> Iterator[None]:
    """Whatever was written is undone, in the database and in the cache."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        if method == "POST":
            cache.clear()


@contextmanager
def _noted(failures: list[str]) -> Iterator[None]:
    """Keep the traceback of what broke."""

    def keep(**_given: object) -> None:
        failures.append("".join(traceback.format_exception(*sys.exc_info())[-4:]))

    got_request_exception.connect(keep)
    try:
        yield
    finally:
        got_request_exception.disconnect(keep)


@contextmanager
def _written() -> Iterator[set[str]]:
    """The tables to which anything was written, even where a savepoint took it back."""
    tables: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        tables.update(WRITING.findall(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables
