"""Mail that waits is sent: nudged after each commit, and swept every half minute."""

from celery import shared_task

from core import clock
from core.notifications import services


@shared_task(name="core.notifications.send_waiting")
def send_waiting(**_from_newer_releases: object) -> None:
    services.send_waiting(at=clock.now())
