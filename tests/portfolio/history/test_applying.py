"""Applying is for a second person, bound to what was read, all or nothing, and done once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from core import clock, failpoints
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.imports import queries as imports
from core.imports import services as import_services
from core.imports.models import Import
from core.people import services as people_services
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall, Receipt
from portfolio.funds.models import Commitment
from portfolio.history import services as history
from portfolio.investments.models import Transaction
from portfolio.ledger.models import Entry
from tests.factories import people
from tests.portfolio.history.conftest import HISTORY, SHORT, csv, told, workbook

pytestmark = pytest.mark.django_db

TABLES = (Commitment, CapitalCall, Receipt, Transaction, Entry)


def counts():
    return {table.__name__: table.objects.count() for table in TABLES}


@pytest.fixture
def upload(office):
    return office.upload(workbook(SHORT))


@pytest.fixture
def nothing():
    return dict.fromkeys((table.__name__ for table in TABLES), 0)


class TestTwoPeople:
    def test_an_analyst_uploads_and_a_manager_applies(self, office, upload):
        done = office.apply(upload)

        assert (done.state, done.uploaded_by, done.applied_by) == ("applied", office.analyst, office.manager)

    def test_a_manager_may_upload_and_another_applies(self, office):
        own = office.upload(workbook(SHORT), by=office.second)

        with pytest.raises(import_services.OwnUpload):
            office.apply(own, by=office.second)
        assert office.apply(own).state == "applied"

    def test_an_analyst_applies_nothing(self, office, upload, system, nothing):
        another = people.person(role="fund-analyst", scope_kind="fund", scope_ref=office.fund.public_id, system=system)

        with pytest.raises(NotPermitted):
            office.apply(upload, by=another)

        assert counts() == nothing

    @pytest.mark.parametrize("role", ["valuation-committee", "auditor"])
    def test_who_reads_the_fund_uploads_nothing(self, office, system, role):
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": office.fund.public_id}
        reader = people.person(role=role, system=system, **where)

        with pytest.raises(NotPermitted):
            office.upload(workbook(SHORT), by=reader)

        assert not Import.objects.exists()

    def test_the_manager_of_another_fund_may_nothing(self, office, upload, system):
        stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_elsewhere", system=system)

        for act in (lambda: office.check(upload, by=stranger), lambda: office.apply(upload, by=stranger)):
            with pytest.raises(NotPermitted):
                act()

    def test_an_uploader_who_may_no_longer_draft_calls_holds_it_up(self, office, upload, system, nothing):
        people_services.revoke(office.analyst.grants.get(), by=system, at=clock.now())

        with pytest.raises(history.ChangedSince, match="Capital calls, row 2"):
            office.apply(upload)

        assert counts() == nothing


class TestWhatWasRead:
    def test_another_digest_is_refused(self, office, upload, nothing):
        with pytest.raises(import_services.ReadAnother):
            office.apply(upload, digest="0" * 64)

        assert counts() == nothing

    def test_rows_in_the_way_hold_everything_up(self, office, nothing):
        bad = SHORT | {"receipts": [("B-6", "EE", "-1.00", "2025-05-05")]}
        upload = office.upload(workbook(bad))

        with pytest.raises(import_services.StandsInTheWay):
            office.apply(upload)

        assert counts() == nothing

    def test_what_was_recorded_since_is_named_and_nothing_is_done(self, office, system):
        office.apply(office.upload(workbook({name: HISTORY[name] for name in ("commitments", "calls")})))
        upload = office.upload(csv("receipts", *HISTORY["receipts"]), "receipts")
        ally = Commitment.objects.get(nation="EE")
        with clock.standing_at(office.moment):
            calls.receive(
                ally,
                amount=Decimal("5.00"),
                received_on=date(2024, 5, 10),
                reference="B-1",
                by=office.manager,
                at=clock.now(),
            )
        before = counts()

        with pytest.raises(history.ChangedSince, match=r"Receipts, row 2.*Make a new dry run"):
            office.apply(upload)

        assert counts() == before
        run = office.check(upload)
        assert told(upload)[0][1:4] == ("differs", True, "recorded_otherwise")
        assert run.in_the_way == 1

    def test_figures_that_moved_hold_it_up_as_well(self, office, upload):
        office.bring("opening-balances", ("expenses", "", "2023-07-31", "1.00", ""))

        with pytest.raises(history.ChangedSince, match="the figures of the pool"):
            office.apply(upload)

        office.check(upload)
        assert office.apply(upload).state == "applied"


class TestAllOrNothing:
    @pytest.mark.parametrize("row", [1, 4, 7])
    def test_a_failure_at_any_row_leaves_nothing(self, office, upload, nothing, row):
        class Broke(Exception):
            pass

        played = []

        def fail():
            played.append(1)
            if len(played) == row:
                raise Broke

        with failpoints.installed("history.act_played", fail), pytest.raises(Broke):
            office.apply(upload)

        assert counts() == nothing
        assert Import.objects.get().state == "checked"
        assert office.apply(upload).state == "applied"

    def test_a_failure_of_the_dry_run_leaves_nothing_of_what_it_played(self, office, nothing):
        class Broke(Exception):
            pass

        def fail():
            raise Broke

        with failpoints.installed("history.act_played", fail):
            upload = office.upload(workbook(SHORT))

        job = history.work_on(upload)
        assert counts() == nothing
        assert (upload.state, upload.runs.count()) == ("staged", 0)
        assert (job.state, job.reason) == ("failed", "Broke. The log tells more under the number of the job.")


def test_what_would_follow_a_commit_does_not_follow_a_dry_run(office, django_capture_on_commit_callbacks):
    """Services may nudge a worker after commit: a rehearsal has nothing to nudge about."""

    def nudge():
        transaction.on_commit(lambda: None)

    upload = office.upload(workbook(SHORT))
    with failpoints.installed("history.act_played", nudge):
        with django_capture_on_commit_callbacks() as after_rehearsal:
            office.check(upload)
        with django_capture_on_commit_callbacks() as after_applying:
            office.apply(upload)

    assert (len(after_rehearsal), len(after_applying)) == (0, 7)


class TestOnce:
    def test_applying_twice_changes_nothing(self, office, upload):
        first = office.apply(upload)
        before, events = counts(), AuditEvent.objects.count()

        again = office.apply(upload)

        assert (again.pk, again.applied_at) == (first.pk, first.applied_at)
        assert (counts(), AuditEvent.objects.count()) == (before, events)

    def test_the_same_file_again_is_the_same_import(self, office):
        file = workbook(SHORT)
        first = office.upload(file)
        office.apply(first)
        before = counts()

        again = office.upload(file, by=office.manager, name="another name.xlsx")

        assert (again.pk, again.state, again.file_name) == (first.pk, "applied", "history.xlsx")
        assert counts() == before

    def test_a_file_that_adds_nothing_has_nothing_to_apply(self, office):
        rows = HISTORY["opening-balances"]
        office.bring("opening-balances", *rows)
        upload = office.upload(csv("opening-balances", *reversed(rows)), "opening-balances")

        assert [result for _number, result, *_rest in told(upload)] == ["same", "same"]
        with pytest.raises(import_services.NothingToRecord):
            office.apply(upload)

    def test_what_was_discarded_is_not_applied(self, office, upload, nothing):
        with clock.standing_at(office.moment):
            history.discard(upload, because="wrong fund", by=office.analyst, at=clock.now())

        with pytest.raises(import_services.WrongState):
            office.apply(upload)
        with pytest.raises(import_services.WrongState):
            office.check(upload)
        assert counts() == nothing


def test_one_audit_row_says_that_it_was_applied_beside_those_of_the_services(office, upload):
    done = office.apply(upload)

    kinds = list(AuditEvent.objects.filter(chain=office.fund.public_id).values_list("kind", flat=True))
    assert kinds.count("import.applied") == 1
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds)) if not kind.startswith("import")} == {
        "capital_call.approved": 1,
        "capital_call.drafted": 1,
        "capital_call.issued": 1,
        "capital_call.submitted": 1,
        "closing.held": 1,
        "commitment.recorded": 2,
        "fund.established": 1,
        "history.opening_posted": 2,
        "holding.opened": 1,
        "investment.bought": 1,
        "organisation.registered": 1,
        "receipt.recorded": 1,
        "round.recorded": 1,
    }
    event = AuditEvent.objects.get(kind="import.applied")
    assert (event.subject, event.actor, event.after["new"]) == (done.public_id, office.manager.public_id, 8)


def test_an_unknown_kind_is_refused(office):
    with pytest.raises(history.UnknownKind):
        office.upload(workbook(SHORT), "everything")


def test_a_dry_run_may_be_made_again_and_the_latest_counts(office, upload):
    first = imports.latest_run(upload)

    second = office.check(upload)

    assert second.pk != first.pk
    assert second.digest == first.digest
    assert imports.latest_run(upload) == second
