"""Receivers of other parts' signals, in one place."""

import structlog
from django.dispatch import receiver
from django_structlog import signals

__all__ = ("carry_request_id",)


@receiver(signals.bind_extra_request_metadata)
def carry_request_id(request: object, logger: object, **_: object) -> None:
    """django-structlog binds the request id; nothing more is wanted in the context than the route's owner knows."""
    structlog.contextvars.unbind_contextvars("user_id")
