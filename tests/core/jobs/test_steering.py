"""Running a job again or discarding it: by whom, with what reason, and that it is audited."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.jobs import queries, services, worker
from core.jobs.lifecycle import State
from core.jobs.models import Job
from tests.core.jobs.conftest import AWAITED, BROKEN, COUNTED
from tests.factories import funds, people

pytestmark = pytest.mark.django_db
ASKED_BY_PAGE = {"HX-Request": "true"}


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", system=system)


def manager_of(fund, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


def dead(start, **given):
    """A job that was tried three times, each time after the wait."""
    job = start(BROKEN, **given)
    for minutes in (0, 1, 2):
        with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
            worker.drain()
    return Job.objects.get(pk=job.pk)


def test_a_dead_job_is_run_again_with_a_reason_and_the_trail_says_so(start, administrator):
    job = dead(start)

    services.retry(job, reason="the disk has room again", by=administrator, at=clock.now())

    row = Job.objects.get(pk=job.pk)
    event = AuditEvent.objects.get(kind="job.retried")
    assert (row.state, row.attempts, row.reason) == (State.QUEUED, 0, "")
    assert event.after == {"name": BROKEN, "reason": "the disk has room again"}
    assert event.before == {"because": job.reason}


def test_a_job_is_discarded_for_ever(start, administrator):
    job = dead(start)

    services.discard(job, reason="asked twice by mistake", by=administrator, at=clock.now())
    worker.drain()

    row = Job.objects.get(pk=job.pk)
    assert (row.state, row.reason, row.finished_at) == (State.DISCARDED, "asked twice by mistake", clock.now())
    assert AuditEvent.objects.filter(kind="job.discarded").count() == 1


def test_neither_goes_without_a_reason(start, administrator):
    job = dead(start)

    for verb in (services.retry, services.discard):
        with pytest.raises(services.ReasonMissing):
            verb(job, reason="  ", by=administrator, at=clock.now())

    assert Job.objects.get(pk=job.pk).state == State.DEAD
    assert not AuditEvent.objects.filter(kind__startswith="job.").exists()


def test_a_job_that_is_done_is_neither_run_again_nor_discarded(start, administrator):
    job = start(COUNTED)
    worker.drain()

    with pytest.raises(services.NotToRetry):
        services.retry(job, reason="again", by=administrator, at=clock.now())
    with pytest.raises(services.NotToDiscard):
        services.discard(job, reason="away", by=administrator, at=clock.now())

    assert Job.objects.get(pk=job.pk).state == State.DONE


def test_work_that_something_waits_for_is_run_again_and_never_discarded(start, administrator):
    job = start(AWAITED)
    services.fail(job.pk, services.claim(at=clock.now()).lease, reason="The disk is full.", at=clock.now())
    page = people.signed_in(Client(), administrator).get(f"/manage/jobs/{job.public_id}").content.decode()

    with pytest.raises(services.Awaited):
        services.discard(job, reason="away", by=administrator, at=clock.now())
    services.retry(job, reason="the disk has room again", by=administrator, at=clock.now())

    assert "Run it again" in page
    assert "Discard" not in page
    assert Job.objects.get(pk=job.pk).state == State.QUEUED


def test_a_manager_steers_jobs_of_her_own_fund_alone(start, fund, system):
    manager = manager_of(fund, system)
    own, others, general = (
        start(BROKEN, key, scope=scope)
        for key, scope in (("own", fund.public_id), ("other", "fund_other"), ("general", ""))
    )

    services.discard(own, reason="mine", by=manager, at=clock.now())
    for job in (others, general):
        with pytest.raises(NotPermitted):
            services.discard(job, reason="not mine", by=manager, at=clock.now())

    assert list(queries.visible_to(manager)) == [own]
    assert {job.state for job in Job.objects.exclude(pk=own.pk)} == {State.QUEUED}


def test_the_page_tells_and_steers(start, administrator):
    job = dead(start)
    client = people.signed_in(Client(), administrator)

    listed = client.get("/manage/jobs")
    page = client.get(f"/manage/jobs/{job.public_id}")
    empty = client.post(f"/manage/jobs/{job.public_id}/retry", {"reason": ""})
    sent = client.post(f"/manage/jobs/{job.public_id}/retry", {"reason": "the disk has room again"}, follow=True)

    assert "Gave up" in listed.content.decode()
    assert "Run it again…" in page.content.decode()
    assert "Fill in “Reason”." in empty.content.decode()
    assert "It waits for a worker." in sent.content.decode()
    assert Job.objects.get(pk=job.pk).state == State.QUEUED


def test_the_fragment_asks_again_only_while_work_will_happen(start, administrator):
    job = start()
    client = people.signed_in(Client(), administrator)

    before = client.get(f"/manage/jobs/{job.public_id}/progress", headers=ASKED_BY_PAGE).content.decode()
    worker.drain()
    after = client.get(f"/manage/jobs/{job.public_id}/progress", headers=ASKED_BY_PAGE).content.decode()

    assert "every 2s" in before
    assert "every 2s" not in after
    assert "3 of 3" in after


def test_a_job_that_failed_says_why_and_when_it_is_tried_again(start, administrator):
    job = start()
    leased = services.claim(at=clock.now())
    services.fail(job.pk, leased.lease, reason="The disk is full.", at=clock.now())
    client = people.signed_in(Client(), administrator)

    told = client.get(f"/manage/jobs/{job.public_id}/progress", headers=ASKED_BY_PAGE).content.decode()

    assert "The disk is full." in told
    assert "Tried again from" in told
    assert "the work goes on" not in told
    assert "every 2s" in told


def test_a_job_of_another_fund_is_not_there(start, fund, system):
    job = start(scope="fund_other")
    client = people.signed_in(Client(), manager_of(fund, system))

    assert client.get(f"/manage/jobs/{job.public_id}").status_code == 404
    assert client.post(f"/manage/jobs/{job.public_id}/discard", {"reason": "x"}).status_code == 404
    assert Job.objects.get(pk=job.pk).state == State.QUEUED
