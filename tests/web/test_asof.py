"""The point in time of a page is read from its address, or refused with what it may be."""

from datetime import date, datetime, timezone

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from core.web import asof

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=timezone.utc)


def read(query):
    return asof.read(RequestFactory().get(f"/{query}"), today=TODAY, now=NOW)


def test_without_a_question_it_is_today_as_known_now():
    point = read("")

    assert (point.as_of, point.known_at, point.is_now, point.query) == (TODAY, NOW, True, "")


def test_a_past_day_as_known_now_is_not_the_past():
    point = read("?as_of=2024-04-19")

    assert (point.as_of, point.is_now, point.query) == (date(2024, 4, 19), True, "as_of=2024-04-19")


@pytest.mark.parametrize(
    "typed",
    [
        "2025-03-01T10:30",
        "2025-03-01T10:30:00Z",
        "2025-03-01T10:30:00%2B00:00",
        "2025-03-01T10:30:00+00:00",
        "2025-03-01T11:30:00%2B01:00",
    ],
)
def test_a_moment_is_read_with_its_zone_and_as_utc_without_one(typed):
    point = read(f"?known_at={typed}")

    assert point.known_at == datetime(2025, 3, 1, 10, 30, tzinfo=timezone.utc)
    assert not point.is_now
    assert read(f"?{point.query}").known_at == point.known_at


@pytest.mark.parametrize("typed", ["1800-01-01", "9999-12-31", "1949-04-03", "2036-06-02", "2024-02-30", "soon", "0"])
def test_a_day_outside_the_range_is_refused_with_the_range(typed):
    with pytest.raises(asof.BadPoint) as refusal:
        read(f"?as_of={typed}")

    assert str(refusal.value).replace("\u00a0", " ") == "Enter a day from 4 Apr 1949 to 1 Jun 2036."
    assert refusal.value.field == "as_of"


@pytest.mark.parametrize(
    "typed", ["1800-01-01T00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00", "2026-06-01T12:01", "now"]
)
def test_a_moment_that_is_absurd_or_yet_to_come_is_refused(typed):
    with pytest.raises(asof.BadPoint) as refusal:
        read(f"?known_at={typed}")

    assert refusal.value.field == "known_at"


def test_the_first_and_the_last_day_are_within():
    assert read("?as_of=1949-04-04").as_of == asof.EARLIEST
    assert read("?as_of=2036-06-01").as_of == date(2036, 6, 1)


def test_a_page_keeps_what_was_typed_and_shows_today():
    point = asof.read_or_today(RequestFactory().get("/?as_of=1800-01-01"), today=TODAY, now=NOW)

    assert (point.as_of, point.known_at, point.typed_as_of) == (TODAY, NOW, "1800-01-01")
    assert point.error.startswith("Enter a day from")


@pytest.mark.parametrize(
    ("url", "kept"),
    [("/pool", "/pool?as_of=2024-04-19"), ("/pool?sort=x#t", "/pool?sort=x&as_of=2024-04-19#t")],
)
def test_a_link_carries_the_point(url, kept):
    assert asof.with_point(url, read("?as_of=2024-04-19")) == kept


def test_the_bar_shows_the_error_at_its_field_and_keeps_other_choices():
    request = RequestFactory().get("/?as_of=1800-01-01&sort=-share&page=2")
    point = asof.read_or_today(request, today=TODAY, now=NOW)

    bar = Template('{% include "components/asof.html" %}').render(Context({"point": point, "request": request}))

    assert 'value="1800-01-01" aria-describedby="as-of-hint point-error" aria-invalid="true"' in bar
    assert '<input type="hidden" name="sort" value="-share">' in bar
    assert 'name="page"' not in bar
    assert "Enter a day from" in bar


def test_the_bar_says_when_the_past_is_read():
    request = RequestFactory().get("/?known_at=2025-03-01T10:30")

    bar = Template('{% include "components/asof.html" %}').render(
        Context({"point": asof.read_or_today(request, today=TODAY, now=NOW), "request": request})
    )

    assert "You are reading the past" in bar


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("", "as_of=2024-03-31"),
        ("?as_of=2024-04-19", "as_of=2024-03-31"),
        ("?as_of=2024-04-19&known_at=2025-03-01T10:30:00Z", "as_of=2024-03-31&known_at=2025-03-01T10%3A30%3A00Z"),
    ],
)
def test_another_day_keeps_the_moment(asked, kept):
    point = read(asked)
    moved = asof.on(date(2024, 3, 31), point)

    assert (moved.as_of, moved.known_at, moved.query) == (date(2024, 3, 31), point.known_at, kept)
