"""What was uploaded is kept as it was; dry runs are added to it; a second person applies, or somebody discards."""

from datetime import datetime, timezone

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.imports import queries, reading, services
from core.imports.lifecycle import Result, State
from core.imports.models import Import, ImportResult, ImportRow, ImportRun
from core.imports.services import Figure, Outcome, Played
from tests.core.imports.conftest import HEADS, SHEET, workbook
from tests.factories import people

pytestmark = pytest.mark.django_db

SCOPE = "fund_0123456789abcdef"
LATER = datetime(2026, 6, 2, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def person(system):
    def make(role="fund-manager", scope_ref=SCOPE):
        return people.person(role=role, scope_kind="fund", scope_ref=scope_ref, system=system)

    return make


@pytest.fixture
def analyst(person):
    return person("fund-analyst")


@pytest.fixture
def manager(person):
    return person("fund-manager")


def contents(*rows):
    return reading.read(workbook(HEADS, *(rows or [["A", 1, "2024-05-16"]])), name="receipts.xlsx", wanted=(SHEET,))


@pytest.fixture
def staged(analyst):
    return services.stage(contents(), kind="receipts", scope_ref=SCOPE, by=analyst, at=clock.now())[0]


def played(upload, *, result=Result.NEW, **given):
    rows = queries.rows(upload)
    return Played({row.pk: Outcome(result, **given) for row in rows}, [Figure("cash", "0.00", "1.00")])


@pytest.fixture
def checked(staged, analyst):
    services.keep_run(staged, played(staged), by=analyst, at=clock.now())
    return Import.objects.get(pk=staged.pk)


def test_the_rows_are_kept_as_they_stood(staged):
    assert (staged.state, staged.file_name, staged.row_count) == (State.STAGED, "receipts.xlsx", 1)
    assert [(row.sheet, row.number, row.values) for row in queries.rows(staged)] == [
        ("receipts", 2, {"reference": "A", "amount": "1", "received_on": "2024-05-16"})
    ]


def test_the_same_file_is_staged_once(analyst, manager):
    file = contents()
    first, is_new = services.stage(file, kind="receipts", scope_ref=SCOPE, by=analyst, at=clock.now())
    again, is_new_again = services.stage(file, kind="receipts", scope_ref=SCOPE, by=manager, at=LATER)

    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
    assert ImportRow.objects.count() == 1


def test_a_file_that_was_discarded_may_be_staged_anew(analyst):
    file = contents()
    first, _is_new = services.stage(file, kind="receipts", scope_ref=SCOPE, by=analyst, at=clock.now())
    services.discard(first, because="wrong year", by=analyst, at=clock.now())

    again, is_new = services.stage(file, kind="receipts", scope_ref=SCOPE, by=analyst, at=LATER)

    assert is_new
    assert again.pk != first.pk


@pytest.mark.parametrize("role", ["valuation-committee", "fund-manager"])
def test_whoever_has_no_right_over_the_scope_stages_nothing(person, role):
    stranger = person(role, SCOPE if role == "valuation-committee" else "fund_elsewhere")

    with pytest.raises(NotPermitted):
        services.stage(contents(), kind="receipts", scope_ref=SCOPE, by=stranger, at=clock.now())

    assert not Import.objects.exists()


def test_a_dry_run_is_signed_and_counted(checked):
    run = queries.latest_run(checked)

    assert (checked.state, run.new, run.same, run.in_the_way, run.to_write) == (State.CHECKED, 1, 0, 0, 1)
    assert run.digest == services.digest(checked, played(checked))


@pytest.mark.parametrize(
    "changed",
    [
        {"result": Result.SAME},
        {"code": "made_known"},
        {"changes": [("amount", "1", "2")]},
    ],
)
def test_the_digest_covers_what_was_said_of_each_row(checked, changed):
    assert services.digest(checked, played(checked, **changed)) != services.digest(checked, played(checked))


def test_the_words_of_a_language_are_not_part_of_the_digest(checked):
    in_words = played(checked, message={"en": "Known", "fr": "Connu"})

    assert services.digest(checked, in_words) == services.digest(checked, played(checked))


class TestApplying:
    def test_a_second_person_applies_what_was_read(self, checked, manager):
        run = services.ready_to_apply(checked, digest=queries.latest_run(checked).digest, by=manager)
        done = services.mark_applied(checked, run, by=manager, at=LATER)

        assert (done.state, done.applied_by, done.applied_at, done.applied_run) == ("applied", manager, LATER, run)

    def test_whoever_uploaded_it_does_not(self, person):
        both = person("fund-manager")
        own, _is_new = services.stage(contents(), kind="receipts", scope_ref=SCOPE, by=both, at=clock.now())
        run = services.keep_run(own, played(own), by=both, at=clock.now())

        with pytest.raises(services.OwnUpload):
            services.ready_to_apply(own, digest=run.digest, by=both)

    def test_the_database_refuses_the_uploader_even_past_the_service(self, checked, analyst):
        run = queries.latest_run(checked)

        with pytest.raises(IntegrityError, match="import_applied_by_a_second_person"), transaction.atomic():
            Import.objects.filter(pk=checked.pk).update(
                state="applied", applied_run=run, applied_by=analyst, applied_at=LATER
            )

    def test_an_analyst_does_not(self, checked, person):
        with pytest.raises(NotPermitted):
            services.ready_to_apply(checked, digest=queries.latest_run(checked).digest, by=person("fund-analyst"))

    def test_a_later_dry_run_has_to_be_read_first(self, checked, manager, analyst):
        read = queries.latest_run(checked).digest
        services.keep_run(checked, played(checked, code="made_known"), by=analyst, at=LATER)

        with pytest.raises(services.ReadAnother):
            services.ready_to_apply(checked, digest=read, by=manager)

    @pytest.mark.parametrize(
        ("outcome", "refusal"),
        [
            ({"result": Result.REFUSED, "is_in_the_way": True}, services.StandsInTheWay),
            ({"result": Result.DIFFERS, "is_in_the_way": True}, services.StandsInTheWay),
            ({"result": Result.SAME}, services.NothingToRecord),
        ],
    )
    def test_only_what_can_be_recorded_is_applied(self, staged, analyst, manager, outcome, refusal):
        run = services.keep_run(staged, played(staged, **outcome), by=analyst, at=clock.now())

        with pytest.raises(refusal):
            services.ready_to_apply(staged, digest=run.digest, by=manager)

    def test_what_was_not_checked_is_not_applied(self, staged, manager):
        with pytest.raises(services.WrongState):
            services.ready_to_apply(staged, digest="0" * 64, by=manager)


class TestDiscarding:
    def test_it_needs_a_reason(self, checked, analyst):
        with pytest.raises(services.NeedsReason):
            services.discard(checked, because="  ", by=analyst, at=LATER)

        assert Import.objects.get().state == State.CHECKED

    def test_nothing_more_is_done_with_it(self, checked, analyst, manager):
        services.discard(checked, because="wrong year", by=analyst, at=LATER)

        with pytest.raises(services.WrongState):
            services.keep_run(checked, played(checked), by=analyst, at=LATER)
        with pytest.raises(services.WrongState):
            services.ready_to_apply(checked, digest=queries.latest_run(checked).digest, by=manager)
        with pytest.raises(services.WrongState):
            services.discard(checked, because="again", by=analyst, at=LATER)


def test_each_step_leaves_one_audit_row(checked, manager):
    run = queries.latest_run(checked)
    services.mark_applied(checked, run, by=manager, at=LATER)

    events = AuditEvent.objects.filter(chain=SCOPE).order_by("position").values_list("kind", "subject")
    assert list(events) == [(f"import.{step}", checked.public_id) for step in ("staged", "checked", "applied")]


class TestWhatIsWrittenOnce:
    @pytest.mark.parametrize("model", [ImportRow, ImportRun, ImportResult])
    def test_rows_and_runs_are_never_changed(self, checked, model):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET id = id")

    @pytest.mark.parametrize("model", [ImportRow, ImportRun, ImportResult, Import])
    def test_nothing_is_removed(self, checked, model):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")

    def test_what_the_file_was_stays(self, checked):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Import.objects.update(file_name="other.xlsx")

    def test_a_state_is_left_only_by_its_steps(self, checked):
        with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
            Import.objects.update(state="staged")


def test_results_come_in_the_order_of_work(staged, analyst):
    upload, _is_new = services.stage(
        contents(*[[f"R-{number}", 1, "2024-05-16"] for number in range(4)]),
        kind="receipts", scope_ref=SCOPE, by=analyst, at=clock.now(),
    )  # fmt: skip
    said = (
        Outcome(Result.SAME),
        Outcome(Result.NEW),
        Outcome(Result.DIFFERS),
        Outcome(Result.REFUSED, is_in_the_way=True),
    )
    outcomes = dict(zip([row.pk for row in queries.rows(upload)], said, strict=True))
    run = services.keep_run(upload, Played(outcomes, []), by=analyst, at=clock.now())

    assert [one.result for one in queries.results(run)] == ["refused", "differs", "new", "same"]
    assert [one.row.number for one in queries.results(run, result="new")] == [3]
