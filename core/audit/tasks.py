"""The audit chains are verified every night."""

import structlog
from celery import shared_task

from core.audit import services

logger = structlog.get_logger(__name__)


@shared_task(name="core.audit.verify_chains")
def verify_chains(**_from_newer_releases: object) -> None:
    """A broken chain is logged as an error: somebody must look."""
    for broken in services.verify_all():
        logger.error("audit chain broken", chain=broken.chain, position=broken.position, reason=broken.reason)
