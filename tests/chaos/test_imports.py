"""A history is applied whole or not at all: cut at any statement, or asked for by fifty at once."""

import time

import pytest
from django.db import connection, connections

from core import clock, failpoints, locks
from core.audit import services as audit
from core.imports import queries as imports
from core.imports.models import Import
from core.jobs import services as jobs
from core.jobs import worker
from core.jobs.models import Job
from core.jobs.running import Running
from core.organisations.models import Organisation
from portfolio.capital_calls.models import CallNotice, Receipt
from portfolio.history import services as history
from portfolio.history.sheets import WHOLE_HISTORY
from portfolio.investments.models import Transaction
from portfolio.ledger import invariants
from tests.chaos.conftest import FULL, TODAY
from tests.chaos.test_crash_points import CutAt, PowerCut, picture
from tests.portfolio.history.conftest import HISTORY, workbook

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

STEP = 1 if FULL else 29
"""``make test`` cuts at every twenty-ninth statement, the full run at each."""
ROWS = {
    "opening-balances": HISTORY["opening-balances"][:1],
    "calls": [(1, "2026-05-04", "2026-05-18", "investment", "First tickets", "1000000.00", "", "", "", "")],
    "receipts": [("B-1", "EE", "1000.00", "2026-05-18")],
    "transactions": [
        ("T-1", "purchase", "2026-05-20", "Example Robotics", "", "AI", "EUR", "Seed", "2026-05-19", "", "", "", "", "", "10",
         "100.00", "", "", "yes"),
    ],
}  # fmt: skip


@pytest.fixture
def upload(world):
    given = {"name": "h.xlsx", "kind": WHOLE_HISTORY, "by": world.analyst, "on": TODAY, "at": clock.now()}
    upload = history.upload(world.fund, workbook(ROWS), **given)[0]
    worker.drain()
    return upload


def apply(world, upload):
    digest = imports.latest_run(upload).digest
    return history.apply(upload, digest=digest, by=world.manager, on=TODAY, at=clock.now())


def test_it_is_all_or_nothing_wherever_it_is_cut(world, upload):
    before = picture()
    number, cuts = 1, 0
    while True:
        try:
            with connection.execute_wrapper(CutAt(number)):
                apply(world, upload)
        except PowerCut:
            cuts += 1
            assert picture() == before, f"half-applied after statement {number}"
            number += STEP
        else:
            break

    after = picture()
    assert cuts > 1
    assert invariants.broken(world.fund.book) == []
    assert audit.verify_all() == []
    apply(world, upload)
    assert picture() == after, "doubled by asking again"


def test_a_dry_run_that_is_cut_leaves_no_trace_of_what_it_played(world):
    given = {"name": "h.xlsx", "kind": WHOLE_HISTORY, "by": world.analyst, "on": TODAY, "at": clock.now()}
    upload = history.upload(world.fund, workbook(ROWS), **given)[0]
    before = picture()

    for number in (50, 100):
        with connection.execute_wrapper(CutAt(number)), pytest.raises(PowerCut):
            history.dry_run(upload, by=world.analyst, on=TODAY, at=clock.now())
        assert picture() == before

    assert Import.objects.get().state == "staged"


def test_an_upload_that_is_cut_leaves_nothing(world):
    before = picture()
    given = {"name": "h.xlsx", "kind": WHOLE_HISTORY, "by": world.analyst, "on": TODAY, "at": clock.now()}

    for number in range(2, 9):
        with connection.execute_wrapper(CutAt(number)), pytest.raises(PowerCut):
            history.upload(world.fund, workbook(ROWS), **given)

    assert picture() == before
    assert not Import.objects.exists()


def effects():
    return CallNotice.objects.count(), Receipt.objects.count(), Transaction.objects.count()


def test_fifty_people_apply_the_same_import_once(world, upload, together):
    results = together(50, lambda _: apply(world, upload))

    assert {type(result) for result in results} == {Import}
    assert effects() == (3, 1, 1)
    assert invariants.broken(world.fund.book) == []


def test_control_without_the_lock_only_constraints_stop_the_second(world, upload, together, monkeypatch):
    monkeypatch.setattr(locks, "in_order", lambda rows: rows.order_by("pk"))

    results = together(6, lambda _: apply(world, upload))

    assert any(isinstance(result, Exception) for result in results)


class TestInTheBackground:
    """The same as jobs: a worker that dies at any point leaves nothing half-done, and the next one finishes the work."""

    @pytest.fixture
    def asked(self, world, upload):
        digest = imports.latest_run(upload).digest
        return history.ask_to_apply(upload, digest=digest, by=world.manager, on=TODAY)

    def work(self, job, *, at, step):
        """Work on a job as one worker after another, each cut a step later than the one before; how often it was cut."""
        number, cuts = 1, 0
        while True:
            leased = jobs._lease(Job.objects.get(pk=job.pk), at=clock.now())
            held = Running(job.pk, job.public_id, job.key, leased.lease, job.ids, job.on, job.started_by.public_id, 1)
            before = without_jobs(picture())
            try:
                with connection.execute_wrapper(CutAt(number)):
                    at(held, at=clock.now())
            except PowerCut:
                cuts += 1
                assert without_jobs(picture()) == before, f"half-done after statement {number}"
                number += step
            else:
                return cuts

    def test_recording_is_all_or_nothing_wherever_its_worker_dies(self, world, upload, asked):
        cuts = self.work(asked, at=history.work_on_applying, step=STEP)

        after = without_jobs(picture())
        assert cuts > 1
        assert Import.objects.get().applied_by == world.manager
        assert effects() == (3, 1, 1)
        assert invariants.broken(world.fund.book) == []
        assert audit.verify_all() == []
        worker.drain()
        lapsed = jobs.claim(at=clock.now())
        assert lapsed is None or without_jobs(picture()) == after

    def test_a_dry_run_is_kept_whole_and_once_wherever_its_worker_dies(self, world, upload):
        job = history.ask_for_dry_run(upload, by=world.analyst, on=TODAY)

        cuts = self.work(job, at=history.work_on_dry_run, step=STEP)
        again = jobs._lease(Job.objects.get(pk=job.pk), at=clock.now())
        worker.work_on(again, float("inf"))

        assert cuts > 1
        assert upload.runs.count() == 2
        assert effects() == (0, 0, 0)
        assert Job.objects.get(pk=job.pk).state == "done"

    def test_six_workers_that_think_they_have_it_record_it_once(self, world, asked, together):
        def work(_number):
            leased = jobs._lease(Job.objects.get(pk=asked.pk), at=clock.now())
            worker.work_on(leased, float("inf"))

        results = together(6, work)

        assert results == [None] * 6
        assert effects() == (3, 1, 1)
        assert invariants.broken(world.fund.book) == []

    def test_its_pulse_tells_how_far_it_is_while_nothing_is_kept_yet(self, world, asked, monkeypatch):
        monkeypatch.setattr(worker, "PULSE_SECONDS", 0.02)
        seen = []

        def look():
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and not seen:
                with connections["owner"].cursor() as cursor:
                    cursor.execute("SELECT done, total FROM core_job WHERE id = %s AND done = total", [asked.pk])
                    seen.extend(cursor.fetchall())

        with failpoints.installed("history.played", look):
            worker.drain()

        assert seen == [(4, 4)]
        assert Job.objects.get(pk=asked.pk).state == "done"

    @pytest.mark.parametrize("chain", ["general", "fund"], ids=["others", "control"])
    def test_while_a_new_company_is_recorded_others_write_to_the_general_chain(self, world, asked, chain):
        name = audit.GENERAL if chain == "general" else world.fund.public_id
        free = []

        def knock():
            with connections["owner"].cursor() as cursor:
                cursor.execute("INSERT INTO core_auditchain (name, length, head) VALUES (%s, 0, '') ON CONFLICT DO NOTHING", [audit.GENERAL])  # fmt: skip
                cursor.execute("SELECT 1 FROM core_auditchain WHERE name = %s FOR UPDATE SKIP LOCKED", [name])
                free.append(cursor.fetchone() is not None)

        with failpoints.installed("history.played", knock):
            worker.drain()

        assert Organisation.objects.filter(name="Example Robotics").exists()
        assert free == [chain == "general"]


def without_jobs(rows):
    """What stands but for the jobs, whose attempts are counted."""
    return [row for row in rows if row[0] != "core_job"]
