"""Refusals of the domain that leave a view become pages; so do empty answers to a method that is not taken."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from core.errors import DomainError
from core.web import errors


class DomainErrorMiddleware:
    """An edge need not catch what it cannot say better itself."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.streaming or response.content:
            return response
        page = errors.answer(request, errors.METHOD)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.refuse(request, exception) if isinstance(exception, DomainError) else None
