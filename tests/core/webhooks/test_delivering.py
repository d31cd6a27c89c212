"""Messages: signed as the specification says, tried for days, under one id, and never more told than may be known."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from core import clock
from core.audit.models import AuditEvent
from core.notifications.models import Message, OutboundMail
from core.people.models import RoleGrant
from core.webhooks import schedule, services
from core.webhooks.lifecycle import Reason, Standing, State
from core.webhooks.models import Attempt, Delivery, Endpoint, EndpointSecret, Event
from core.webhooks.services import delivering
from core.webhooks.services.endpoints import NotToReplay
from tests.conftest import NOON
from tests.core.webhooks.conftest import CONCERNED, OTHER_FUND
from tests.core.webhooks.receiver import Receiver, policy

pytestmark = pytest.mark.django_db


def send(receiver, *, at=NOON, **given):
    with clock.standing_at(at):
        services.dispatch(at=at)
        return services.deliver(policy=policy(receiver.port, **given))


def answering(status, headers=None, text=b""):
    return Receiver(lambda *_given: (status, headers or {}, text))


def lowered(headers):
    return {name.lower(): value for name, value in headers.items()}


def test_a_message_is_verified_by_the_package_of_the_specification(happen, receiving):
    with answering(204) as receiver:
        row = receiving(receiver, "/hooks?tenant=1")
        audited = happen("call_1")
        send(receiver)

    event = Event.objects.get(audit_event=audited)
    ((path, headers, body),) = receiver.got
    told = Webhook(row.secret).verify(body, lowered(headers))
    assert path == "/hooks?tenant=1"
    assert headers["Content-Type"] == "application/json"
    assert lowered(headers)["webhook-id"] == event.public_id
    assert told == {
        "type": event.kind,
        "timestamp": event.occurred_at.isoformat(),
        "data": {
            "id": event.public_id,
            "position": 1,
            "object": "call_1",
            "scope": {"kind": "fund", "id": event.scope_ref},
            "request_id": event.request_id,
        },
    }
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.delivered_at) == (State.DELIVERED, 1, NOON)
    assert Endpoint.objects.get().succeeded_at == NOON


def test_a_changed_body_or_another_secret_is_not_verified(happen, receiving):
    with answering(204) as receiver:
        row = receiving(receiver)
        happen()
        send(receiver)

    ((_path, headers, body),) = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(row.secret).verify(body.replace(b"thing_1", b"thing_2"), lowered(headers))
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(body, lowered(headers))


def test_while_a_secret_is_rotated_out_both_verify(happen, receiving, manager):
    with answering(204) as receiver:
        row = receiving(receiver)
        fresh = services.rotate(row, by=manager, at=NOON, overlap=timedelta(hours=1))
        happen("one")
        send(receiver)
        happen("two")
        send(receiver, at=NOON + timedelta(hours=1))

    (_p, during, body), (_q, after, later) = receiver.got
    assert Webhook(row.secret).verify(body, lowered(during))
    assert Webhook(fresh).verify(body, lowered(during))
    assert Webhook(fresh).verify(later, lowered(after))
    with pytest.raises(WebhookVerificationError):
        Webhook(row.secret).verify(later, lowered(after))


def test_no_secret_stands_in_the_database(endpoint, manager):
    row = endpoint()
    second = services.rotate(row, by=manager, at=NOON)

    kept = " ".join(EndpointSecret.objects.values_list("sealed", flat=True))
    kept += json.dumps(list(AuditEvent.objects.values("before", "after")))
    for secret in (row.secret, second):
        assert secret.startswith("whsec_")
        assert secret.removeprefix("whsec_") not in kept


@pytest.mark.parametrize(
    ("story", "behave", "status", "failure"),
    [
        ("it fails", lambda *_g: (500, {}, b"no"), 500, ""),
        ("it sends elsewhere", lambda *_g: (302, {"Location": "https://example.org/"}, b""), 302, ""),
        ("it hangs up", lambda *_g: None, None, "connection"),
        ("it hangs", lambda *_g: threading.Event().wait(1) or None, None, "time"),
    ],
)
def test_what_failed_is_tried_again_after_the_next_wait(happen, receiving, story, behave, status, failure):
    with Receiver(behave) as receiver:
        receiving(receiver)
        happen()
        assert send(receiver, total_seconds=0.3) == 1
        assert send(receiver) == 0

    delivery, attempt = Delivery.objects.get(), Attempt.objects.get()
    assert (delivery.state, delivery.attempts) == (State.FAILED, 1)
    assert delivery.next_at == schedule.next_attempt(1, at=NOON, message=delivery.public_id)
    assert (attempt.status, attempt.failure) == (status, failure)


def test_every_attempt_carries_the_same_id_and_after_the_last_the_endpoint_is_disabled(happen, receiving, manager):
    at = NOON
    with answering(500, text=b"out of order") as receiver:
        receiving(receiver)
        happen()
        while (delivery := _sent_at(receiver, at)).state == State.FAILED:
            at = delivery.next_at

    assert (delivery.state, delivery.because, delivery.attempts) == (State.DEAD, Reason.EXHAUSTED, 10)
    assert receiver.ids() == {delivery.message_id: 10}
    assert at - NOON > timedelta(days=3)
    assert (Endpoint.objects.get().standing, Endpoint.objects.get().because) == (Standing.DISABLED, Reason.FAILING)
    assert "Partner Bank" in Message.objects.get(reader=manager).title
    assert manager.email == OutboundMail.objects.get(recipient=manager.email).recipient
    assert set(Attempt.objects.values_list("answer", flat=True)) == {"out of order"}


def test_an_endpoint_that_takes_other_messages_is_not_disabled_for_one(happen, receiving):
    at, refuse = NOON, []
    with Receiver(
        lambda _p, headers, _b: (500 if lowered(headers)["webhook-id"] in refuse else 204, {}, b"")
    ) as receiver:
        receiving(receiver)
        refuse.append(Event.objects.get(audit_event=happen()).public_id)
        first = _sent_at(receiver, at)
        happen("later")
        while first.state == State.FAILED:
            at = first.next_at
            _sent_at(receiver, at)
            first.refresh_from_db()

    assert (first.state, first.because) == (State.DEAD, Reason.EXHAUSTED)
    assert Endpoint.objects.get().standing == Standing.ACTIVE


def test_410_disables_at_once_and_what_waited_is_given_up_with_its_reason(happen, receiving, manager):
    answers = iter([500, 410])
    with Receiver(lambda *_given: (next(answers), {}, b"")) as receiver:
        receiving(receiver)
        happen("first")
        send(receiver)
        happen("second")
        send(receiver)

    first, second = Delivery.objects.order_by("pk")
    assert (first.state, first.because) == (State.DEAD, Reason.DISABLED)
    assert (second.state, second.because) == (State.DEAD, Reason.GONE)
    assert Endpoint.objects.get().because == Reason.GONE
    assert Message.objects.filter(reader=manager).count() == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_with_too_much_to_do_is_left_alone(happen, receiving, status):
    with answering(status, {"Retry-After": "3600"}) as receiver:
        receiving(receiver)
        happen()
        send(receiver)

    assert Delivery.objects.get().next_at == NOON + timedelta(hours=1)


def test_a_paused_endpoint_lets_messages_wait_and_a_disabled_one_gets_none(happen, receiving, manager):
    with answering(204) as receiver:
        row = receiving(receiver)
        services.pause(row, by=manager)
        happen("one")
        assert send(receiver) == 0
        services.resume(row, by=manager)
        assert send(receiver) == 1
        services.disable(row, by=manager)
        happen("two")
        assert send(receiver) == 0

    assert [one.event.subject for one in Delivery.objects.all()] == ["one"]


def test_an_endpoint_is_told_of_its_scope_and_its_kinds_alone(happen, receiving):
    with answering(204) as receiver:
        receiving(receiver, kinds_told=[CONCERNED.code])
        happen("of another kind")
        happen("of another fund", chain=OTHER_FUND, kind=CONCERNED)
        happen("its own", kind=CONCERNED)
        send(receiver)

    assert [one.event.subject for one in Delivery.objects.all()] == ["its own"]


def test_an_endpoint_is_not_told_what_happened_before_it_was_made(happen, receiving):
    happen("before")
    with answering(204) as receiver, clock.standing_at(NOON + timedelta(minutes=1)):
        receiving(receiver, at=NOON + timedelta(minutes=1))
        happen("after")
        send(receiver, at=NOON + timedelta(minutes=1))

    assert [one.event.subject for one in Delivery.objects.all()] == ["after"]


def test_an_ally_is_told_what_concerns_it_alone(happen, receiving, partner):
    with answering(204) as receiver:
        receiving(receiver, "/ee", owner=partner("nation", "EE"))
        receiving(receiver, "/fi", owner=partner("nation", "FI"))
        happen("of the fund alone")
        happen("of two Allies", kind=CONCERNED)
        send(receiver)

    assert [path for path, _headers, _body in receiver.got] == ["/ee"]


def test_a_right_that_is_gone_before_the_next_attempt_ends_the_message(happen, receiving, partner, system):
    owner = partner()
    with answering(500) as receiver:
        receiving(receiver, owner=owner)
        happen()
        delivery = _sent_at(receiver, NOON)
        RoleGrant.objects.filter(person=owner).update(revoked_at=NOON, revoked_by=system)
        delivery = _sent_at(receiver, delivery.next_at)

    assert (delivery.state, delivery.because) == (State.DEAD, Reason.NOT_VISIBLE)
    assert len(receiver.got) == 1


def test_a_right_that_ended_with_its_client_ends_the_message_and_brings_no_other(happen, receiving, partner):
    """The grants of a client's account end the day after its last one: tests/api/test_client_pages.py."""
    owner = partner()
    RoleGrant.objects.filter(person=owner).update(ends_before=(NOON + timedelta(days=1)).date())
    with answering(500) as receiver:
        receiving(receiver, owner=owner)
        happen()
        on_its_last_day = _sent_at(receiver, NOON)
        happen("call_2")
        the_day_after = _sent_at(receiver, NOON + timedelta(days=1))

    assert on_its_last_day.state == State.FAILED
    assert (the_day_after.state, the_day_after.because) == (State.DEAD, Reason.NOT_VISIBLE)
    assert (len(receiver.got), Delivery.objects.count()) == (1, 1)


def test_a_replay_sends_the_same_id_again(happen, receiving, manager):
    with answering(204) as receiver:
        row = receiving(receiver)
        happen()
        delivery = _sent_at(receiver, NOON)
        assert services.replay(row, [delivery], by=manager, at=NOON) == 1
        again = _sent_at(receiver, NOON)

    assert receiver.ids() == {delivery.message_id: 2}
    assert (again.pk, again.state, again.attempts) == (delivery.pk, State.DELIVERED, 1)
    assert Attempt.objects.count() == 2


def test_a_message_that_waits_is_not_replayed(happen, receiving, manager):
    with answering(500) as receiver:
        row = receiving(receiver)
        happen()
        delivery = _sent_at(receiver, NOON)

    with pytest.raises(NotToReplay):
        services.replay(row, [delivery], by=manager, at=NOON)


def test_a_test_is_signed_and_tells_nothing(receiving, manager):
    with answering(200, text="Grüße ☕\x00\n".encode() + b"x" * 1000) as receiver:
        row = receiving(receiver)
        services.test(row, by=manager, at=NOON)
        send(receiver)

    ((_path, headers, body),) = receiver.got
    assert Webhook(row.secret).verify(body, lowered(headers))["type"] == "test"
    start = Attempt.objects.get().answer
    assert len(start) == 200
    assert start.startswith("Grüße ☕  xxx")


def test_a_worker_that_stopped_leaves_its_message_to_another(happen, receiving):
    with answering(204) as receiver:
        receiving(receiver)
        happen()
        services.dispatch(at=NOON)
        (lost,) = delivering.claim(10, delivering.Counter(), at=NOON)
        assert send(receiver) == 0
        assert send(receiver, at=NOON + delivering.HELD) == 1

        late = delivering.Outcome(lost, None, "connection", NOON, 1)
        delivering.note([late])

    assert Delivery.objects.get().state == State.DELIVERED
    assert Attempt.objects.count() == 2


def test_a_message_at_which_workers_stop_again_and_again_is_given_up(happen, receiving):
    with answering(204) as receiver:
        receiving(receiver)
        happen()
        services.dispatch(at=NOON)
        for turn in range(delivering.STOPS_AT_MOST):
            assert delivering.claim(10, delivering.Counter(), at=NOON + turn * delivering.HELD)
        assert send(receiver, at=NOON + timedelta(hours=1)) == 0

    assert Delivery.objects.get().because == Reason.STOPPED


def test_one_endpoint_has_few_messages_on_the_way_at_once(happen, receiving):
    with answering(204) as receiver:
        receiving(receiver)
        receiving(receiver)
        for number in range(12):
            happen(f"thing_{number}")
        services.dispatch(at=NOON)
        taken = delivering.claim(64, delivering.Counter(), at=NOON)

    counts = delivering.Counter(one.endpoint.pk for one in taken)
    assert set(counts.values()) == {delivering.AT_ONCE_AN_ENDPOINT}


def test_a_key_of_the_product_that_was_replaced_can_be_dropped(happen, receiving, settings):
    first = settings.SECRET_KEY
    with answering(204) as receiver:
        receiving(receiver)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the product", [first]
        happen("before")
        assert send(receiver) == 1
        assert (services.reseal(), services.reseal()) == (1, 0)
        settings.SECRET_KEY_FALLBACKS = []
        happen("after")
        assert send(receiver) == 1


def test_a_secret_that_cannot_be_read_ends_its_own_messages_alone(happen, receiving):
    with answering(204) as receiver:
        lost, well = receiving(receiver, "/lost"), receiving(receiver, "/well")
        EndpointSecret.objects.filter(endpoint=lost).update(sealed="unreadable")
        happen()
        assert send(receiver) == 1

    assert [path for path, _headers, _body in receiver.got] == ["/well"]
    assert lost.deliveries.get().because == Reason.UNSIGNED
    assert well.deliveries.get().state == State.DELIVERED


def test_the_log_is_written_once(happen, receiving):
    with answering(204) as receiver:
        receiving(receiver)
        happen()
        send(receiver)

    for change in ("UPDATE core_attempt SET status = 500", "DELETE FROM core_attempt", "DELETE FROM core_delivery"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def _sent_at(receiver, at):
    """The oldest message, after what was due was sent."""
    send(receiver, at=at)
    return Delivery.objects.select_related("event").order_by("pk").first()
