"""The rush before a deadline: many submissions within two seconds of it, and none is misjudged."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accelerator.applications import queries, services
from accelerator.applications.models import Application, Submission
from accelerator.applications.portal import sending
from accelerator.applications.services import rows
from core import clock
from core.people import services as people_services
from core.people.models import User
from tests.chaos.conftest import FULL
from tests.factories import accelerator as programmes
from tests.factories import applications as factory
from tests.factories import nations, people
from tests.factories import programme_calls as calls
from tests.factories.applications import CLOSES_AT, OPEN_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

COUNT = 200 if FULL else 24
AT_ONCE = 24
WITHIN = timedelta(seconds=2)
WAIT_SECONDS = 0.4
"""For so long the row of each application is awaited, so that many are judged after the deadline that arrived before it."""
SEED = 20270115


@dataclass(frozen=True)
class Sent:
    """What one browser saw: when it sent, when the answer was there, and the status; and when the server says it arrived."""

    application: Application
    sent_at: datetime
    answered_at: datetime
    arrived_at: datetime
    was_taken: bool


@pytest.fixture
def rush(monkeypatch):
    """Applications, whole and checked, each of a start-up of its own with a browser that is signed in."""
    system = people_services.ensure_system(at=people.JOINED_AT)
    for code in ("EE", "LU"):
        nations.ally(code, system=system)
    programme = programmes.programme(by=system)
    first, second = (people.person(role="programme-manager", system=system) for _manager in range(2))
    call = calls.published(programme, by=first, second=second)
    ready = [_ready(call, number, system) for number in range(COUNT)]
    waits = rows.locked

    def locked_later(application):
        found = waits(application)
        time.sleep(WAIT_SECONDS)
        return found

    monkeypatch.setattr(rows, "locked", locked_later)
    return ready


def _ready(call, number: int, system: User) -> tuple[Application, Client]:
    startup = factory.startup(f"Start-up {number}", by=system)
    owner = factory.owner(startup, system=system)
    application = factory.filled(call, startup, by=owner)
    with clock.standing_at(CLOSES_AT - timedelta(minutes=1)):
        return application, people.signed_in(Client(), owner)


def sent_around_the_deadline(ready: list[tuple[Application, Client]], monkeypatch) -> list[Sent]:
    """Everybody sends at a moment of her own within two seconds of the deadline, by the real clock."""
    moments = random.Random(SEED).choices(range(-2_000_000, 2_000_000), k=len(ready))
    starts_at = datetime.now(CLOSES_AT.tzinfo) + timedelta(seconds=1)
    monkeypatch.setattr(settings, "CLOCK_OFFSET", CLOSES_AT - WITHIN - starts_at)
    tasks = sorted(zip(moments, ready, strict=True), key=lambda one: one[0])
    with ThreadPoolExecutor(AT_ONCE) as browsers:
        given = [browsers.submit(_send, CLOSES_AT + timedelta(microseconds=moment), *one) for moment, one in tasks]
        return [one.result() for one in given]


def _send(moment: datetime, application: Application, browser: Client) -> Sent:
    read = queries.digest(application)
    time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
    sent_at = clock.now()
    answer = browser.post(f"/portal/applications/{application.public_id}/check", {"read": read})
    answered_at = clock.now()
    assert answer.status_code in {302, 409}
    connection.close()
    return Sent(application, sent_at, answered_at, answer.wsgi_request.arrived_at, answer.status_code == 302)


def misjudged(sent: list[Sent]) -> list[Sent]:
    """Those whose answer does not follow from when they arrived, by the server's word or by what the browser saw."""
    return [
        one
        for one in sent
        if one.was_taken != (one.arrived_at < CLOSES_AT)
        or (one.sent_at >= CLOSES_AT and one.was_taken)
        or (one.answered_at < CLOSES_AT and not one.was_taken)
        or one.was_taken != Submission.objects.filter(application=one.application).exists()
    ]


def test_nobody_is_misjudged_within_two_seconds_of_the_deadline(rush, monkeypatch):
    sent = sent_around_the_deadline(rush, monkeypatch)

    assert len(sent) == COUNT
    assert misjudged(sent) == []
    assert {one.was_taken for one in sent} == {True, False}
    assert any(one.was_taken and one.answered_at > CLOSES_AT for one in sent)
    numbers = Submission.objects.values_list("number", flat=True)
    assert len(set(numbers)) == sum(one.was_taken for one in sent)
    assert all(one.received_at < CLOSES_AT for one in Submission.objects.all())


def test_control_judged_when_its_turn_has_come_somebody_is(rush, monkeypatch):
    real = services.submit

    def late(application, *, at, **given):
        time.sleep(WAIT_SECONDS)
        return real(application, at=clock.now(), **given)

    monkeypatch.setattr(sending.services, "submit", late)

    assert misjudged(sent_around_the_deadline(rush[:24], monkeypatch)) != []


def test_two_submits_at_once_give_one_receipt(rush, together):
    application, _browser = rush[0]
    owner = User.objects.get(grants__scope_ref=application.organisation.public_id)
    read = queries.digest(application)

    results = together(8, lambda _: services.submit(application, read=read, by=owner, at=OPEN_AT))

    assert {one.pk for one in results} == {Submission.objects.get().pk}
