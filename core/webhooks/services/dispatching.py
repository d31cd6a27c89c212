"""Each event is given its place in the feed and its deliveries in one transaction, so that no endpoint misses one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.jobs import doorbell
from core.organisations import queries as organisations
from core.webhooks import rules
from core.webhooks.lifecycle import Standing
from core.webhooks.models import Delivery, Endpoint, Event
from core.webhooks.rules import Reach
from core.webhooks.services import feed
from core.webhooks.services.endpoints import DELIVER

BATCH = 500


def dispatch(*, at: datetime) -> int:
    """Place every event that waits, batch after batch; how many messages are to be sent."""
    made = 0
    while True:
        placed, told = _dispatch(at)
        made += told
        if placed < BATCH:
            break
    return made


@transaction.atomic
def _dispatch(at: datetime) -> tuple[int, int]:
    events = feed.place(most=BATCH)
    deliveries = list(_deliveries(events, at)) if events else []
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=1000)
    if deliveries:
        doorbell.ring_after_commit(DELIVER)
    return len(events), len(deliveries)


@dataclass(frozen=True, slots=True)
class _Listener:
    endpoint: Endpoint
    reach: Reach

    def hears(self, event: Event, homes: dict[str, str | None]) -> bool:
        return rules.is_about(self.endpoint, event) and self.reach.sees(event, homes)


def _deliveries(events: Iterable[Event], at: datetime) -> Iterator[Delivery]:
    rows = Endpoint.objects.exclude(standing=Standing.DISABLED).select_related("owner").order_by("pk")
    listeners = [_Listener(row, rules.reach_of(row.owner)) for row in rows]
    events = list(events)
    homes = organisations.nations_of({one.organisation for one in events if one.organisation})
    for event in events:
        for listener in listeners:
            if listener.hears(event, homes):
                yield Delivery(
                    endpoint=listener.endpoint, event=event, message_id=event.public_id, next_at=at, created_at=at
                )
