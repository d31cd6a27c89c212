"""Which receipts count, and which of their parts: all but those that were taken back by then.

``of`` is the way to them from the rows that are asked.
"""

from datetime import date, datetime

from django.db.models import Q


def receipts(*, as_of: date, known_at: datetime, of: str = "") -> Q:
    """Receipts effective by a day and known by a moment."""
    by_then = Q(**{f"{of}received_on__lte": as_of, f"{of}recorded_at__lte": known_at})
    return by_then & _not_taken_back(of, as_of, known_at)


def parts(*, as_of: date, known_at: datetime, of: str = "") -> Q:
    """Parts of receipts that pay notices, effective by a day and known by a moment."""
    by_then = Q(**{f"{of}effective_on__lte": as_of, f"{of}recorded_at__lte": known_at})
    return by_then & _not_taken_back(f"{of}receipt__", as_of, known_at)


def receipts_now(of: str = "") -> Q:
    return Q(**{f"{of}taken_back__isnull": True})


def parts_now(of: str = "") -> Q:
    return receipts_now(f"{of}receipt__")


def _not_taken_back(of: str, as_of: date, known_at: datetime) -> Q:
    later = Q(**{f"{of}taken_back__recorded_at__gt": known_at}) | Q(**{f"{of}taken_back__effective_on__gt": as_of})
    return receipts_now(of) | later
