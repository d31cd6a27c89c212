"""Silence ends by the clock; what was adopted takes effect as a job that nobody discards."""

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock
from core.decisions import queries, services
from core.decisions.services.closing import TAKE_EFFECT
from core.jobs.registry import handles
from core.jobs.running import Running
from core.people import queries as people


@shared_task(name="core.decisions.close_due")
def close_due(**_from_newer_releases: object) -> None:
    services.close_due(by=people.system(), at=clock.now())


@handles(TAKE_EFFECT, _("Effect of a decision"), is_awaited=True)
def take_effect(job: Running) -> None:
    with job.chunk() as chunk:
        services.take_effect(queries.get_outcome(job.ids["outcome_id"]), by=people.system(), at=clock.now())
        chunk.done(1, 1)
