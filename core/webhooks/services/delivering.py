"""Sending what is due: claim, sign, send, note. A message leaves at least once, always under the same id."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.notifications import services as notifications
from core.people import queries as people
from core.webhooks import keeping, outbound, queries, rules, schedule, signing
from core.webhooks.answers import Answer
from core.webhooks.lifecycle import OPEN, Reason, Standing, State
from core.webhooks.models import LONGEST_START, Attempt, Delivery, Endpoint, EndpointSecret, Event
from core.webhooks.outbound import Gateway, Policy, Sent
from core.webhooks.services import endpoints

AT_ONCE = 64
"""Messages that one worker has on the way."""
AT_ONCE_AN_ENDPOINT = 8
"""Of those to one endpoint, so that one that hangs does not hold up the others."""
HELD = timedelta(seconds=60)
"""For so long a claimed message is left to its worker: longer than an attempt may take."""
STOPS_AT_MOST = 10
"""How often workers may stop at a message."""
SLICE_SECONDS = 45.0
PAUSE_SECONDS = 0.002
"""Before the outcomes are taken, so that several are noted in one transaction."""
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a worker has, with what it takes to send it."""

    delivery: Delivery
    claim: UUID
    endpoint: Endpoint
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Begun:
    """A message on its way, since when by the product's clock and by the machine's."""

    claimed: Claimed
    at: datetime
    since: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went."""

    sent: Claimed
    answer: Answer | None
    failure: str
    at: datetime
    milliseconds: int


def deliver(*, policy: Policy | None = None, seconds: float = SLICE_SECONDS) -> int:
    """Send what is due, for so long at most; how many attempts were made. Any number of workers do this at once."""
    ends, made = time.monotonic() + seconds, 0
    sending: dict[int, Begun] = {}
    with Gateway[int](policy or outbound.public()) as gateway:
        while True:
            free = AT_ONCE - len(sending) if time.monotonic() < ends else 0
            busy = Counter(one.claimed.endpoint.pk for one in sending.values())
            for claimed in claim(free, busy, at=clock.now()) if free else ():
                sending[claimed.delivery.pk] = Begun(claimed, clock.now(), time.monotonic())
                _post(gateway, claimed)
            if not sending:
                return made
            time.sleep(PAUSE_SECONDS)
            outcomes = [_outcome(sending.pop(one.key), one) for one in gateway.sent()]
            note(outcomes)
            made += len(outcomes)


@transaction.atomic
def claim(most: int, busy: Counter[int], *, at: datetime) -> list[Claimed]:
    """Messages that are due, nobody else's for a while. Workers never wait for each other."""
    full = [endpoint for endpoint, count in busy.items() if count >= AT_ONCE_AN_ENDPOINT]
    due = Delivery.objects.filter(state__in=OPEN, next_at__lte=at, endpoint__standing=Standing.ACTIVE)
    due = due.exclude(endpoint__in=full).order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",))
    rows = _fairly(list(due[:most]), busy)
    taken, kept = uuid4(), [row for row in rows if row.claims - row.attempts < STOPS_AT_MOST]
    _give_up(set(rows) - set(kept), Reason.STOPPED)
    Delivery.objects.filter(pk__in=[row.pk for row in kept]).update(
        claim=taken, claims=F("claims") + 1, next_at=at + HELD
    )
    return _loaded(kept, taken, at)


@transaction.atomic
def note(outcomes: Sequence[Outcome]) -> None:
    """Write the log, and what became of each message where no other worker has taken it since."""
    Attempt.objects.bulk_create([_attempt(one) for one in outcomes])
    good = [one for one in outcomes if one.answer and one.answer.is_good]
    _note_delivered(good)
    for one in outcomes:
        if not (one.answer and one.answer.is_good):
            _note_failed(one)


def _fairly(rows: Sequence[Delivery], busy: Counter[int]) -> list[Delivery]:
    """The first of each endpoint, as many as it may have on the way."""
    taken, kept = Counter(busy), []
    for row in rows:
        if taken[row.endpoint_id] < AT_ONCE_AN_ENDPOINT:
            taken[row.endpoint_id] += 1
            kept.append(row)
    return kept


def _loaded(rows: Sequence[Delivery], taken: UUID, at: datetime) -> list[Claimed]:
    """With their events, endpoints and the secrets that hold; what the owner may not know any more is given up."""
    if not rows:
        return []
    known = Endpoint.objects.select_related("owner", "organisation", "contact").in_bulk(
        {row.endpoint_id for row in rows}
    )
    events = Event.objects.in_bulk({row.event_id for row in rows if row.event_id})
    reaches = {pk: rules.reach_of(endpoint.owner) for pk, endpoint in known.items()}
    keys = _keys(known, at)
    ready, hidden, unsigned = [], [], []
    for row in rows:
        event = events.get(row.event_id or 0)
        if event is not None and not reaches[row.endpoint_id].sees(event):
            hidden.append(row)
        elif row.endpoint_id not in keys:
            unsigned.append(row)
        else:
            row.event = event
            ready.append(Claimed(row, taken, known[row.endpoint_id], keys[row.endpoint_id]))
    _give_up(hidden, Reason.NOT_VISIBLE)
    _give_up(unsigned, Reason.UNSIGNED)
    return ready


def _keys(endpoints: Iterable[int], at: datetime) -> dict[int, list[str]]:
    """Of each endpoint the secret in use first, then the one before while the overlap lasts."""
    held = EndpointSecret.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), endpoint__in=list(endpoints))
    found: dict[int, list[str]] = defaultdict(list)
    for one in held.order_by("-pk"):
        if secret := keeping.unseal(one.sealed):
            found[one.endpoint_id].append(secret)
    return found


def _give_up(rows: Iterable[Delivery], because: Reason) -> None:
    keys = [row.pk for row in rows]
    if keys:
        Delivery.objects.filter(pk__in=keys).update(state=State.DEAD, because=because, claim=None)


def _post(gateway: Gateway[int], one: Claimed) -> None:
    body = queries.payload(one.delivery).encode()
    signed = signing.headers(one.delivery.message_id, body, seconds=int(time.time()), keys=one.keys)
    fixed = {"Content-Type": "application/json", "User-Agent": "innovation-fund-webhooks/1"}
    gateway.post(one.delivery.pk, one.endpoint.url, headers=fixed | signed, body=body)


def _outcome(begun: Begun, sent: Sent[int]) -> Outcome:
    milliseconds = int((time.monotonic() - begun.since) * 1000)
    return Outcome(begun.claimed, sent.answer, sent.failure or "", begun.at, milliseconds)


def _attempt(outcome: Outcome) -> Attempt:
    answer = outcome.answer
    return Attempt(
        delivery=outcome.sent.delivery,
        at=outcome.at,
        status=answer.status if answer else None,
        failure=outcome.failure,
        answer=_start_of(answer),
        milliseconds=outcome.milliseconds,
    )


def _note_delivered(outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    at = max(one.at for one in outcomes)
    mine = _of_claims(outcomes)
    mine.update(state=State.DELIVERED, attempts=F("attempts") + 1, claim=None, delivered_at=at)
    reached = sorted({one.sent.endpoint.pk for one in outcomes})
    Endpoint.objects.filter(pk__in=reached).filter(Q(succeeded_at__lt=at) | Q(succeeded_at__isnull=True)).update(
        succeeded_at=at
    )


def _note_failed(outcome: Outcome) -> None:
    row, answer, made = outcome.sent.delivery, outcome.answer, outcome.sent.delivery.attempts + 1
    mine = _of_claims([outcome])
    asked = _asked(answer, outcome.at)
    again = schedule.next_attempt(made, at=outcome.at, message=row.public_id, asked=asked)
    gone = answer is not None and answer.status == GONE
    if again is not None and not gone:
        mine.update(state=State.FAILED, attempts=made, claim=None, next_at=again)
        return
    because = Reason.GONE if gone else Reason.EXHAUSTED
    if mine.update(state=State.DEAD, because=because, attempts=made, claim=None):
        _end(outcome.sent.endpoint, row, because, at=outcome.at)


def _of_claims(outcomes: Sequence[Outcome]) -> QuerySet[Delivery]:
    """The messages that are still this worker's. An id that was drawn for one claim is no other's."""
    return Delivery.objects.filter(
        pk__in=[one.sent.delivery.pk for one in outcomes],
        claim__in={one.sent.claim for one in outcomes},
        state__in=OPEN,
    )


def _end(endpoint: Endpoint, row: Delivery, because: Reason, *, at: datetime) -> None:
    """After a full failure the endpoint is disabled, unless something got through meanwhile, and its contact is told."""
    held = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    works = held.succeeded_at is not None and held.succeeded_at > row.created_at
    if held.standing == Standing.DISABLED or (works and because != Reason.GONE):
        return
    system = people.system()
    endpoints.disable(held, by=system, because=Reason.GONE if because == Reason.GONE else Reason.FAILING)
    _tell(held, at=at)


def _tell(endpoint: Endpoint, *, at: datetime) -> None:
    reader = endpoint.contact
    address = reverse("manage:webhook", args=[endpoint.public_id])
    with translation.override(reader.language):
        title = _("%(name)s is told nothing any more: its endpoint failed and is disabled.")
        notifications.tell(reader, title=title % {"name": endpoint.organisation.name}, address=address, at=at)
    notifications.write_from_template(
        "webhook_disabled",
        recipient=reader.email,
        language=reader.language,
        context={"endpoint": endpoint, "link": f"{settings.SITE_URL}{address}"},
        at=at,
    )


def _start_of(answer: Answer | None) -> str:
    """What the owner may see of an answer: its beginning, without what cannot be kept or shown."""
    if answer is None:
        return ""
    text = answer.body[: LONGEST_START * 4].decode("utf-8", "replace")
    return "".join(one if one.isprintable() else " " for one in text)[:LONGEST_START]


def _asked(answer: Answer | None, at: datetime) -> timedelta | None:
    """How long a receiver that has too much to do asks to be left alone: seconds, or a moment."""
    if answer is None or answer.status not in {TOO_MANY, UNAVAILABLE}:
        return None
    return schedule.asked(answer.retry_after, at=at)
