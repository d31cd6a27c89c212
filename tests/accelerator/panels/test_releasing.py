"""What is approved is released by itself on its day: once, however often it is asked for, and late rather than never."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from accelerator.panels import queries, services
from accelerator.panels.tasks import release, start_releases
from config import schedule
from core import clock
from core.audit.models import AuditEvent
from core.jobs.models import Job
from core.notifications.models import OutboundMail
from core.people import queries as people
from tests.factories import jobs
from tests.factories import panels as factory
from tests.factories.panels import RELEASED_AT

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 9, 30, 22, tzinfo=timezone.utc)
"""The beginning of the day on the clocks of the call, in Brussels."""


@pytest.fixture
def approved(call, scored, manager, second):
    return factory.approved(call, selected=scored[:1], by=manager, second=second)


def started(at):
    return services.start_releases(by=people.system(), at=at)


def mails(scored):
    return OutboundMail.objects.filter(subject__startswith="The decision", recipient=scored[0].begun_by.email).count()


def test_it_is_released_from_the_first_moment_of_its_day(approved, scored):
    assert started(MIDNIGHT - timedelta(seconds=1)) == []
    (job,) = started(MIDNIGHT)

    with clock.standing_at(MIDNIGHT):
        assert jobs.done(job).state == "done"

    approved.refresh_from_db()
    assert (approved.state, approved.released_by, approved.released_at) == ("released", people.system(), MIDNIGHT)
    assert queries.told(scored[0]).outcome == "selected"
    assert mails(scored) == 1
    assert AuditEvent.objects.filter(kind="selection.released", subject=approved.public_id).count() == 1


def test_asked_twice_it_is_released_once(approved, scored):
    (job,), (again,) = started(RELEASED_AT), started(RELEASED_AT)
    assert job == again

    with clock.standing_at(RELEASED_AT):
        jobs.done(job)
        release(SimpleNamespace(ids=job.ids, hold=lambda: None))

    assert mails(scored) == 1
    assert started(RELEASED_AT) == []


def test_after_an_outage_it_is_released_late(approved, scored):
    late = RELEASED_AT + timedelta(days=9)
    (job,) = started(late)

    with clock.standing_at(late):
        jobs.done(job)

    approved.refresh_from_db()
    assert approved.released_at == late


def test_what_somebody_released_meanwhile_stays_so(approved, scored, manager):
    (job,) = started(RELEASED_AT)
    services.release(approved, by=manager, at=RELEASED_AT)

    with clock.standing_at(RELEASED_AT):
        assert jobs.done(job).state == "done"

    approved.refresh_from_db()
    assert approved.released_by == manager
    assert mails(scored) == 1


def test_what_is_only_proposed_waits(call, scored, manager):
    factory.proposed(call, selected=scored[:1], by=manager)

    assert started(RELEASED_AT + timedelta(days=9)) == []


def test_beat_looks_for_it_every_five_minutes(approved):
    planned = schedule.BEAT["release selections"]
    assert planned["task"] == start_releases.name

    with clock.standing_at(RELEASED_AT):
        start_releases()
    assert Job.objects.get(name="accelerator.panels.release").key == approved.public_id
