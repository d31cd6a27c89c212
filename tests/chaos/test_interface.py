"""The interface under pressure: limits, keys and cursors hold when fifty call at once. Each has its control."""

from contextlib import contextmanager

import pytest

from core import clock
from core.api import cursors, keys
from core.clients import services
from core.clients.models import ClientMinute, ClientSecret
from core.money.models import Currency, ExchangeRate
from core.people import services as people
from tests.chaos.conftest import FULL
from tests.factories import clients

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
THREADS = 50


@pytest.fixture
def system():
    return people.ensure_system(at=clock.now())


def _caller(system, **given):
    return clients.Caller(clients.client(system=system, scopes=["nations:read", "rates:read"], **given))


def test_of_fifty_calls_at_once_a_limit_of_ten_lets_ten_pass(system, together):
    caller = _caller(system, calls_a_minute=10)

    answers = together(THREADS, lambda _number: caller.get("nations").status_code)

    assert sorted(answers) == [200] * 10 + [429] * 40


def test_control_counted_by_reading_and_writing_more_pass(system, together, monkeypatch):
    caller = _caller(system, calls_a_minute=10)
    monkeypatch.setattr(services, "count", _read_then_write)

    answers = together(THREADS, lambda _number: caller.get("nations").status_code)

    assert answers.count(200) > 10


def _read_then_write(client, *, at):
    minute = at.replace(second=0, microsecond=0)
    row = ClientMinute.objects.filter(client=client, minute=minute).first()
    calls = (row.calls if row else 0) + 1
    ClientMinute.objects.update_or_create(client=client, minute=minute, defaults={"calls": calls})
    return calls


def test_fifty_posts_under_one_key_do_it_once(system, together):
    caller = _caller(system)
    before = ClientSecret.objects.count()

    answers = together(THREADS, lambda _number: caller.post("self/secrets", {"overlap_hours": 1}, key="one"))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert ClientSecret.objects.count() == before + 1


def test_control_without_the_key_it_is_done_again_and_again(system, together, monkeypatch):
    caller = _caller(system)
    before = ClientSecret.objects.count()
    monkeypatch.setattr(keys, "once", lambda *, answer, **_given: answer())

    together(8, lambda _number: caller.post("self/secrets", {"overlap_hours": 1}, key="one"))

    assert ClientSecret.objects.count() > before + 1


def _rates(first, count):
    at = clock.now()
    from datetime import date, timedelta

    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            currency_id="USD",
            effective_on=date(2000, 1, 1) + timedelta(days=first + number),
            units_per_euro="1.1",
            source="tests",
            recorded_at=at,
        )
        for number in range(count)
    )


@contextmanager
def _written_between_pages(monkeypatch, each):
    """Some rows are added after every page that is read."""
    page, added = cursors.page, [300]

    def adding(*given, **named):
        found = page(*given, **named)
        if added[0] < 300 + (1000 if FULL else 200):
            _rates(added[0], each)
            added[0] += each
        return found

    with monkeypatch.context() as patch:
        patch.setattr(cursors, "page", adding)
        yield


def test_while_a_cursor_walks_rows_are_added_and_none_is_skipped_or_met_twice(system, monkeypatch):
    Currency.objects.create(code="USD", name_en="Dollar", name_fr="Dollar")
    caller = _caller(system, calls_a_minute=6000)
    _rates(0, 300)
    stood = {str(day) for day in ExchangeRate.objects.values_list("effective_on", flat=True)}

    with _written_between_pages(monkeypatch, each=20):
        met = [row["effective_on"] for row in caller.walk("rates?limit=10")]

    assert len(met) == len(set(met))
    assert stood <= set(met)
    assert set(met) == {str(day) for day in ExchangeRate.objects.values_list("effective_on", flat=True)}
