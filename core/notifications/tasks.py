"""Mail that waits is sent: nudged after each commit, and swept every half minute. Reminders are swept every hour."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock
from core.jobs.registry import handles
from core.jobs.running import Running
from core.notifications import services
from core.notifications.services.reminders import REMIND
from core.people import queries as people


@shared_task(name="core.notifications.send_waiting")
def send_waiting(**_from_newer_releases: object) -> None:
    services.send_waiting(at=clock.now())


@shared_task(name="core.notifications.start_reminding")
def start_reminding(**_from_newer_releases: object) -> None:
    services.start_reminding(by=people.system(), at=clock.now())


@handles(REMIND, _("Reminders"))
def remind(job: Running) -> None:
    services.remind(job, at=clock.now())
