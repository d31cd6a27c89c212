"""Endpoints of partner systems, with messages to them in every state."""

from core.audit import services as audit
from core.audit.kinds import Kind
from core.people.roles import PARTNER_SYSTEM
from core.webhooks import services
from core.webhooks.lifecycle import Reason, State
from core.webhooks.models import Attempt, Delivery
from tests.factories import people

OPENED = Kind("holding.opened", "{actor} opened the holding {subject}.")
URL = "https://hooks.partner.example/"


def partner(scope_kind, scope_ref, *, system):
    """A partner's system that was given something."""
    return people.person(role=PARTNER_SYSTEM.slug, scope_kind=scope_kind, scope_ref=scope_ref, system=system)


def endpoint(organisation, scope_kind, scope_ref, *, system, at, url=URL):
    owner = partner(scope_kind, scope_ref, system=system)
    made, _secret = services.make(
        organisation=organisation, owner=owner, scope_kind=scope_kind, scope_ref=scope_ref, url=url, kinds_told=[],
        contact=system, by=system, at=at,
    )  # fmt: skip
    return made


def messages(endpoint, count, *, system, at):
    """So many, each tried as often; the first given up."""
    for number in range(count):
        audit.record(OPENED, f"holding_{number:016}", by=system, chain=endpoint.scope_ref)
    services.dispatch(at=at)
    deliveries = list(Delivery.objects.filter(endpoint=endpoint).order_by("pk"))
    for delivery in deliveries:
        Attempt.objects.bulk_create(
            Attempt(delivery=delivery, at=at, status=500, answer="out of order", milliseconds=20) for _try in deliveries
        )
    Delivery.objects.filter(pk=deliveries[0].pk).update(state=State.DEAD, because=Reason.EXHAUSTED)
    return deliveries
