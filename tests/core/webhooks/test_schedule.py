"""When a message is tried again, and what a receiver may ask for."""

from datetime import datetime, timedelta, timezone

import pytest

from core.webhooks import schedule

AT = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)


def test_ten_attempts_go_over_more_than_three_days():
    at, attempts = AT, 0
    while (again := schedule.next_attempt(attempts, at=at, message="delivery_1")) is not None:
        at, attempts = again, attempts + 1

    assert attempts == 10
    assert timedelta(hours=75) < at - AT < timedelta(hours=75 * 1.1 + 1)


@pytest.mark.parametrize("made", range(10))
def test_a_wait_is_at_most_a_tenth_longer_and_the_same_for_the_same_message(made):
    wait = schedule.WAITS[made]

    again = schedule.next_attempt(made, at=AT, message="delivery_1")

    assert wait <= again - AT <= wait * 1.1
    assert again == schedule.next_attempt(made, at=AT, message="delivery_1")


def test_messages_that_failed_together_are_not_tried_together():
    moments = {schedule.next_attempt(3, at=AT, message=f"delivery_{number}") for number in range(100)}

    assert len(moments) == 100


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Mon, 01 Jun 2026 12:01:00 GMT", 60),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9999999999999999999", None),
        ("²", None),
    ],
)
def test_what_a_receiver_asks_for(header, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert schedule.asked(header, at=AT) == expected


def test_a_receiver_is_left_alone_for_as_long_as_it_asks_but_not_for_ever():
    hour, year = timedelta(hours=1), timedelta(days=365)

    assert schedule.next_attempt(1, at=AT, message="m", asked=hour) == AT + hour
    assert schedule.next_attempt(1, at=AT, message="m", asked=year) == AT + timedelta(hours=24)
