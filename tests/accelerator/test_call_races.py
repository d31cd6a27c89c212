"""Two people at one programme or one call at the same moment, on connections of their own."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accelerator.challenges import queries, services
from accelerator.challenges.models import Call, CallQuestion, Challenge
from core import clock
from core.people import services as people_services
from tests.chaos.conftest import together
from tests.factories import accelerator as factory
from tests.factories import nations, people
from tests.factories import programme_calls as calls
from tests.factories.programme_calls import DRAFTED_AT

__all__ = ("together",)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
AT_ONCE = 4
STUCK_SECONDS = 20


@pytest.fixture
def system(transactional_db):
    return people_services.ensure_system(at=clock.now())


@pytest.fixture
def submitted(system):
    for code in ("EE", "LU"):
        nations.ally(code, system=system)
    manager = people.person(role="programme-manager", system=system)
    return calls.submitted(factory.programme(by=system), by=manager)


def test_challenges_that_are_added_at_once_each_get_a_place_of_their_own(system, together):
    programme = factory.programme(by=system)

    outcomes = together(AT_ONCE, lambda number: factory.challenge(programme, f"P26-{number}", order=None, by=system))

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sorted(Challenge.objects.values_list("order", flat=True)) == [1, 2, 3, 4]


def test_calls_that_are_drafted_at_once_are_all_kept(system, submitted, together):
    outcomes = together(
        AT_ONCE, lambda number: calls.drafted(submitted.programme, by=system, title_en=f"Call {number}")
    )

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert Call.objects.filter(state="draft").count() == AT_ONCE


def test_no_question_slips_in_while_a_call_is_being_published(system, submitted):
    """The trigger waits for whoever publishes, and then refuses; without its lock it would still see a submitted call."""
    second = people.person(role="programme-manager", system=system)
    section, asked = queries.get_section(submitted, 1), CallQuestion.objects.count()
    outcomes, other = [], threading.Thread(target=lambda: outcomes.append(_slipped_in(section.pk)))

    with transaction.atomic():
        services.publish_call(submitted, digest=queries.digest(submitted), by=second, at=DRAFTED_AT)
        other.start()
        _wait_until_somebody_waits()
    other.join(timeout=STUCK_SECONDS)

    assert outcomes == ["a published call stays as it is: publish another one"]
    assert CallQuestion.objects.count() == asked
    assert queries.digest(Call.objects.get()) == Call.objects.get().digest


def _slipped_in(section):
    """Ask one more question past the services. Return what the database said."""
    try:
        CallQuestion.objects.create(section_id=section, order=9, kind="day", text_en="When?", text_fr="Quand ?")
    except DatabaseError as refused:
        return str(refused).splitlines()[0]
    finally:
        connections.close_all()
    return "slipped in"


def _wait_until_somebody_waits():
    """Until another connection waits for a lock, or long enough to know that none does."""
    moment = threading.Event()
    for _try in range(40):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        moment.wait(0.05)
