"""Reading the audit trail: whose it is to read, narrowed, newest first, page by page without counting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from core import clock
from core.audit.models import AuditChain, AuditEvent
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

PROGRAMME_CHAINS = "programme_"
"""The chain of a programme is named by its public id."""
BENEATH = "."
"""What joins the name of a chain to that of the programme to which it belongs."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows a search. ``people`` are public ids, None where no name was given. Days are inclusive."""

    people: frozenset[str] | None = None
    subject: str = ""
    kind: str = ""
    chain: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and the cursor that goes on after them, empty at the end."""

    events: Sequence[AuditEvent]
    next_cursor: str


def visible_to(person: User) -> QuerySet[AuditEvent]:
    """All of it to an auditor; to managers the chains of their funds and programmes; nothing to others."""
    events = AuditEvent.objects.order_by("-occurred_at", "-pk")
    if rules.reads_everything(person):
        return events
    return events.filter(_readable(person, "chain"))


def chains_visible_to(person: User) -> list[str]:
    """The names of the chains that somebody may read, for a list of choices."""
    names = AuditChain.objects.order_by("name")
    if rules.reads_everything(person):
        return list(names.values_list("name", flat=True))
    return list(names.filter(_readable(person, "name")).values_list("name", flat=True))


def search(person: User, wanted: Wanted) -> QuerySet[AuditEvent]:
    """The events that ``person`` may read and asked for."""
    events = visible_to(person)
    if wanted.people is not None:
        events = events.filter(Q(actor__in=wanted.people) | Q(subject__in=wanted.people))
    if wanted.subject:
        events = events.filter(subject__startswith=wanted.subject)
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    if wanted.chain:
        events = events.filter(chain=wanted.chain)
    if wanted.first_day:
        events = events.filter(occurred_at__gte=_begins(wanted.first_day))
    if wanted.last_day:
        events = events.filter(occurred_at__lt=_begins(wanted.last_day + timedelta(days=1)))
    return events


def of_subject(subject: str) -> QuerySet[AuditEvent]:
    """Everything that was done to one thing, oldest first, for the part that keeps it."""
    return AuditEvent.objects.filter(subject=subject).order_by("occurred_at", "position", "pk")


def page(events: QuerySet[AuditEvent], *, cursor: str, size: int) -> Page:
    """The ``size`` events that follow ``cursor``; a cursor that cannot be read begins at the newest."""
    moment, pk = _read(cursor)
    if moment is not None:
        events = events.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, pk__lt=pk))
    found = list(events[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], f"{last.occurred_at.timestamp():.6f}-{last.pk}" if last else "")


def take(events: QuerySet[AuditEvent], limit: int) -> list[AuditEvent]:
    """The newest ``limit`` events."""
    return list(islice(events[:limit].iterator(chunk_size=2000), limit))


def _readable(person: User, field: str) -> Q:
    """The chains of one's funds and programmes, and those that stand beneath a programme's own, by the ``field`` that names them."""
    scopes = rules.scopes_of(person, Permission.AUDIT_READ)
    chains = Q(**{f"{field}__in": scopes})
    for scope in scopes:
        chains |= Q(**{f"{field}__startswith": f"{scope}{BENEATH}"})
    if rules.reaches_everywhere(person, Permission.AUDIT_READ):
        chains |= Q(**{f"{field}__startswith": PROGRAMME_CHAINS})
    return chains


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.fund_zone())


def _read(cursor: str) -> tuple[datetime | None, int]:
    seconds, _dash, pk = cursor.partition("-")
    try:
        whole, _point, micro = seconds.partition(".")
        moment = datetime.fromtimestamp(int(whole), tz=timezone.utc) + timedelta(microseconds=int(micro))
        return moment, int(pk)
    except (ValueError, OverflowError, OSError):
        return None, 0


def held_of(person: int) -> list[dict[str, Any]]:
    """Every event of which the person with the key is the actor, the oldest first, with where it came from.

    What it was done to, and what was changed by it, is the business's and left out, unless it is herself: an application that
    she reviewed may be closed to her since.
    """
    actor = User.objects.values_list("public_id", flat=True).get(pk=person)
    fields = ("occurred_at", "kind", "from_address", "request_id")
    told = AuditEvent.objects.filter(actor=actor).order_by("occurred_at", "pk")
    herself = Case(When(subject=actor, then="subject"), default=Value(""))
    return list(told.values(*fields, done_to=herself))
