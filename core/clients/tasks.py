"""What is kept of the interface for a while and no longer: removed every night."""

from celery import shared_task
from django.core.management import call_command

from core import clock
from core.api import keys
from core.clients import services


@shared_task(name="core.clients.forget")
def forget(**_from_newer_releases: object) -> None:
    """Answers kept for a key after seven days, calls after ninety, tokens that have ended. Safe to run twice."""
    keys.forget(at=clock.now())
    services.forget_usage(at=clock.now())
    call_command("cleartokens", verbosity=0)
