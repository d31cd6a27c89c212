"""Many applications that a partner system brings in are a job's work."""

from accelerator.applications import services
from core.jobs.registry import handles
from core.jobs.running import Running


@handles(services.BRING, services.LABEL)
def bring(job: Running) -> None:
    services.work(job)
