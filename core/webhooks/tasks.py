"""Every few seconds what happened is put in its place and its messages on the list; a bell or the same look sends them."""

from celery import shared_task

from core import clock
from core.jobs import doorbell
from core.webhooks import queries, services
from core.webhooks.services.endpoints import DELIVER


@shared_task(name="core.webhooks.dispatch")
def dispatch(**_from_newer_releases: object) -> None:
    services.dispatch(at=clock.now())
    if queries.waiting(at=clock.now()):
        doorbell.ring(DELIVER)


@shared_task(name=DELIVER)
def deliver(**_from_newer_releases: object) -> None:
    services.deliver()


@shared_task(name="core.webhooks.reseal")
def reseal(**_from_newer_releases: object) -> None:
    """So that a key of the product that was replaced can be dropped."""
    services.reseal()
