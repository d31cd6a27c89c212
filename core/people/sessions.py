"""
How long a session lasts: it ends when nothing was asked for a while, and at the latest some hours after signing in.

The moments stand in the session itself. Asking for a page puts the end off; so does saying that one stays.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings

from core.people.models import User

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN_AT = "last_seen_at"
SEEN_AGAIN_AFTER = timedelta(seconds=60)
"""The session is written at most once a minute, so that reading a page is not a write."""

Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """``seconds`` are left, rounded up so that no page says it too early. ``may_stay`` is false where the session has lasted so long that asking gains nothing."""

    seconds: int
    may_stay: bool


def ending(session: Session, person: User, *, at: datetime) -> Ending:
    """When the session ends if nothing is asked from now on."""
    idle, last = _ends(session, person, at=at)
    return Ending(max(0, ceil((min(idle, last) - at).total_seconds())), may_stay=idle < last)


def has_ended(session: Session, person: User, *, at: datetime) -> bool:
    return at > min(_ends(session, person, at=at))


def see(session: Session, *, at: datetime) -> None:
    """Note that something was asked, where the last note is old enough."""
    if LAST_SEEN_AT not in session or at - _moment(session, LAST_SEEN_AT, at) > SEEN_AGAIN_AFTER:
        keep(session, at=at)


def keep(session: Session, *, at: datetime) -> None:
    """Put the end off, as far as it can be."""
    session[SIGNED_IN_AT] = _moment(session, SIGNED_IN_AT, at).isoformat()
    session[LAST_SEEN_AT] = at.isoformat()


def _ends(session: Session, person: User, *, at: datetime) -> tuple[datetime, datetime]:
    """The end by idleness and the end by age."""
    idle_limit = settings.SESSION_IDLE_LIMIT if person.is_staff else settings.SESSION_IDLE_LIMIT_PORTAL
    return (
        _moment(session, LAST_SEEN_AT, at) + idle_limit,
        _moment(session, SIGNED_IN_AT, at) + settings.SESSION_ABSOLUTE_LIMIT,
    )


def _moment(session: Session, name: str, otherwise: datetime) -> datetime:
    text = session.get(name)
    return datetime.fromisoformat(text) if text else otherwise
