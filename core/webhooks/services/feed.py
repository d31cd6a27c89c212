"""Writing the feed: each event in the transaction of its change; each place by one writer at a time."""

from collections.abc import Sequence

from django.db import connection, transaction

from core import locks
from core.audit.models import AuditEvent
from core.webhooks import kinds
from core.webhooks.models import Event

PLACES = "places of the feed"
BATCH = 1000


def put(audited: AuditEvent) -> Event | None:
    """Put what was just audited into the feed, in the caller's transaction, where its kind is published."""
    kind, told = kinds.find(audited.kind), kinds.of_chain(audited.chain)
    if kind is None or told is None:
        return None
    audience = kind.concerned(audited.subject, told)
    return Event.objects.create(
        kind=kind.code,
        subject=audited.subject,
        scope_kind=audience.scope_kind,
        scope_ref=audience.scope_ref,
        nations=sorted(audience.nations),
        organisation=audience.organisation,
        occurred_at=audited.occurred_at,
        request_id=audited.request_id,
        audit_event=audited,
    )


_PLACE = """
UPDATE core_event SET position = placed.position
FROM (
    SELECT waiting.id, (SELECT coalesce(max(position), 0) FROM core_event) + row_number() OVER (ORDER BY waiting.id) AS position
    FROM (SELECT id FROM core_event WHERE position IS NULL ORDER BY id LIMIT %s) AS waiting
) AS placed
WHERE core_event.id = placed.id
RETURNING core_event.id
"""


@transaction.atomic
def place(*, most: int = BATCH) -> Sequence[Event]:
    """
    Give events that have committed the next places of the feed; return them in order.

    One transaction at a time does this, and keeps its lock until what it placed can be read, so that places become visible in
    their order: whoever has read up to a place has read everything before it. An event that commits late is placed later.
    """
    locks.by_name(PLACES)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [most])
        keys = [key for (key,) in cursor.fetchall()]
    return list(Event.objects.filter(pk__in=keys).order_by("position"))
