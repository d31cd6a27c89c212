"""Telling a start-up's people, in the product and by mail."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from accelerator.applications import queries as applications
from core.notifications import services as notifications
from core.organisations.models import Organisation


def tell(
    organisation: Organisation,
    template: str,
    *,
    title: Callable[[], str],
    about: Callable[[], dict[str, Any]],
    address: str,
    at: datetime,
) -> None:
    """
    Tell everybody who writes for it, each in her language: in that ``title`` and ``about``, what the mail says, are asked for.

    In the caller's transaction, so that nobody hears of what was taken back.
    """
    for reader in applications.readers_of(organisation, at=at):
        with translation.override(reader.language):
            notifications.tell(reader, title=title(), address=address, at=at)
            context = {"name": reader.name, "organisation": organisation, "link": f"{settings.SITE_URL}{address}"}
            notifications.write_from_template(
                template, recipient=reader.email, language=reader.language, context=context | about(), at=at
            )
