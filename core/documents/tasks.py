"""Checks are jobs; what waited too long is found every five minutes, orphans are swept daily, all bytes verified weekly."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock
from core.documents import services
from core.documents.services.checking import CHECK, CheckerAway
from core.documents.services.keeping import VERIFY, start_verifying
from core.jobs.registry import handles
from core.jobs.running import Running
from core.people import queries as people


@handles(CHECK, _("Check of a file"))
def check(job: Running) -> None:
    """Where the scanner is away this job ends: every five minutes what waits gets a new one, as long as it takes."""
    try:
        services.check(job.ids["document"], at=clock.now())
    except CheckerAway:
        return


@handles(VERIFY, _("Comparison of all files with what was received"))
def verify(job: Running) -> None:
    services.verify(job, at=clock.now())


@shared_task(name="core.documents.check_waiting")
def check_waiting(**_from_newer_releases: object) -> None:
    services.check_waiting(at=clock.now())


@shared_task(name="core.documents.sweep")
def sweep(**_from_newer_releases: object) -> None:
    services.sweep()


@shared_task(name="core.documents.start_verifying")
def verify_all(**_from_newer_releases: object) -> None:
    start_verifying(by=people.system(), at=clock.now())
