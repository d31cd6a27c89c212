"""Dry runs and applying an import, in the background."""

from django.utils.translation import gettext_lazy as _

from core import clock
from core.jobs.registry import handles
from core.jobs.running import Running
from portfolio.history import services
from portfolio.history.services.background import APPLY, CHECK


@handles(CHECK, _("Dry run of an import"))
def check(job: Running) -> None:
    services.work_on_dry_run(job, at=clock.now())


@handles(APPLY, _("Recording an import"))
def record(job: Running) -> None:
    services.work_on_applying(job, at=clock.now())
