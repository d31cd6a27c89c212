"""The doorbell is answered, and every few seconds somebody looks whether it should have rung."""

from celery import shared_task

from core import clock
from core.jobs import doorbell, queries, services, worker


@shared_task(name=services.WORK)
def work(**_from_newer_releases: object) -> None:
    if worker.drain():
        doorbell.ring(services.WORK)


@shared_task(name="core.jobs.sweep")
def sweep(**_from_newer_releases: object) -> None:
    """What a lost bell, an emptied Redis or a dead worker left waiting is found again."""
    if queries.waiting(at=clock.now()):
        doorbell.ring(services.WORK)
