"""Tells people that a check of the books failed: whoever may close them gets the rows by mail."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.notifications import services as notifications
from core.people import queries as people
from core.people.roles import Permission
from portfolio.ledger import invariants
from portfolio.ledger.invariants import Broken
from portfolio.ledger.models import Book


def tell(book: Book, broken: Sequence[Broken], *, at: datetime) -> None:
    """Write the mails, each in its reader's language, in the caller's transaction."""
    scope = scope_of(book)
    link = f"{settings.SITE_URL}{reverse('portfolio:ledger')}?fund={scope}"
    for person in people.who_may(Permission.LEDGER_CLOSE, scope, on=at.date()):
        with translation.override(person.language):
            checks = [(invariants.words(one.name), _in_words(one)) for one in broken]
        context = {"name": person.name, "book": book.name, "checks": checks, "at": at, "link": link}
        notifications.write_from_template(
            "books_stopped", recipient=person.email, language=person.language, context=context, at=at
        )


def scope_of(book: Book) -> str:
    """Public id of the fund whose books these are; empty where they belong to none."""
    fund = getattr(book, "fund", None)
    return fund.public_id if fund else ""


def _in_words(broken: Broken) -> str:
    return "; ".join(", ".join(str(value) for value in row) for row in broken.rows)
