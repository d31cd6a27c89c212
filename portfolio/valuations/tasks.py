"""The quarter's runs are opened every five minutes where one is due, prepared in chunks, and recomputed every night."""

import structlog
from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock
from core.jobs.registry import handles
from core.jobs.running import Running
from core.people import queries as people
from portfolio.valuations import services
from portfolio.valuations.services import PREPARE, TELL_DRIFT

logger = structlog.get_logger(__name__)


@shared_task(name="portfolio.valuations.open_due_runs")
def open_due_runs(**_from_newer_releases: object) -> None:
    """A run that could not be opened is tried again five minutes later; until then the log says what is missing."""
    _opened, refused = services.open_due_runs(by=people.system(), at=clock.now())
    for one in refused:
        logger.warning(
            "valuation not opened", fund=one.fund.public_id, quarter_end=str(one.quarter_end), why=str(one.why)
        )


@shared_task(name="portfolio.valuations.report_drift")
def report_drift(**_from_newer_releases: object) -> None:
    """A mark that no longer follows from its own inputs is kept so, logged as an error, and told: somebody must look."""
    system, at = people.system(), clock.now()
    found = services.check_all(by=system, at=at)
    services.announce_drift(found, by=system, at=at)
    for one in found:
        logger.error("mark drifts", mark=one.mark.public_id, stored=str(one.mark.value), recomputed=str(one.value))


@handles(PREPARE, _("Valuation of the quarter"), is_awaited=True)
def prepare(job: Running) -> None:
    services.prepare(job, by=people.system(), at=clock.now())


@handles(TELL_DRIFT, _("Message about marks that drift"))
def tell_drift(job: Running) -> None:
    services.tell_drift(job, at=clock.now())
