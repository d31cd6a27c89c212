"""Assigning all applications of a call is a job's work."""

from accelerator.reviews import services
from core import clock
from core.jobs.registry import handles
from core.jobs.running import Running


@handles(services.ASSIGN, services.LABEL)
def assign(job: Running) -> None:
    services.work_on_all(job, at=clock.now())
