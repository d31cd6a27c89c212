"""Sessions that have ended are removed every night."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="core.people.clear_ended_sessions")
def clear_ended_sessions(**_from_newer_releases: object) -> None:
    call_command("clearsessions")
