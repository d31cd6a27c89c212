"""Two people at the same moment: a limit holds, a review is not submitted against a conflict, one selection stands."""

import threading

import pytest
from django.db import connections

from accelerator.applications import services as applications
from accelerator.panels.models import Selection
from accelerator.reviews import queries, services
from accelerator.reviews.models import Assigning, Assignment
from core import clock
from core.errors import DomainError
from core.jobs import services as jobs
from core.jobs.models import Job
from core.jobs.running import Running
from core.people import services as people_services
from tests.factories import accelerator, nations, people
from tests.factories import panels as selections
from tests.factories import programme_calls as calls
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def world():
    """A closed call with two applications, a reviewer who may have one, and two programme managers."""
    system = people_services.ensure_system(at=people.JOINED_AT)
    for code in ("EE", "LU"):
        nations.ally(code, system=system)
    programme = accelerator.programme(by=system)
    first, second = (people.person(role="programme-manager", system=system) for _manager in range(2))
    call = calls.published(programme, by=first, second=second)
    factory.planned(call, by=first, most=1)
    rows = [factory.to_review(call, name, by=first, system=system) for name in ("Deep Ear", "Other Ear")]
    return call, rows, factory.reviewer(programme, system=system), (first, second)


def at_once(*works):
    """Do every one of ``works`` in a thread of its own, all begun before any goes on; what each came to, in order of the names."""
    outcomes, begun = [], threading.Barrier(len(works))

    def run(work):
        try:
            with clock.standing_at(CLOSED_AT):
                begun.wait(timeout=10)
                work()
                outcomes.append("done")
        except DomainError as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(outcomes)


def test_two_assignments_at_once_keep_to_the_limit(world):
    _call, rows, reviewer, managers = world

    found = at_once(
        *(lambda row=row, by=by: factory.assigned(row, reviewer, by=by) for row, by in zip(rows, managers, strict=True))
    )

    assert found == ["at_the_limit", "done"]
    assert Assignment.objects.count() == 1


def test_a_conflict_and_a_submission_at_once_leave_no_review_that_counts(world):
    _call, (row, _other), reviewer, (manager, _second) = world
    made = factory.assigned(row, reviewer, by=manager)
    factory.declared(made)
    factory.saved(made, 4, 3)

    found = at_once(
        lambda: services.submit_review(made, by=reviewer, at=CLOSED_AT), lambda: factory.declared(made, "conflict")
    )

    assert "done" in found
    assert not queries.reviews_that_count().exists()
    assert not queries.visible_to(reviewer).exists()


def test_two_proposals_at_once_are_one(world):
    call, rows, reviewer, managers = world
    factory.planned(call, by=managers[0], most=9)
    for row in rows:
        factory.reviewed(row, reviewer, 4, 3, by=managers[0])

    found = at_once(*(lambda by=by: selections.proposed(call, selected=rows[:1], by=by) for by in managers))

    assert found == ["already_proposed", "done"]
    assert Selection.objects.count() == 1


def ask_for_all(call, by):
    read = services.preview(call, by=by, at=CLOSED_AT).digest
    return services.ask_for_all(call, read=read, by=by, on=CLOSED_AT.date(), at=CLOSED_AT)


def as_running(asked):
    """The job as its worker has it."""
    job = jobs._lease(asked.job, at=clock.now())
    return Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, job.started_by.public_id, job.attempts)


def test_two_who_ask_for_everything_at_once_start_one_piece_of_work(world):
    call, _rows, _reviewer, managers = world

    found = at_once(*(lambda by=by: ask_for_all(call, by) for by in managers))

    assert found == ["done", "done"]
    assert (Assigning.objects.count(), Job.objects.filter(name=services.ASSIGN).count()) == (1, 1)


def test_work_that_gave_up_and_what_was_asked_for_instead_assign_once(world):
    call, _rows, _reviewer, managers = world
    given_up = ask_for_all(call, managers[0])
    running = as_running(given_up)
    jobs._put_aside(given_up.job, "It stopped.")
    instead = ask_for_all(call, managers[1])
    assert instead != given_up
    Job.objects.filter(pk=running.pk).update(state="queued")
    given_up.job.refresh_from_db()

    works = [as_running(one) for one in (given_up, instead)]
    found = at_once(*(lambda job=job: services.work_on_all(job, at=CLOSED_AT) for job in works))

    assert found == ["done", "done"]
    assert Assignment.objects.count() == 1
    ended = [(one.assigned, bool(one.refusal)) for one in Assigning.objects.all()]
    assert sorted(ended, key=str) == [(1, False), (None, True)]


def test_assigning_everything_and_a_withdrawal_at_once_agree(world):
    call, (row, _other), _reviewer, (manager, _second) = world
    asked = ask_for_all(call, manager)
    job = as_running(asked)

    found = at_once(
        lambda: services.work_on_all(job, at=CLOSED_AT),
        lambda: applications.withdraw(row, by=row.begun_by, at=CLOSED_AT),
    )

    assert found == ["done", "done"]
    asked.refresh_from_db()
    assert (Assignment.objects.count(), asked.assigned, bool(asked.refusal)) in {(1, 1, False), (0, None, True)}
