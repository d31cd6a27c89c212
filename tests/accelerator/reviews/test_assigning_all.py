"""Everything of a call is assigned by a job: exactly what was read, whole or not at all, once however often it is tried."""

import html
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accelerator.applications import services as applications
from accelerator.reviews import queries, services
from accelerator.reviews.models import Assigning, Assignment
from core import clock, failpoints
from core.audit import services as audit
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.jobs import services as jobs
from core.jobs import worker
from core.jobs.models import Job
from core.jobs.running import LeaseLost, Running
from core.notifications.models import Message, OutboundMail
from core.people import services as people_services
from tests.factories import people
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
REFRESH = 'http-equiv="refresh"'


@pytest.fixture(autouse=True)
def after_the_end(clock_at):
    clock_at(CLOSED_AT)


@pytest.fixture
def two(call, application, ann, bo, manager, system):
    """Two applications, each for two reviewers."""
    return [application, factory.to_review(call, "Other Ear", by=manager, system=system)]


def ask(call, *, by):
    read = services.preview(call, by=by, at=CLOSED_AT).digest
    return services.ask_for_all(call, read=read, by=by, on=CLOSED_AT.date(), at=CLOSED_AT)


def as_running(asked):
    """The job as its worker has it."""
    job = jobs._lease(asked.job, at=clock.now())
    return Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, job.started_by.public_id, job.attempts)


def ended(asked):
    asked.refresh_from_db()
    return asked.assigned, asked.ended_at, asked.refusal.get("en", "")


def test_exactly_what_was_tried_is_assigned_by_the_job(call, two, ann, bo, manager):
    asked = ask(call, by=manager)
    assert not Assignment.objects.exists()

    worker.drain()

    assert queries.loads(call) == {ann.pk: 2, bo.pk: 2}
    assert OutboundMail.objects.filter(recipient__in=[ann.email, bo.email]).count() == 2
    assert services.preview(call, by=manager, at=CLOSED_AT).pairs == []
    assert ended(asked) == (4, CLOSED_AT, "")


def test_every_assignment_is_in_the_trail_of_its_application(call, two, manager):
    ask(call, by=manager)
    worker.drain()

    told = AuditEvent.objects.filter(kind="application.assigned").values_list(
        "subject", "chain", "actor", "after__person"
    )
    of = call.programme.public_id
    assert sorted(told) == sorted(
        (one.application.public_id, f"{of}.{one.application.public_id}", manager.public_id, one.reviewer.public_id)
        for one in Assignment.objects.all()
    )
    assert audit.verify_all() == []


def test_who_reads_something_else_starts_nothing(call, two, manager):
    with pytest.raises(services.ChangedSinceTried):
        services.ask_for_all(call, read="0" * 64, by=manager, on=CLOSED_AT.date(), at=CLOSED_AT)

    assert (Assigning.objects.count(), Job.objects.filter(name=services.ASSIGN).count()) == (0, 0)


def test_asked_twice_it_is_one_piece_of_work(call, two, manager, second):
    first = ask(call, by=manager)

    assert ask(call, by=manager) == first
    assert services.ask_for_all(call, read="0" * 64, by=second, on=CLOSED_AT.date(), at=CLOSED_AT) == first
    assert Job.objects.filter(name=services.ASSIGN).count() == 1


def test_only_who_runs_the_programme_asks(call, two, manager, reader):
    read = services.preview(call, by=manager, at=CLOSED_AT).digest

    with pytest.raises(NotPermitted):
        services.ask_for_all(call, read=read, by=reader, on=CLOSED_AT.date(), at=CLOSED_AT)
    assert not Assigning.objects.exists()


class TestWhatChangedMeanwhile:
    def test_nothing_is_assigned_where_the_plan_changed_and_who_asked_is_told(self, call, two, manager):
        asked = ask(call, by=manager)
        factory.planned(call, by=manager, each=1)

        worker.drain()

        assert not Assignment.objects.exists()
        assert ended(asked) == (None, CLOSED_AT, str(services.ChangedSinceTried.sentence))
        assert asked.refusal["fr"] not in {"", asked.refusal["en"]}
        assert "Nothing was assigned" in Message.objects.get(reader=manager).title
        asked.job.refresh_from_db()
        assert asked.job.state == "done"

    def test_nor_where_an_application_was_withdrawn(self, call, two, manager):
        asked = ask(call, by=manager)
        applications.withdraw(two[0], by=two[0].begun_by, at=CLOSED_AT)

        worker.drain()

        assert (Assignment.objects.count(), ended(asked)[0]) == (0, None)

    def test_nor_by_a_right_that_was_taken_away(self, call, two, manager, system):
        asked = ask(call, by=manager)
        people_services.revoke(manager.grants.get(), by=system, at=CLOSED_AT)

        worker.drain()

        assert not Assignment.objects.exists()
        assert ended(asked)[2] == str(NotPermitted.sentence)

    def test_what_was_refused_may_be_read_and_asked_for_again(self, call, two, manager):
        ask(call, by=manager)
        factory.planned(call, by=manager, each=1)
        worker.drain()

        again = ask(call, by=manager)
        worker.drain()

        assert ended(again)[0] == Assignment.objects.count() == 2


class TestTwiceLateAndAfterACrash:
    def test_what_is_done_is_done_once(self, call, two, manager):
        job = as_running(ask(call, by=manager))

        services.work_on_all(job, at=CLOSED_AT)
        services.work_on_all(job, at=CLOSED_AT + timedelta(days=1))

        assert Assignment.objects.count() == 4
        assert Assigning.objects.get().ended_at == CLOSED_AT
        assert not Message.objects.filter(reader=manager).exists()

    def test_work_that_breaks_leaves_nothing_and_is_whole_when_tried_again(self, call, two, manager):
        def fall():
            raise ValueError("broken")

        asked = ask(call, by=manager)
        with failpoints.installed("reviews.assigned_some", fall):
            worker.drain()
        assert (Assignment.objects.count(), ended(asked)[1]) == (0, None)
        assert not AuditEvent.objects.filter(kind="application.assigned").exists()

        with clock.standing_at(CLOSED_AT + timedelta(minutes=1)):
            worker.drain()

        assert ended(asked)[0] == Assignment.objects.count() == 4
        assert audit.verify_all() == []

    @pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "control"])
    def test_a_worker_that_lost_the_job_keeps_nothing(self, call, two, manager, is_lost):
        job = as_running(ask(call, by=manager))

        def lose():
            if is_lost:
                Job.objects.filter(pk=job.pk).update(lease=uuid4())

        with failpoints.installed("reviews.assigned_some", lose):
            if is_lost:
                with pytest.raises(LeaseLost):
                    services.work_on_all(job, at=CLOSED_AT)
            else:
                services.work_on_all(job, at=CLOSED_AT)

        assert Assignment.objects.exists() is not is_lost

    def test_how_far_it_is_is_told(self, call, two, manager):
        job, told = as_running(ask(call, by=manager)), []
        job.tell = lambda *far: told.append(far)

        services.work_on_all(job, at=CLOSED_AT)

        assert told == [(4, 4)]


class TestTheRow:
    @pytest.mark.parametrize(
        "changes",
        [{"read": "1" * 64}, {"ended_at": CLOSED_AT}, {"assigned": 1}, {"refusal": {"en": "No"}}],
    )
    def test_it_stays_as_it_was_read_and_ends_in_one_way(self, call, two, manager, changes):
        asked = ask(call, by=manager)

        with pytest.raises(IntegrityError), transaction.atomic():
            Assigning.objects.filter(pk=asked.pk).update(**changes)

    def test_it_ends_once(self, call, two, manager):
        asked = ask(call, by=manager)
        worker.drain()

        with pytest.raises(IntegrityError), transaction.atomic():
            Assigning.objects.filter(pk=asked.pk).update(assigned=5)


class TestThePage:
    @pytest.fixture
    def desk(self, client, manager):
        return people.signed_in(client, manager)

    @pytest.fixture
    def page(self, call):
        return reverse("accelerator:assign-reviewers", args=[call.public_id])

    def test_it_says_how_far_the_work_is_and_then_what_it_did(self, desk, page, two):
        digest = desk.get(page).context["trial"].digest

        shown = desk.post(page, {"assign": "1", "read": digest}, follow=True).content.decode()

        assert "Assignment of reviewers: Waiting" in shown
        assert f'hx-get="{page}" hx-trigger="every 2s"' in shown
        assert (REFRESH in shown, "Keep the plan" in shown) == (True, False)
        assert "HX-Refresh" not in desk.get(page, headers=FRAGMENT).headers

        worker.drain()

        assert desk.get(page, headers=FRAGMENT).headers["HX-Refresh"] == "true"
        shown = desk.get(page).content.decode()
        assert "4 reviews assigned on" in shown
        assert (REFRESH in shown, "hx-get" in shown, "Keep the plan" in shown) == (False, False, True)

    def test_it_says_in_the_readers_language_why_nothing_was_assigned(self, desk, page, call, two, manager):
        asked = ask(call, by=manager)
        factory.planned(call, by=manager, each=1)
        worker.drain()

        assert "Nothing was assigned" in desk.get(page).content.decode()
        asked.refresh_from_db()
        manager.language = "fr"
        manager.save()
        assert asked.refusal["fr"] in html.unescape(desk.get(page).content.decode())

    def test_work_that_gave_up_is_told_and_may_be_asked_for_again(self, desk, page, call, two, manager):
        def fall():
            raise ValueError("confidential")

        ask(call, by=manager)
        with failpoints.installed("reviews.assigned_some", fall):
            for minutes in (0, 5, 10):
                with clock.standing_at(CLOSED_AT + timedelta(minutes=minutes)):
                    worker.drain()

        shown = desk.get(page).content.decode()
        assert "Assignment of reviewers: Gave up" in shown
        assert ("confidential" in shown, REFRESH in shown) == (False, False)

        ask(call, by=manager)
        worker.drain()
        assert "4 reviews assigned on" in desk.get(page).content.decode()

    def test_the_work_of_another_programme_is_absent(self, client, page, call, two, manager, system):
        ask(call, by=manager)
        stranger = people.person(
            role="programme-manager", scope_kind="programme", scope_ref="prog_elsewhere", system=system
        )

        assert people.signed_in(client, stranger).get(page, headers=FRAGMENT).status_code == 404
