"""Offers and participations as tests make them; later steps stand on the earlier ones."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal

from accelerator.cohorts import queries, services
from accelerator.cohorts.models import Participation

OFFERED_AT = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
EXPIRES_AT = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
BEGAN_ON = date(2026, 6, 1)
TERMS = services.Terms(terms="You build it, we fund it.", expires_at=EXPIRES_AT)


def offered(programme, organisation, *, by, at=OFFERED_AT, illustrative=False, **given):
    return services.make_offer(
        programme, organisation, replace(TERMS, **given), by=by, at=at, illustrative=illustrative
    )


def release(offer, *, by, at=OFFERED_AT):
    return services.release_offer(offer, read=queries.digest(offer), by=by, at=at)


def released(programme, organisation, *, by, second, at=OFFERED_AT, **given):
    return release(offered(programme, organisation, by=by, at=at, **given), by=second, at=at)


def accept(offer, *, by, on=BEGAN_ON, at=OFFERED_AT):
    return services.accept(offer, read=offer.digest, by=by, on=on, at=at)


def participating(programme, organisation, *, by, second, owner, **given) -> Participation:
    """A start-up in phase 1: 100,000.00 EUR for six months."""
    return accept(released(programme, organisation, by=by, second=second, **given), by=owner)


def proposed(participation, amount="300000.00", *, by, at=OFFERED_AT):
    return services.propose_advancement(
        participation, amount=Decimal(amount), reason="The prototype hears.", by=by, at=at
    )


def advanced(participation, amount="300000.00", *, by, second, on=date(2026, 12, 1), at=OFFERED_AT):
    """In phase 2; answers with the step that began it."""
    waiting = proposed(participation, amount, by=by, at=at)
    step = services.approve_advancement(waiting, by=second, on=on, at=at)
    participation.refresh_from_db()
    return step
