"""Receivers of other parts' signals, in one place."""

import structlog
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog import signals

from core.web import requests

__all__ = ("know_where_it_came_from",)


@receiver(signals.bind_extra_request_metadata)
def know_where_it_came_from(request: HttpRequest, **_: object) -> None:
    """Bind the client's address for log and audit; the person is bound once the session is read."""
    structlog.contextvars.unbind_contextvars("user_id")
    structlog.contextvars.bind_contextvars(from_address=requests.client_address(request))
