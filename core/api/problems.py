"""
Errors as RFC 9457 says: ``application/problem+json`` with a stable code, words in the reader's language, and pointers.

Every answer of 400 and above below ``/api/`` is one of these, also those that never reach an endpoint.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import errors

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
KINDS = "/api/problems/"
"""Below it stands a page for each code."""

TITLES: dict[str, str | Promise] = {
    "invalid": _("Something in the request has to be corrected"),
    "unreadable": _("The request cannot be read"),
    "not_authenticated": _("Say who you are"),
    "not_permitted": _("This is not allowed"),
    "scope_missing": _("The client lacks the scope"),
    "not_found": _("There is nothing here"),
    "method_not_allowed": _("This address does not take that method"),
    "not_acceptable": _("Only JSON is answered here"),
    "conflict": _("The state of the thing forbids it now"),
    "key_in_use": _("A request with this key is being carried out"),
    "stale": _("It has changed in the meantime"),
    "too_large": _("That is too much at once"),
    "unsupported_media_type": _("Only JSON is read here"),
    "key_reused": _("This key stands for another request"),
    "version_missing": _("Say which version you change"),
    "quota_exceeded": _("Too many calls"),
    "our_fault": _("The fault is ours"),
}
"""Kinds of problem by their code; a refusal of the domain keeps its own code and takes the title of its kind."""

STATUS_OF_REFUSAL: dict[type[errors.DomainError], tuple[int, str]] = {
    errors.NotPermitted: (HTTPStatus.FORBIDDEN, "not_permitted"),
    errors.NotFound: (HTTPStatus.NOT_FOUND, "not_found"),
    errors.Conflict: (HTTPStatus.CONFLICT, "conflict"),
    errors.Invalid: (HTTPStatus.BAD_REQUEST, "invalid"),
}
KIND_OF_STATUS = {
    400: "unreadable",
    401: "not_authenticated",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "stale",
    413: "too_large",
    415: "unsupported_media_type",
    422: "key_reused",
    428: "version_missing",
    429: "quota_exceeded",
    500: "our_fault",
}


class Problem(Exception):
    """A refusal of the interface itself, with the status that answers it."""

    def __init__(
        self,
        kind: str,
        status: int,
        detail: str | Promise,
        *,
        faults: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.status, self.detail = kind, status, detail
        self.faults = list(faults)
        self.headers = dict(headers or {})


def fault(pointer: str, code: str, detail: object) -> dict[str, str]:
    """One thing that is wrong, with the JSON Pointer (RFC 6901) to it, ``?name`` for a parameter of the address."""
    return {"pointer": pointer, "code": code, "detail": str(detail)}


def response(  # every part of a problem is a word of its own
    request: HttpRequest,
    status: int,
    kind: str,
    detail: object,
    *,
    code: str = "",
    faults: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as an answer."""
    body: dict[str, Any] = {
        "type": f"{KINDS}{kind}",
        "title": str(TITLES[kind]),
        "status": status,
        "detail": str(detail),
        "code": code or kind,
        "instance": str(getattr(request, "request_id", "")),
    }
    if faults:
        body["errors"] = list(faults)
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = get_language() or "en"
    answer.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer


def of_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return response(
        request, problem.status, problem.kind, problem.detail, faults=problem.faults, headers=problem.headers
    )


def of_refusal(request: HttpRequest, refusal: errors.DomainError) -> HttpResponse:
    """A refusal of the domain: its own code and sentence, pointing at the input at fault where it names one."""
    status, kind = next(
        (found for of, found in STATUS_OF_REFUSAL.items() if isinstance(refusal, of)),
        (HTTPStatus.CONFLICT, "conflict"),
    )
    faults = []
    if refusal.field:
        pointer = f"/{refusal.field}" if refusal.row is None else f"/{refusal.row - 1}/{refusal.field}"
        faults = [fault(pointer, refusal.code, refusal)]
    return response(request, status, kind, refusal, code=refusal.code, faults=faults)


def of_page(request: HttpRequest, status: int, detail: object) -> HttpResponse | None:
    """What would be a page that says no, as a problem; None where the address is no endpoint's."""
    if not request.path_info.startswith(PREFIX):
        return None
    kind = KIND_OF_STATUS.get(status, "our_fault" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "unreadable")
    return response(request, status, kind, detail)
