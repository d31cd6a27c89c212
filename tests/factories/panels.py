"""Selections as tests propose, approve and release them."""

from datetime import date, datetime, timezone

from accelerator.panels import services
from tests.factories.reviews import CLOSED_AT

RELEASE_ON = date(2026, 10, 1)
RELEASED_AT = datetime(2026, 10, 1, 9, tzinfo=timezone.utc)


def proposed(call, *, selected, reserve=(), challenge=None, by, at=CLOSED_AT, **given):
    stated = {"reason": "The panel of September agreed.", "release_on": RELEASE_ON} | given
    return services.propose(call, challenge, selected=selected, reserve=reserve, **stated, by=by, at=at)


def approved(call, *, by, second, at=CLOSED_AT, **given):
    made = proposed(call, by=by, at=at, **given)
    return services.approve(made, digest=made.digest, by=second, at=at)


def released(call, *, by, second, **given):
    return services.release(approved(call, by=by, second=second, **given), by=by, at=RELEASED_AT)
