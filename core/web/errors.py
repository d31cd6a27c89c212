"""
The pages that say no, or that something broke: in the look and the language of the person, with a number to quote.

The page for our own faults and the pages for requests that are refused before anybody is known stand alone: they use
no database, no session and no context processor. Where the language is not known either, both are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import errors

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """``heading`` says what happened, ``sentence`` what to know, ``advice`` what to do now."""

    status: int
    heading: Sentence
    sentence: Sentence
    advice: Sentence = ""


BAD_REQUEST = Problem(
    400,
    _("This request cannot be read"),
    _("Something in the address or in what was sent does not fit."),
    _("Go back and try once more from the page itself."),
)
UNKNOWN_HOST = Problem(
    400,
    _("This address is not served here"),
    _("The name in the address bar is not one of this product’s."),
    _("Check the link that brought you here."),
)
STALE_FORM = Problem(
    403,
    _("This form is too old to be sent"),
    _("Nothing was changed. Your session has changed since the page was opened, or the browser keeps no cookies."),
    _("Go back, reload the page and send it again."),
)
FORBIDDEN = Problem(
    403,
    _("You may not do this"),
    _("Your role does not allow this. An administrator can tell you who may."),
)
ABSENT = Problem(
    404,
    _("There is nothing here"),
    _("The address may be mistyped, what stood here may be gone, or it is not yours to see."),
    _("Begin again from the first page."),
)
METHOD = Problem(
    405,
    _("This address does not take that"),
    _("The page can be reached, but not in the way in which it was asked."),
    _("Begin again from the first page."),
)
CONFLICT = Problem(409, _("This is no longer possible"), "", _("Go back and reload the page to see how it stands now."))
INVALID = Problem(400, _("Something has to be corrected"), "", _("Go back; what you typed is still there."))
TOO_LARGE = Problem(
    413,
    _("That is too much at once"),
    format_lazy(
        _("Nothing was kept. A request may hold {limit} MB, files included."),
        limit=settings.REQUEST_BODY_LIMIT // 1024 // 1024,
    ),
    _("Send it in parts, or choose a smaller file."),
)
OUR_FAULT = Problem(
    500,
    _("This page failed"),
    _("The fault is ours. Nothing was changed."),
    _("Try again, or quote the number to us."),
)


Otherwise = Callable[[HttpRequest, int, Sentence], HttpResponse | None]
_otherwise: list[Otherwise] = []


def answer_otherwise(way: Otherwise) -> None:
    """Let addresses that are no pages say no in a way of their own: ``way`` gives the answer, or None for a page."""
    _otherwise.append(way)


def refuse(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    """The page for a refusal of the domain: its own sentence under the heading of its kind."""
    kind = _kind_of(error)
    return answer(request, Problem(kind.status, kind.heading, error.sentence, kind.advice))


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of a problem: in the frame where the person is known, alone where not yet."""
    if told := _elsewhere(request, problem):
        return told
    if not hasattr(request, "user") or not hasattr(request, "session"):
        return stand_alone(request, problem)
    context = {"problem": problem, "number": _number(request)}
    return render(request, "errors/problem.html", context, status=problem.status)


def stand_alone(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A page that needs nothing but the templates."""
    if told := _elsewhere(request, problem):
        return told
    known = getattr(request, "LANGUAGE_CODE", "")
    languages: Sequence[str] = [known] if known else [code for code, _name in settings.LANGUAGES]
    context = {"problem": problem, "number": _number(request), "languages": languages}
    page = loader.get_template("errors/alone.html").render(context)
    return HttpResponse(page, status=problem.status, headers={"Content-Language": ", ".join(languages)})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        return stand_alone(request, UNKNOWN_HOST)
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return answer(request, TOO_LARGE)
    return answer(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, ABSENT)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Before a form is checked for its origin nobody is asked who sends it, so this page stands alone too."""
    return answer(request, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:
    return stand_alone(request, OUR_FAULT)


def _kind_of(error: errors.DomainError) -> Problem:
    kinds = {
        errors.NotPermitted: FORBIDDEN,
        errors.NotFound: ABSENT,
        errors.Conflict: CONFLICT,
        errors.Invalid: INVALID,
    }
    return next((problem for kind, problem in kinds.items() if isinstance(error, kind)), CONFLICT)


def _elsewhere(request: HttpRequest, problem: Problem) -> HttpResponse | None:
    sentence = problem.sentence or problem.heading
    return next((told for way in _otherwise if (told := way(request, problem.status, sentence))), None)


def _number(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
