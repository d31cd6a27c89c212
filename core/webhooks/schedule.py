"""When a message is tried again (pure): ten attempts over a little more than three days, after the specification's proposal."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before each attempt, since the one before it. Standard Webhooks 1.0.0, "Retries"."""
JITTER = 0.1
"""At most so much more of a wait, so that what failed together is not tried together."""
LONGEST_WAIT = timedelta(hours=24)
"""A receiver may ask for no more."""
LONGEST_NUMBER = 9


def next_attempt(made: int, *, at: datetime, message: str, asked: timedelta | None = None) -> datetime | None:
    """When to try again after ``made`` attempts, the last one ``at``; None after the last. ``asked`` is what the receiver wants."""
    if made >= len(WAITS):
        return None
    wait = WAITS[made] * (1 + JITTER * _share(f"{message}:{made}"))
    return at + max(wait, min(asked or timedelta(0), LONGEST_WAIT))


def asked(header: str, *, at: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for: seconds, or a moment; None where it cannot be read (RFC 9110, 10.2.3)."""
    if header.isascii() and header.isdigit() and len(header) <= LONGEST_NUMBER:
        return timedelta(seconds=int(header))
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    return max(timedelta(0), moment - at) if moment.tzinfo else None


def _share(name: str) -> float:
    """The same part of one for the same name."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") / 2**32
