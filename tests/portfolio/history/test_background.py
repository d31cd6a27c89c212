"""Dry runs and applying are jobs: said on the page of the import, kept whole or not at all, done once however often run."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from core import clock, failpoints
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.imports import queries as imports
from core.imports.models import Import
from core.jobs import services as jobs
from core.jobs import worker
from core.jobs.models import Job
from core.jobs.running import LeaseLost, Running
from core.people import services as people_services
from portfolio.history import services as history
from portfolio.history.sheets import WHOLE_HISTORY
from portfolio.ledger.models import Entry
from tests.factories import people
from tests.factories.jobs import done
from tests.portfolio.history.conftest import HISTORY, SHORT, TODAY, csv, workbook
from tests.portfolio.history.test_pages import page_of, text_of

pytestmark = pytest.mark.django_db
REFRESH = '<noscript><meta http-equiv="refresh" content="3"></noscript>'


@pytest.fixture
def as_person(client):
    return lambda person: people.signed_in(client, person)


@pytest.fixture
def staged(office):
    """A file that was uploaded, and of which no worker has heard yet."""
    given = {"name": "history.xlsx", "by": office.analyst, "on": TODAY, "at": clock.now()}
    return history.upload(office.fund, workbook(SHORT), kind=WHOLE_HISTORY, **given)[0]


@pytest.fixture
def checked(staged):
    done(history.work_on(staged))
    staged.refresh_from_db()
    return staged


def ask(office, upload, *, by=None):
    digest = imports.latest_run(upload).digest
    return history.ask_to_apply(upload, digest=digest, by=by or office.manager, on=TODAY)


def record_meanwhile(office):
    """One row of the file is brought in from another, while the job waits."""
    content = csv("opening-balances", HISTORY["opening-balances"][0])
    given = {"name": "o.csv", "by": office.analyst, "on": TODAY, "at": clock.now()}
    upload = history.upload(office.fund, content, kind="opening-balances", **given)[0]
    done(history.work_on(upload))
    history.apply(upload, digest=imports.latest_run(upload).digest, by=office.second, on=TODAY, at=clock.now())


def as_running(job):
    """The job as its worker has it."""
    job = jobs._lease(job, at=clock.now())
    return Running(job.pk, job.public_id, job.key, job.lease, job.ids, job.on, job.started_by.public_id, job.attempts)


class TestThePage:
    def test_it_says_what_is_done_and_looks_again_by_itself(self, as_person, office, staged):
        browser = as_person(office.analyst)

        page = text_of(browser.get(page_of(staged)))

        assert "The dry run is being made" in page
        assert "Dry run of an import: Waiting" in page
        assert f'hx-get="{page_of(staged, "-progress")}" hx-trigger="every 2s"' in page
        assert REFRESH in page
        assert not any(button in page for button in ("Make the dry run again", "Discard…", "Apply…"))

    def test_once_it_is_done_the_fragment_has_the_page_loaded_anew(self, as_person, office, staged):
        browser, fragment = as_person(office.analyst), page_of(staged, "-progress")

        before = browser.get(fragment, headers={"HX-Request": "true"})
        worker.drain()
        after = browser.get(fragment, headers={"HX-Request": "true"})

        assert ("hx-trigger" in text_of(before), "HX-Refresh" in before.headers) == (True, False)
        assert (after.content, after.headers["HX-Refresh"]) == (b"", "true")
        page = text_of(browser.get(page_of(staged)))
        assert "8 rows can be recorded" in page
        assert (REFRESH in page, "hx-get" in page) == (False, False)

    def test_the_fragment_alone_leads_to_the_page(self, as_person, office, staged):
        assert as_person(office.analyst).get(page_of(staged, "-progress")).url == page_of(staged)

    def test_who_may_not_follow_jobs_follows_this_one(self, as_person, office, staged, system):
        where = {"scope_kind": "fund", "scope_ref": office.fund.public_id}
        browser = as_person(people.person(role="valuation-committee", system=system, **where))

        fragment = browser.get(page_of(staged, "-progress"), headers={"HX-Request": "true"})

        assert "Dry run of an import: Waiting" in text_of(fragment)

    def test_work_that_gave_up_is_told_and_may_be_asked_for_again(self, as_person, office, staged):
        def fall():
            raise ValueError("confidential")

        browser = as_person(office.analyst)
        with failpoints.installed("history.act_played", fall):
            for minutes in (0, 5, 10):
                with clock.standing_at(clock.now() + timedelta(minutes=minutes)):
                    worker.drain()

        page = text_of(browser.get(page_of(staged)))
        assert "Dry run of an import: Gave up" in page
        assert "ValueError. The log tells more under the number of the job." in page
        assert ("confidential" in page, REFRESH in page) == (False, False)

        browser.post(page_of(staged, "-check"))
        worker.drain()
        assert "8 rows can be recorded" in text_of(browser.get(page_of(staged)))
        assert [job.state for job in Job.objects.order_by("pk")] == ["dead", "done"]


class TestApplying:
    def test_it_is_done_by_the_authority_of_whoever_confirmed_it(self, office, checked):
        job = ask(office, checked)

        assert (job.started_by, job.scope) == (office.manager, office.fund.public_id)
        assert not Entry.objects.exists()
        done(job)
        checked.refresh_from_db()
        assert (checked.state, checked.applied_by, job.state) == ("applied", office.manager, "done")
        assert checked.applied_run == imports.latest_run(checked)

    def test_a_right_that_was_taken_away_since_is_gone(self, office, checked, system):
        job = ask(office, checked)
        people_services.revoke(office.manager.grants.get(), by=system, at=clock.now())

        done(job)

        checked.refresh_from_db()
        assert (checked.state, checked.refused_by, job.state) == ("checked", office.manager, "done")
        assert checked.refusal["en"] == str(NotPermitted.sentence)
        assert not Entry.objects.exists()

    def test_what_changed_since_is_said_on_the_page_in_the_readers_language(self, as_person, office, checked):
        job = ask(office, checked)
        record_meanwhile(office)
        done(job)
        browser = as_person(office.analyst)

        page = text_of(browser.get(page_of(checked)))
        assert f"Asked for by {office.manager.name}, refused on 1 Jun 2026, 12:00 UTC. Nothing was recorded." in page
        assert "It would come out otherwise: Opening balances, row 2. Make a new dry run and read that." in page
        office.analyst.language = "fr"
        office.analyst.save(update_fields=["language"])
        page = text_of(browser.get(page_of(checked)))
        assert "ligne 2" in page
        event = AuditEvent.objects.get(kind="import.refused")
        assert (event.subject, event.after["code"]) == (checked.public_id, "changed_since")

    def test_a_later_dry_run_takes_the_refusal_off_the_page(self, as_person, office, checked):
        job = ask(office, checked)
        record_meanwhile(office)
        done(job)

        office.moment += timedelta(hours=1)
        office.check(checked)

        assert "refused on" not in text_of(as_person(office.analyst).get(page_of(checked)))

    def test_the_uploader_is_refused_before_anything_is_started(self, office, checked, system):
        where = {"scope_kind": "fund", "scope_ref": office.fund.public_id, "starts_on": TODAY}
        people_services.grant(office.analyst, "fund-manager", **where, by=system, at=clock.now())
        office.analyst.forget_grants()

        with pytest.raises(NotPermitted, match="You uploaded this file"):
            ask(office, checked, by=office.analyst)

        assert Job.objects.count() == 1


class TestOneAtATime:
    def test_asked_twice_it_is_one_job(self, office, checked):
        assert ask(office, checked) == ask(office, checked, by=office.second)
        assert ask(office, checked).started_by == office.manager

    def test_a_dry_run_that_is_under_way_is_not_made_twice(self, office, staged):
        first = history.work_on(staged)

        assert history.ask_for_dry_run(staged, by=office.manager, on=TODAY) == first

    def test_nothing_is_applied_or_discarded_meanwhile(self, office, checked):
        digest = imports.latest_run(checked).digest
        history.ask_for_dry_run(checked, by=office.analyst, on=TODAY)

        with pytest.raises(history.AtWork):
            history.ask_to_apply(checked, digest=digest, by=office.manager, on=TODAY)
        with pytest.raises(history.AtWork):
            history.discard(checked, because="Wrong year", by=office.analyst, at=clock.now())

        worker.drain()
        assert history.discard(checked, because="Wrong year", by=office.analyst, at=clock.now()).state == "discarded"

    def test_the_keys_tell_operations_nothing_of_the_file(self, office, checked):
        ask(office, checked)

        assert list(Job.objects.order_by("pk").values_list("key", flat=True)) == [
            f"import-{checked.pk}-1",
            f"import-{checked.pk}-2",
        ]


class TestRunAgain:
    """A worker dies after its commit and before it could say so: another does the job again."""

    def test_a_dry_run_is_kept_once(self, staged):
        job = as_running(history.work_on(staged))

        history.work_on_dry_run(job, at=clock.now())
        history.work_on_dry_run(job, at=clock.now())

        assert staged.runs.count() == 1

    def test_what_is_applied_is_applied_once(self, office, checked):
        job = as_running(ask(office, checked))

        history.work_on_applying(job, at=clock.now())
        entries = Entry.objects.count()
        history.work_on_applying(job, at=clock.now() + timedelta(minutes=1))

        checked.refresh_from_db()
        assert (checked.state, checked.applied_at, checked.refused_at) == ("applied", clock.now(), None)
        assert Entry.objects.count() == entries > 0

    @pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "control"])
    def test_a_worker_that_lost_the_job_keeps_nothing(self, office, checked, is_lost):
        job = as_running(ask(office, checked))

        def lose():
            if is_lost:
                Job.objects.filter(pk=job.pk).update(lease=uuid4())

        with failpoints.installed("history.applied", lose):
            if is_lost:
                with pytest.raises(LeaseLost):
                    history.work_on_applying(job, at=clock.now())
            else:
                history.work_on_applying(job, at=clock.now())

        assert Entry.objects.exists() is not is_lost
        assert Import.objects.get().state == ("checked" if is_lost else "applied")


def test_how_far_it_is_is_told_row_by_row(staged):
    job = as_running(history.work_on(staged))
    told = []
    job.tell = lambda *far: told.append(far)

    history.work_on_dry_run(job, at=clock.now())

    assert told == [(1, 8), (2, 8), (3, 8), (4, 8), (6, 8), (7, 8), (8, 8)]


def test_every_step_of_the_work_is_in_the_trail(office, checked):
    done(ask(office, checked))

    kinds = AuditEvent.objects.filter(kind__startswith="import").order_by("position").values_list("kind", "actor")
    assert list(kinds) == [
        ("import.staged", office.analyst.public_id),
        ("import.checked", office.analyst.public_id),
        ("import.applied", office.manager.public_id),
    ]


def test_the_progress_of_an_import_of_another_fund_is_absent(as_person, office, staged, system):
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_elsewhere", system=system)

    assert as_person(stranger).get(reverse("portfolio:import-progress", args=[staged.public_id])).status_code == 404


def test_rows_that_are_refused_say_so_as_before(office):
    upload = office.upload(csv("receipts", ("B-9", "Atlantis", "1.00", "2024-05-16")), "receipts")

    assert (upload.state, imports.latest_run(upload).in_the_way, upload.refused_at) == ("checked", 1, None)
