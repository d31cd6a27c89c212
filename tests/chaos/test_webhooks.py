"""A receiver fails, hangs, hangs up, redirects, has enough and has too much to do, and the workers are killed meanwhile.

Every message is delivered or given up with its reason, always under the id of what happened. FULL=1 takes 5,000 of them.
"""

import random
import threading
import time
from collections import Counter

import pytest
from django.utils.translation import gettext_lazy as _
from standardwebhooks.webhooks import Webhook

from core.audit import services as audit
from core.audit.kinds import Kind
from core.organisations import services as organisations
from core.webhooks import kinds, services
from core.webhooks.lifecycle import OPEN, Reason, Standing, State
from core.webhooks.models import Attempt, Delivery, Endpoint, Event
from tests.chaos.conftest import FULL
from tests.chaos.ground import Ground, kill
from tests.conftest import NOON
from tests.core.webhooks.receiver import Receiver
from tests.factories import webhooks

EVENTS = 5000 if FULL else 200
KILLS = 20 if FULL else 4
WORKERS = 2
SEED = 15
TOLD = Kind("chaos.told", _("{actor} did something."))
WAYS = ("fails", "hangs", "redirects", "gone", "busy")
GOOD_BEFORE_GONE = 10
pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "owner"]), pytest.mark.real_clock]


class Moody:
    """Each path is a receiver of its own kind; which tries go wrong is drawn, from one seed."""

    def __init__(self):
        self.taken, self.chance, self.lock = {way: Counter() for way in WAYS}, random.Random(SEED), threading.Lock()
        self.asked_to_wait = {}

    def __call__(self, path, headers, body):
        way, message = path.strip("/"), {name.lower(): value for name, value in headers.items()}["webhook-id"]
        with self.lock:
            drawn = self.chance.random()
        answer = getattr(self, way)(message, drawn)
        if answer and answer[0] < 300:
            with self.lock:
                self.taken[way][message] += 1
        return answer

    def fails(self, _message, drawn):
        if drawn < 0.1:
            return None
        return (500 if drawn < 0.3 else 204), {}, b""

    def hangs(self, _message, drawn):
        if drawn < 0.05:
            time.sleep(3)
            return None
        return 204, {}, b""

    def redirects(self, _message, _drawn):
        return 302, {"Location": "http://127.0.0.1:1/"}, b"elsewhere"

    def gone(self, _message, _drawn):
        return (204 if len(self.taken["gone"]) < GOOD_BEFORE_GONE else 410), {}, b""

    def busy(self, message, drawn):
        """Whoever asks again sooner than after a second is noted."""
        with self.lock:
            before = self.asked_to_wait.pop(message, None)
            if before is not None:
                assert time.monotonic() - before > 0.9
            if drawn < 0.3:
                self.asked_to_wait[message] = time.monotonic()
                return 429, {"Retry-After": "1"}, b""
        return 204, {}, b""


@pytest.fixture
def told(system, monkeypatch):
    """An endpoint for each way, each told of a fund of its own, and as many events as there are to be."""
    monkeypatch.setattr(kinds, "_published", dict(kinds._published))
    kinds.publish(TOLD.code, "Something happened")
    partner = organisations.register(name="Partner", kind="company", nation=None, by=system, at=NOON)

    def made(receiver):
        secrets = {}
        for way in WAYS:
            row = webhooks.endpoint(partner, "fund", f"fund_{way}", system=system, at=NOON)
            secrets[way] = services.rotate(row, by=system, at=NOON)
            Endpoint.objects.filter(pk=row.pk).update(url=receiver.url(f"/{way}"))
        for number in range(EVENTS):
            audit.record(TOLD, f"thing_{number}", by=system, chain=f"fund_{WAYS[number % len(WAYS)]}")
        return secrets

    return made


def test_every_message_is_delivered_or_given_up_with_its_reason(ground_of, told):
    ground, moody, chance = ground_of(Ground), Moody(), random.Random(SEED)

    with Receiver(moody) as receiver:
        secrets = told(receiver)
        started = [_worker(ground, receiver) for _number in range(WORKERS)]
        for _kill in range(KILLS):
            time.sleep(0.5 + chance.random())
            kill(started.pop(0))
            started.append(_worker(ground, receiver))
        ground.wait(_is_over, "some messages still wait")

    events = set(Event.objects.filter(kind=TOLD.code).values_list("public_id", flat=True))
    states = {way: Counter(_of(way).values_list("state", flat=True)) for way in WAYS}
    reasons = {way: set(_of(way).filter(state=State.DEAD).values_list("because", flat=True)) for way in WAYS}
    each = EVENTS // len(WAYS)
    assert len(events) == EVENTS
    assert {way: sum(count.values()) for way, count in states.items()} == dict.fromkeys(WAYS, each)
    for way in ("fails", "hangs", "busy"):
        assert set(states[way]) <= {State.DELIVERED, State.DEAD}
        assert reasons[way] <= {Reason.EXHAUSTED}
        assert states[way][State.DELIVERED] >= each * 0.98
    assert states["redirects"] == {State.DEAD: each}
    assert reasons["redirects"] <= {Reason.EXHAUSTED, Reason.DISABLED}
    assert reasons["gone"] <= {Reason.GONE, Reason.DISABLED}
    standings = {row.scope_ref.removeprefix("fund_"): row.standing for row in Endpoint.objects.all()}
    assert standings == dict.fromkeys(("fails", "hangs", "busy"), Standing.ACTIVE) | dict.fromkeys(
        ("redirects", "gone"), Standing.DISABLED
    )

    assert set(receiver.ids()) <= events
    for way in WAYS:
        delivered = set(_of(way).filter(state=State.DELIVERED).values_list("message_id", flat=True))
        assert delivered <= set(moody.taken[way])
    for path, headers, body in receiver.got[:50]:
        lower = {name.lower(): value for name, value in headers.items()}
        assert Webhook(secrets[path.strip("/")]).verify(body, lower)["data"]["id"] == lower["webhook-id"]
    assert Attempt.objects.count() <= len(receiver.got) + Attempt.objects.filter(status__isnull=True).count()


def _worker(ground, receiver):
    return ground._run("tests.chaos.telling", str(receiver.port), DJANGO_SETTINGS_MODULE="config.settings")


def _is_over():
    waits = Event.objects.filter(position__isnull=True).exists()
    return not waits and not Delivery.objects.filter(state__in=OPEN).exists()


def _of(way):
    return Delivery.objects.filter(endpoint__scope_ref=f"fund_{way}", event__kind=TOLD.code)
