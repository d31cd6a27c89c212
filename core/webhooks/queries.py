"""Reading the feed, endpoints and the log of deliveries, for those who may."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from core.errors import NotFound
from core.organisations.models import Organisation
from core.people.models import RoleGrant, User
from core.people.roles import PARTNER_SYSTEM
from core.webhooks import rules
from core.webhooks.lifecycle import OPEN, Standing, State
from core.webhooks.models import Attempt, Delivery, Endpoint, EndpointSecret, Event

MOST = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some events in the order of the feed. ``position`` is where to go on; where ``more`` is false, ask again later."""

    events: Sequence[Event]
    position: int
    more: bool


def visible_to(person: User, scopes: frozenset[str] | None = None) -> QuerySet[Event]:
    """What the person may know of, in the order of the feed; ``scopes`` are those of the token with which she asks."""
    reach = rules.narrowed(rules.reach_of(person), scopes)
    events = Event.objects.filter(position__isnull=False).order_by("position")
    return events if reach.everything else events.filter(reach.seen())


def feed(
    *,
    after: int,
    limit: int = MOST,
    visible_to: User,
    kinds: Iterable[str] = (),
    scopes: frozenset[str] | None = None,
) -> Page:
    """
    The events that follow a position, 0 for the beginning. The same position gives the same events for ever.

    It is exact for what the person may know when she asks: a right that is given later shows her earlier events as well, at
    their places.
    """
    size = max(1, min(limit, MOST))
    wanted = _seen_by(visible_to, scopes).filter(position__gt=after)
    if codes := sorted(set(kinds)):
        wanted = wanted.filter(kind__in=codes)
    found = list(wanted[: size + 1])
    shown = found[:size]
    return Page(shown, _position(shown[-1]) if shown else after, len(found) > size)


def latest_position() -> int:
    """The last place that was given; 0 where none was."""
    return (
        Event.objects.order_by("-position").filter(position__isnull=False).values_list("position", flat=True).first()
        or 0
    )


def endpoints_visible_to(person: User) -> QuerySet[Endpoint]:
    """Every endpoint to an auditor; to managers those of their funds and programmes; its own to a partner's system."""
    rows = Endpoint.objects.select_related("organisation", "owner", "contact").order_by("organisation__name", "pk")
    if rules.reads_everything(person):
        return rows
    return rows.filter(rules.kept_by(person) | Q(owner=person))


def endpoint(person: User, public_id: str) -> Endpoint:
    """One endpoint. Raises NotFound."""
    row = endpoints_visible_to(person).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def listed(person: User) -> QuerySet[Endpoint]:
    """With how many messages were given up and how many wait."""
    dead = Count("deliveries", filter=Q(deliveries__state=State.DEAD))
    waiting = Count("deliveries", filter=Q(deliveries__state__in=OPEN))
    return endpoints_visible_to(person).annotate(dead=dead, open=waiting)


def systems() -> list[tuple[str, str]]:
    """The accounts of partner systems, by public id and name."""
    held = RoleGrant.objects.filter(role=PARTNER_SYSTEM.slug, revoked_at__isnull=True).values("person")
    rows = User.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")
    return [(one.public_id, one.name) for one in rows]


def system(public_id: str) -> User:
    """The account of a partner's system. Raises NotFound."""
    row = User.objects.filter(public_id=public_id, is_active=True, grants__role=PARTNER_SYSTEM.slug).first()
    if row is None:
        raise NotFound
    return row


def organisations() -> list[tuple[str, str]]:
    """Those that an endpoint can belong to, by public id and name."""
    return list(Organisation.objects.order_by("name", "pk").values_list("public_id", "name"))


def organisation(public_id: str) -> Organisation:
    """One of them. Raises NotFound."""
    row = Organisation.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def secrets(endpoint: Endpoint, *, at: datetime) -> QuerySet[EndpointSecret]:
    """The secrets that sign now, the one in use first."""
    return endpoint.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).order_by("-pk")


def given_up(endpoint: Endpoint) -> QuerySet[Delivery]:
    """What can be sent again, the oldest first."""
    return endpoint.deliveries.filter(state=State.DEAD).order_by("pk")


def payload(delivery: Delivery) -> str:
    """What is sent: what happened and to what, as ids. Whoever may know more asks the interface, and is seen to."""
    event = delivery.event
    if event is None:
        told = {"type": "test", "timestamp": delivery.created_at.isoformat(), "data": {"id": delivery.message_id}}
        return json.dumps(told)
    facts = {
        "id": event.public_id,
        "position": event.position,
        "object": event.subject,
        "scope": {"kind": event.scope_kind, "id": event.scope_ref},
        "request_id": event.request_id,
    }
    return json.dumps({"type": event.kind, "timestamp": event.occurred_at.isoformat(), "data": facts})


def log(endpoint: Endpoint, *, state: str = "") -> QuerySet[Delivery]:
    """The messages to an endpoint, the newest first."""
    rows = endpoint.deliveries.select_related("event").order_by("-pk")
    return rows.filter(state=state) if state else rows


def delivery(endpoint: Endpoint, public_id: str) -> Delivery:
    """One message to an endpoint. Raises NotFound."""
    row = log(endpoint).filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def tries(delivery: Delivery) -> QuerySet[Attempt]:
    """Every attempt at a message, the oldest first."""
    return delivery.tries.order_by("pk")


def waiting(*, at: datetime) -> bool:
    """Whether any message is due."""
    return Delivery.objects.filter(state__in=OPEN, next_at__lte=at, endpoint__standing=Standing.ACTIVE).exists()


_seen_by = visible_to


def _position(event: Event) -> int:
    return event.position or 0
