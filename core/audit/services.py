"""Recording what was done, and proving later that the record was not touched."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from structlog import contextvars

from core import clock
from core.audit import digests
from core.audit.kinds import Kind, declare
from core.audit.models import AuditChain, AuditEvent
from core.audit.signals import recorded
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

VERIFIED = declare("audit.verified", _("{actor} verified {chains} audit chains; {broken} did not hold."))

GENERAL = "general"
"""The chain of whatever belongs to no fund and no programme."""
BATCH = 500
"""Events, or chains, that one statement writes."""
_held: ContextVar[frozenset[str]] = ContextVar("held audit chains", default=frozenset())


class Actor(Protocol):
    public_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """One event among many of a kind: the public id of what it was done to, the chain, and the fields that changed."""

    subject: str
    chain: str
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first link of a chain that does not hold, and why."""

    chain: str
    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many chains were walked, and the first broken link of each that does not hold."""

    chains: int
    broken: list[BrokenLink]


@transaction.atomic(savepoint=False)
def record(
    kind: Kind,
    subject: str,
    *,
    by: Actor,
    chain: str = GENERAL,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    client: str = "",
) -> AuditEvent:
    """
    Append one event to ``chain`` in the caller's transaction, of which it makes no part that could be taken back alone.

    ``subject`` is the public id of the thing. ``before`` and ``after`` hold the fields that changed; people stand in
    them as public ids. Where the request came from is taken from the context of the request or job.
    """
    is_held = chain in _held.get()
    head = _end_of(chain) if is_held else _locked_head(chain)
    event = _joined(head, kind, subject, by=by, before=before, after=after, client=client)
    if is_held:
        event.save(force_insert=True)
    else:
        _append(event)
    recorded.send(AuditEvent, event=event)
    return event


@transaction.atomic(savepoint=False)
def record_all(kind: Kind, told: Sequence[Told], *, by: Actor) -> list[AuditEvent]:
    """
    Append one event for each that is told, in order, to whatever chains they go: as ``record`` does, in a few statements for all.

    The chains are locked in the order of their names. None of them may be held by the caller.
    """
    if not told:
        return []
    names = {one.chain for one in told}
    if names & _held.get():
        raise ValueError("a chain that is held is written one event at a time")
    heads = _locked_heads(names)
    events = []
    for one in told:
        head = heads[one.chain]
        event = _joined(head, kind, one.subject, by=by, after=one.after)
        head.length, head.head = event.position, event.digest
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)
    _move(heads.values())
    for event in events:
        recorded.send(AuditEvent, event=event)
    return events


@contextmanager
def holding(chain: str) -> Iterator[None]:
    """
    Hold a chain for many events of one transaction: its head is locked once at the beginning and written once at the end.

    A row that is changed thousands of times in one transaction costs more each time; rows that are added do not. Each
    event is joined to the last one that stands, so what a savepoint takes back is off the chain as well. A chain whose
    head and end do not match is not held: the ordinary way keeps what was tampered with in sight.
    """
    with transaction.atomic():
        head, end = _locked_head(chain), _end_of(chain)
        is_whole = (head.length, head.head) == (end.length, end.head)
        token = _held.set(_held.get() | ({chain} if is_whole else set()))
        try:
            yield
        finally:
            _held.reset(token)
        if is_whole:
            _end_of(chain).save(update_fields=["length", "head"])


def verify(chain: str) -> BrokenLink | None:
    """Walk one chain from its first link; return the first that does not hold, or None."""
    previous, position = digests.FIRST, 0
    for event in AuditEvent.objects.filter(chain=chain).order_by("position").iterator(chunk_size=2000):
        if event.position != position + 1:
            return BrokenLink(chain, position + 1, "missing")
        if event.previous != previous:
            return BrokenLink(chain, event.position, "not joined to the link before")
        if event.digest != digests.digest(link(event)):
            return BrokenLink(chain, event.position, "changed after it was written")
        previous, position = event.digest, event.position
    return _compare_with_head(chain, position, previous)


def verify_all() -> list[BrokenLink]:
    """The first broken link of every chain that has one."""
    return [broken for name in chain_names() if (broken := verify(name))]


def verify_on_demand(*, by: User) -> Verdict:
    """Verify every chain because an auditor asks, and note that it was asked. Raises NotPermitted."""
    rules.require(by, Permission.AUDIT_VERIFY)
    verdict = Verdict(len(chain_names()), verify_all())
    record(VERIFIED, "audit", by=by, after={"chains": verdict.chains, "broken": len(verdict.broken)})
    return verdict


def chain_names() -> list[str]:
    """Every chain that has a head or an event."""
    names = set(AuditChain.objects.values_list("name", flat=True))
    names |= set(AuditEvent.objects.order_by().values_list("chain", flat=True).distinct())
    return sorted(names)


def link(event: AuditEvent) -> dict[str, Any]:
    """What the digest of an event covers: everything but its key and the digest itself."""
    return {
        field.name: getattr(event, field.attname)
        for field in event._meta.concrete_fields
        if field.name not in {"id", "digest"}
    }


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them: decimals, days and moments as strings."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | date | datetime):
        return value.isoformat() if isinstance(value, date) else str(value)
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)


def _joined(
    head: AuditChain,
    kind: Kind,
    subject: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    client: str = "",
) -> AuditEvent:
    """An event that follows the head of its chain, not written yet."""
    context = contextvars.get_contextvars()
    event = AuditEvent(
        chain=head.name,
        position=head.length + 1,
        kind=kind.code,
        actor=by.public_id,
        client=client or str(context.get("client", ""))[:40],
        subject=subject,
        before=plain(before or {}),
        after=plain(after or {}),
        occurred_at=clock.now(),
        request_id=str(context.get("request_id", ""))[:40],
        from_address=context.get("from_address"),
        previous=head.head,
    )
    event.digest = digests.digest(link(event))
    return event


def _locked_head(chain: str) -> AuditChain:
    heads = AuditChain.objects.select_for_update().filter(name=chain)
    if not (standing := list(heads)):
        AuditChain.objects.bulk_create([AuditChain(name=chain)], ignore_conflicts=True)
        return heads.get()
    return standing[0]


def _locked_heads(names: set[str]) -> dict[str, AuditChain]:
    """The heads of many chains, locked in the order of their names; whichever is missing is begun."""
    AuditChain.objects.bulk_create([AuditChain(name=one) for one in sorted(names)], BATCH, ignore_conflicts=True)
    heads = AuditChain.objects.filter(name__in=names).order_by("name").select_for_update()
    return {one.name: one for one in heads}


_MOVE = """
UPDATE core_auditchain AS chain SET length = moved.length, head = moved.head
FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS moved (name, length, head) WHERE chain.name = moved.name
"""


def _move(heads: Collection[AuditChain]) -> None:
    """Write heads that were moved, all in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(one) for one in zip(*((h.name, h.length, h.head) for h in heads), strict=True)])


_FIELDS = [field for field in AuditEvent._meta.concrete_fields if not field.primary_key]
_APPEND = f"""
WITH head AS (UPDATE core_auditchain SET length = %s, head = %s WHERE name = %s)
INSERT INTO core_auditevent ({", ".join(field.attname for field in _FIELDS)})
VALUES ({", ".join(["%s"] * len(_FIELDS))}) RETURNING id
"""  # noqa: S608 -- names of columns


def _append(event: AuditEvent) -> None:
    """Write an event, and move the head of its chain to it, in one statement: every command does this."""
    values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in _FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [event.position, event.digest, event.chain, *values])
        (event.pk,) = cursor.fetchone()
    event._state.adding, event._state.db = False, connection.alias


def _end_of(chain: str) -> AuditChain:
    """The head as its last event has it, for a chain that is held."""
    last = AuditEvent.objects.filter(chain=chain).order_by("-position").values_list("position", "digest").first()
    position, digest = last or (0, digests.FIRST)
    return AuditChain(name=chain, length=position, head=digest)


def _compare_with_head(chain: str, length: int, head: str) -> BrokenLink | None:
    kept = AuditChain.objects.filter(name=chain).first()
    if kept is None:
        return BrokenLink(chain, length, "the chain has lost its head")
    if kept.length > length:
        return BrokenLink(chain, length + 1, "missing")
    if (kept.length, kept.head) != (length, head):
        return BrokenLink(chain, length, "does not match the head of the chain")
    return None
