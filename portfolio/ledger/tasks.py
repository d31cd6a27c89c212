"""The books are checked every hour."""

import structlog
from celery import shared_task

from core import clock
from core.people import queries as people
from portfolio.ledger import services

logger = structlog.get_logger(__name__)


@shared_task(name="portfolio.ledger.check_books")
def check_books(**_from_newer_releases: object) -> None:
    """A broken invariant stops posting to that book and is logged as an error: somebody must look."""
    for book, broken in services.check_every(by=people.system(), at=clock.now()):
        for one in broken:
            logger.error("books broken", book=book.public_id, invariant=one.name, rows=one.rows)
