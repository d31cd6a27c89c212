"""Ringing for a worker after a commit. Without Redis nothing is lost: a sweep finds what waits."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)


def ring_after_commit(task: str) -> None:
    """Ring once the caller's transaction has committed; never where it rolls back."""
    transaction.on_commit(lambda: ring(task), robust=True)


def ring(task: str) -> None:
    """Send a task without arguments: it says that something waits, not what."""
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except (OperationalError, OSError) as failure:
        logger.warning("worker not rung", task=task, failure=type(failure).__name__)
