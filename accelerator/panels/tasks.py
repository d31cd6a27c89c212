"""Every five minutes what is approved is released where its day has come; applicants hear of it within minutes."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from accelerator.panels import services
from accelerator.panels.services.selecting import RELEASE
from core import clock
from core.jobs.registry import handles
from core.jobs.running import Running
from core.people import queries as people


@shared_task(name="accelerator.panels.start_releases")
def start_releases(**_from_newer_releases: object) -> None:
    services.start_releases(by=people.system(), at=clock.now())


@handles(RELEASE, _("Release of a selection"))
def release(job: Running) -> None:
    services.release_on_its_day(job, by=people.system(), at=clock.now())
