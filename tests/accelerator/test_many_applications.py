"""However many applications a call has, its lists take the queries that they take with a few: 2,600 of them in full."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accelerator.applications.models import Application
from accelerator.panels.models import Selection
from accelerator.reviews.models import Assignment
from bench import applicants
from core import clock
from tests.core.people import sessions
from tests.factories import people
from tests.factories import programme_calls as calls
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT
from tests.sampling import FULL

pytestmark = pytest.mark.django_db

FEW, MANY = 20, 2_600 if FULL else 150
WAYS = (
    {},
    {"state": "withdrawn"},
    {"nation": "EE"},
    {"screened": "waits"},
    {"screened": "passed"},
    {"screened": "failed"},
    {"reviewers": "missing"},
    {"q": "drone"},
    {"page": "2"},
)


@pytest.fixture
def grown(allies, programme, manager, second):
    """Two closed calls, of which the second has a selection; ``to(count)`` lets the applications of each grow to so many."""

    def made(title):
        call = calls.published(programme, by=manager, second=second, title_en=title)
        factory.planned(call, by=manager, each=3, most=500)
        return call

    with clock.standing_at(CLOSED_AT):
        yield [made(title) for title in ("Growing", "Decided")]


@pytest.fixture
def reviewers(programme, system):
    return [factory.reviewer(programme, system=system) for _one in range(12)]


def _fill(call, count, *, reviewers, by, system):
    like = Application.objects.filter(call=call).first()
    sent = (
        like.submissions.get() if like else factory.sent(call, f"Deep Ear of {call}", system=system).submissions.get()
    )
    missing = count - Application.objects.filter(call=call).count()
    applicants.fill(call, sent, count=missing, reviewers=reviewers, by=by, at=CLOSED_AT)


def test_lists_take_as_many_queries_for_many_applications_as_for_few(grown, reviewers, client, manager, second, system):
    growing, decided = grown

    def asked_with(count):
        for call in grown:
            _fill(call, count, reviewers=reviewers, by=manager, system=system)
        Selection.objects.filter(call=decided, state="proposed").update(
            state="sent_back", decided_by=second, decided_at=CLOSED_AT, decided_because="Again"
        )
        selection = f"/manage/selections/{applicants.propose(decided, None, by=manager, at=CLOSED_AT).public_id}"
        of = f"/manage/application-calls/{growing.public_id}"
        pages = [
            *((manager, f"/manage/applications?{urlencode(way)}") for way in WAYS),
            (manager, f"{of}/ranking"),
            (manager, f"{of}/ranking?page=9999"),
            (manager, f"{of}/select"),
            (manager, f"{of}/reviewers"),
            (second, selection),
            (second, f"{selection}/approve"),
            (reviewers[0], "/review/"),
        ]
        return {address.replace(selection, "selection"): _queries(client, who, address) for who, address in pages}

    few = asked_with(FEW)
    many = asked_with(MANY)

    assert Application.objects.count() == 2 * MANY
    assert Assignment.objects.count() > 2 * MANY
    assert many == few


def _queries(client, person, address):
    """After one asking that warms up."""
    sessions.fresh(people.signed_in(client, person), person)
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)
