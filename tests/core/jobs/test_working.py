"""A job is done once, from its last checkpoint, by whoever holds it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from config.celery import LONG_WORK
from core import clock
from core.jobs import queries, running, services, worker
from core.jobs.lifecycle import State
from core.jobs.models import Job
from tests.core.jobs.conftest import BROKEN, COUNTED, REFUSED, done

pytestmark = pytest.mark.django_db


def stands(job):
    return Job.objects.get(pk=job.pk)


def later(minutes):
    return clock.standing_at(clock.now() + timedelta(minutes=minutes))


def lapse(job):
    """As if its worker had died a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET leased_until = now() - interval '1 minute' WHERE id = %s", [job.pk])


def test_a_job_is_done_in_chunks_and_its_progress_is_kept(start):
    job = start(holding_id=7)

    assert worker.drain() is False

    row = stands(job)
    assert done == ["one 1", "one 2", "one 3"]
    assert (row.state, row.done, row.total, row.attempts) == (State.DONE, 3, 3, 0)
    assert row.ids == {"holding_id": 7}
    assert row.finished_at == clock.now()


def test_the_same_name_and_key_is_one_job_for_ever(start):
    first, again = start(), start()
    worker.drain()

    assert first == again == start()
    assert Job.objects.count() == 1
    assert done == ["one 1", "one 2", "one 3"]


def test_a_job_of_a_transaction_that_rolls_back_was_never_there(start):
    with transaction.atomic():
        start()
        transaction.set_rollback(True)

    assert Job.objects.count() == 0


def test_a_refusal_is_told_in_its_own_words_and_tried_three_times(start):
    job = start(REFUSED)

    for minutes in (0, 1, 2):
        with later(minutes):
            worker.drain()

    row = stands(job)
    assert (row.state, row.attempts, row.reason) == (State.DEAD, 3, "Not today.")
    assert not queries.waiting(at=clock.now() + timedelta(days=9))


def test_a_failed_job_is_not_tried_before_its_time(start):
    job = start(BROKEN)
    worker.drain()

    worker.drain()

    row = stands(job)
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.run_at == clock.now() + services.FIRST_RETRY
    assert done == ["one"]


def test_what_broke_is_named_without_the_data_that_broke_it(start):
    job = start(BROKEN)

    worker.drain()

    assert stands(job).reason == "ValueError. The log tells more under the number of the job."


def test_a_broken_job_holds_up_no_other(start):
    start(BROKEN, "first")
    job = start(COUNTED, "second")

    worker.drain()

    assert stands(job).state == State.DONE


def test_work_that_this_release_does_not_know_fails_and_says_so(start):
    job = start("tests.unknown")

    worker.drain()

    assert stands(job).reason == "This release knows no work of this name: tests.unknown."


def test_a_job_whose_worker_died_goes_on_from_its_checkpoint(start):
    job = start()
    claimed = services.claim(at=clock.now())
    Job.objects.filter(pk=job.pk).update(done=2, total=3)
    lapse(claimed)

    worker.drain()

    assert done == ["one 3"]
    assert stands(job).state == State.DONE


def test_a_job_that_a_live_worker_holds_is_not_taken(start):
    start()
    services.claim(at=clock.now())

    assert services.claim(at=clock.now()) is None


def test_a_worker_that_lost_its_job_writes_nothing(start):
    job = start()
    claimed = services.claim(at=clock.now())
    lapse(claimed)
    newer = services.claim(at=clock.now())
    former = running.Running(
        pk=job.pk, public_id=job.public_id, key=job.key, lease=claimed.lease, ids={}, on=job.on, authority="", attempt=1
    )

    with pytest.raises(running.LeaseLost), former.chunk() as chunk:
        chunk.done(3, 3)

    assert not services.finish(job.pk, claimed.lease, at=clock.now())
    assert not services.fail(job.pk, claimed.lease, reason="late", at=clock.now())
    assert not services.keep(job.pk, claimed.lease, at=clock.now())
    row = stands(job)
    assert (row.state, row.lease, row.done) == (State.RUNNING, newer.lease, 0)


def test_a_job_at_which_its_worker_dies_three_times_is_put_aside(start):
    job = start()
    for _attempt in range(3):
        lapse(services.claim(at=clock.now()))

    assert services.claim(at=clock.now()) is None

    row = stands(job)
    assert (row.state, row.reason) == (State.DEAD, services.STOPPED)


def test_a_job_at_which_its_worker_died_waits_behind_those_that_waited_already(start):
    first, second = start(key="first"), start(key="second")
    with later(1):
        lapse(services.claim(at=clock.now()))

    with later(2):
        third = start(key="third")
        assert [services.claim(at=clock.now()) for _turn in range(3)] == [second, first, third]


def test_why_it_was_put_aside_is_read_in_ones_own_language(start):
    job = start()
    for _attempt in range(3):
        lapse(services.claim(at=clock.now()))
    with translation.override("fr"):
        services.claim(at=clock.now())

    row = stands(job)

    assert row.because == "The worker stopped at this point, each time that it was tried."
    with translation.override("fr"):
        assert row.because == "Le processus s’est arrêté à ce point à chaque tentative."


def test_what_a_program_said_stands_in_its_own_words(start):
    start()
    claimed = services.claim(at=clock.now())

    services.fail(claimed.pk, claimed.lease, reason="OSError: no space left", at=clock.now())

    row = stands(claimed)
    with translation.override("fr"):
        assert (row.because, row.reason_fr) == ("OSError: no space left", "")


def test_progress_begins_the_count_of_attempts_anew(start):
    job = start()
    for number in range(1, 4):
        claimed = services.claim(at=clock.now())
        Job.objects.filter(pk=job.pk).update(done=number, total=9, attempts=0)
        lapse(claimed)

    assert services.claim(at=clock.now()).attempts == 1


def test_a_long_job_lets_others_pass_and_goes_on_later(start):
    job = start()

    worker.work_on(services.claim(at=clock.now()), ends=0.0)

    row = stands(job)
    assert done == ["one 1"]
    assert (row.state, row.done, row.attempts) == (State.QUEUED, 1, 0)


@pytest.mark.parametrize(
    ("story", "changes", "constraint"),
    [
        ("running without a lease", {"state": "running"}, "job_is_leased_exactly_while_it_runs"),
        ("leased and waiting", {"lease": uuid4()}, "job_is_leased_exactly_while_it_runs"),
        ("finished without a moment", {"state": "discarded", "reason": "why"}, "job_finished_at_exactly_when_finished"),
        ("more done than there is", {"done": 4, "total": 3}, "job_does_not_do_more_than_all"),
    ],
)
def test_the_table_refuses_what_can_never_be_true(start, story, changes, constraint):
    job = start()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**changes)

    assert stands(job).state == State.QUEUED


def test_the_pulse_tells_how_far_work_is_that_is_kept_as_a_whole(start):
    job = services.claim(at=start().run_at)

    assert services.keep(job.pk, job.lease, at=clock.now(), told=(3, 8))
    assert services.keep(job.pk, job.lease, at=clock.now())

    row = stands(job)
    assert (row.done, row.total, row.attempts) == (3, 8, 1)


def test_a_process_ends_itself_only_where_celery_ought_to_have_killed_it():
    """Celery counts from the bell, the process from the job, which is begun within a slice of it."""
    assert LONG_WORK["time_limit"] < worker.DEAF_SECONDS


def test_who_holds_a_job_at_its_end_still_has_it(start):
    job = services.claim(at=start().run_at)
    held = running.Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, "", job.attempts)

    with transaction.atomic():
        held.hold()
    Job.objects.filter(pk=job.pk).update(lease=uuid4())

    with pytest.raises(running.LeaseLost), transaction.atomic():
        held.hold()
