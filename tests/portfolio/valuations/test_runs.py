"""A quarter's run from opening to lock, its refusals, and what reopening leaves alone."""

import random
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import clock, failpoints
from core.audit.models import AuditEvent
from core.errors import DomainError, NotPermitted
from core.jobs.models import Job
from core.money.models import ExchangeRate
from core.money.queries import RateMissing
from core.people import services as people_services
from portfolio.investments import services as positions
from portfolio.ledger import invariants
from portfolio.valuations import queries, rules, services, techniques
from portfolio.valuations.lifecycle import State
from portfolio.valuations.models import Mark, MarkApproval, ValuationRun
from portfolio.valuations.services import marks, preparing
from tests import sampling
from tests.factories import investments, people
from tests.portfolio.valuations.conftest import JULY_1, JUNE, approved, dollars, written_down

LATER = datetime(2026, 8, 1, 9, tzinfo=timezone.utc)


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", scope_kind="everywhere", system=system)


def marked(run):
    return {one.holding_id: (one.technique, one.value) for one in queries.marks_of(run)}


def test_a_run_is_prepared_changed_submitted_and_locked_by_two(opened, prepare, holding, stake, analyst, committee):
    run = prepare(opened())
    assert run.state == State.IN_REVIEW
    assert marked(run) == {holding.pk: ("last_round", Decimal("1000.00")), stake.pk: ("cost", Decimal("1000.00"))}

    mark = next(one for one in queries.marks_of(run) if one.holding_id == holding.pk)
    written_down(mark, analyst)
    run = approved(services.submit_run(run, by=analyst, at=JULY_1), committee)

    assert (run.state, run.policy_version, run.locked_at) == (State.LOCKED, "2026-1", JULY_1)
    assert marked(run)[holding.pk] == ("write_down", Decimal("400.00"))
    assert [one.edition for one in queries.history_of(mark)] == [2, 1]


def test_every_input_has_source_and_date_and_every_mark_its_sensitivity(opened, prepare, holding):
    (mark,) = queries.marks_of(prepare(opened()))

    assert all(one["source"] and one["date"] for one in mark.inputs)
    assert [one["value"] for one in mark.sensitivity] == ["900.00", "1100.00"]
    assert mark.relevance


def test_a_run_opens_once_a_quarter_and_by_the_schedule(fund, holding, system):
    opened, refused = services.open_due_runs(by=system, at=JULY_1)
    again, _refused = services.open_due_runs(by=system, at=JULY_1)

    assert ([one.quarter_end for one in opened], refused, again) == ([JUNE], [], [])


def test_without_a_policy_the_schedule_opens_nothing_and_a_person_is_told(fund, holding, system):
    early = date(2025, 12, 31)

    with pytest.raises(services.PolicyMissing):
        services.open_run(fund, quarter_end=early, by=system, at=JULY_1)

    assert not ValuationRun.objects.exists()


@pytest.mark.parametrize("day", [date(2026, 6, 29), date(2026, 9, 30)])
def test_a_run_is_for_a_quarter_that_has_ended(fund, holding, system, day):
    with pytest.raises(services.NotAQuarterEnd):
        services.open_run(fund, quarter_end=day, by=system, at=JULY_1)


def test_a_rate_missing_or_ten_times_yesterdays_opens_nothing(fund, system):
    """By hand, and by the schedule, which tells why and looks again."""
    dollars((investments.BOUGHT_ON, "1.10"))
    with clock.standing_at(JULY_1):
        investments.purchase(investments.holding(fund, currency="USD", system=system), system=system)
    with pytest.raises(RateMissing):
        services.open_run(fund, quarter_end=JUNE, by=system, at=JULY_1)
    assert isinstance(services.hindrance(fund, at=JULY_1).why, RateMissing)

    dollars((date(2026, 6, 29), "1.10"), (JUNE, "11.00"))
    with pytest.raises(services.OddRate, match=r"11 for one euro and was 1\.1"):
        services.open_run(fund, quarter_end=JUNE, by=system, at=JULY_1)
    opened, refused = services.open_due_runs(by=system, at=JULY_1)

    assert (opened, [type(one.why) for one in refused]) == ([], [services.OddRate])
    assert not ValuationRun.objects.exists()
    assert not Job.objects.exists()


def test_a_holding_of_which_no_mark_can_be_made_holds_up_none_of_the_others(
    opened, prepare, holding, stake, monkeypatch
):
    """Its name is in the reason of the job, the run waits, and once it is mended the run goes on to review."""
    run, drafted = opened(), marks.drafted

    def broken(run, position, *args, **kwargs):
        if position.holding.pk == holding.pk:
            raise ZeroDivisionError
        return drafted(run, position, *args, **kwargs)

    monkeypatch.setattr(marks, "drafted", broken)
    with pytest.raises(services.MarksFailed, match=f"could be made of: {holding.organisation.name}\\."):
        prepare(run)
    run.refresh_from_db()
    assert (run.state, list(marked(run))) == (State.PREPARING, [stake.pk])

    monkeypatch.setattr(marks, "drafted", drafted)
    assert (prepare(run).state, set(marked(run))) == (State.IN_REVIEW, {holding.pk, stake.pk})


def test_preparing_twice_writes_nothing_twice(opened, prepare, holding, stake):
    run = prepare(opened())
    before = list(Mark.objects.values_list("pk", "value").order_by("pk"))

    prepare(run)

    assert list(Mark.objects.values_list("pk", "value").order_by("pk")) == before


def test_a_run_is_prepared_at_once_by_its_own_job(opened, holding, system):
    run = services.prepare_at_once(opened(), by=system, at=JULY_1)

    assert (run.state, Job.objects.get(key=services.job_key(run)).state) == (State.IN_REVIEW, "done")


def test_a_job_that_dies_in_a_chunk_leaves_nothing_of_it_and_goes_on_after(
    opened, prepare, holding, stake, monkeypatch
):
    run = opened()
    monkeypatch.setattr(preparing, "HOLDINGS_A_CHUNK", 1)
    seen = []

    def die(name):
        seen.append(name)
        if len(seen) == 2:
            raise SystemExit("killed")

    monkeypatch.setattr(failpoints, "reach", die)
    with pytest.raises(SystemExit):
        prepare(run)
    assert Mark.objects.count() == 1

    prepare(run)

    assert sorted(Mark.objects.values_list("holding", "edition")) == sorted([(holding.pk, 1), (stake.pk, 1)])


def test_approvals_lapse_with_the_changed_field_named(opened, prepare, holding, analyst, committee):
    run = services.submit_run(prepare(opened()), by=analyst, at=JULY_1)
    services.approve_run(run, digest=queries.digest(run), by=committee[0], at=JULY_1)
    (mark,) = queries.marks_of(run)

    written_down(mark, analyst)

    run.refresh_from_db()
    (approval,) = queries.approvals_of(run)
    assert (run.state, approval.holds) == (State.IN_REVIEW, False)
    changed = {one.field: (one.before, one.after) for one in approval.changes}
    assert changed["value"] == ("1000.00", "400.00")
    assert changed["technique"] == ("last_round", "write_down")


def test_approvals_of_a_locked_run_hold_whatever_a_later_release_covers(locked, holding, monkeypatch):
    run = locked()
    monkeypatch.setattr(queries, "COVERED", (*queries.COVERED, "known_at"))
    monkeypatch.setattr(queries, "_covered", lambda mark: {"known_at": mark.known_at.isoformat()})

    assert [one.holds for one in queries.approvals_of(run)] == [True, True]


def test_another_reason_alone_lapses_an_approval(opened, prepare, holding, analyst, committee):
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], analyst)
    run = services.submit_run(run, by=analyst, at=JULY_1)
    services.approve_run(run, digest=queries.digest(run), by=committee[0], at=JULY_1)

    written_down(queries.marks_of(run)[0], analyst, reason="The pilot ended in May")

    (approval,) = queries.approvals_of(run)
    assert (approval.holds, [one.field for one in approval.changes]) == (False, ["reason"])
    assert queries.approvals_missing(run) == 2


def test_a_change_that_is_taken_back_revives_no_approval(opened, prepare, holding, analyst, committee):
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], analyst)
    run = services.submit_run(run, by=analyst, at=JULY_1)
    services.approve_run(run, digest=queries.digest(run), by=committee[0], at=JULY_1)

    written_down(queries.marks_of(run)[0], analyst, amount="300.00")
    written_down(queries.marks_of(run)[0], analyst)

    (approval,) = queries.approvals_of(run)
    assert (approval.holds, [one.field for one in approval.changes]) == (False, ["edition"])
    assert queries.approvals_missing(run) == 2


@pytest.fixture
def of_both_sides(fund, system, committee):
    """Two of the committee who prepare valuations, too."""
    for one in committee[:2]:
        scope = {"scope_kind": "fund", "scope_ref": fund.public_id}
        people.services.grant(one, "fund-analyst", starts_on=date(2024, 1, 1), by=system, at=JULY_1, **scope)
        one.forget_grants()
    return committee


def test_whoever_edits_after_signing_is_no_approver(opened, prepare, holding, analyst, of_both_sides):
    """She signs, then changes the reason and hands in what stands: her signature does not carry it."""
    first, second = of_both_sides[:2]
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], analyst)
    run = services.submit_run(run, by=analyst, at=JULY_1)
    services.approve_run(run, digest=queries.digest(run), by=first, at=JULY_1)
    written_down(queries.marks_of(run)[0], first, reason="The pilot ended in May")
    run = services.submit_run(ValuationRun.objects.get(pk=run.pk), by=first, at=JULY_1)

    run = services.approve_run(run, digest=queries.digest(run), by=second, at=JULY_1)

    assert (run.state, queries.approvals_missing(run)) == (State.SUBMITTED, 1)


def act_at_random(run, by, chance):
    """Change a mark, hand the run in, or approve it: whatever the person is let."""
    what = chance.choice(("change", "submit", "approve", "approve"))
    with suppress(DomainError):
        if what == "change":
            amount, reason = chance.choice(("300.00", "400.00")), chance.choice(("It ended", "It was stopped"))
            written_down(queries.marks_of(run)[0], by, amount=amount, reason=reason)
        elif what == "submit":
            services.submit_run(run, by=by, at=JULY_1)
        else:
            services.approve_run(run, digest=queries.digest(run), by=by, at=JULY_1)


@pytest.mark.parametrize("seed", range(40 if sampling.FULL else 6))
def test_whatever_is_done_in_any_order_two_others_lock_a_run(
    seed, fund, opened, prepare, holding, analyst, of_both_sides
):
    """Two who are on both sides, an analyst and whoever else is of the committee act until the run is locked."""
    chance, run = random.Random(seed), prepare(opened())
    for _act in range(60):
        run = ValuationRun.objects.get(pk=run.pk)
        if run.state == State.LOCKED:
            break
        act_at_random(run, chance.choice([analyst, *of_both_sides]), chance)

    authors = {one.human for one in queries.authors_of(run)}
    signed = {row.approval.by.human for row in queries.approvals_of(run) if row.holds}
    assert run.state != State.LOCKED or len(signed - authors) >= 2
    assert invariants.broken(fund.book) == []


def test_an_approval_is_of_what_was_shown(opened, prepare, holding, analyst, committee):
    run = prepare(opened())
    shown = queries.digest(run)
    written_down(queries.marks_of(run)[0], analyst)
    run = services.submit_run(run, by=analyst, at=JULY_1)

    with pytest.raises(services.ChangedSince):
        services.approve_run(run, digest=shown, by=committee[0], at=JULY_1)

    assert not MarkApproval.objects.exists()


def test_nobody_approves_her_own_edit_or_submission(opened, prepare, holding, fund, system, analyst, committee):
    editor, submitter = committee[:2]
    for one in (editor, submitter):
        people.services.grant(
            one, "fund-analyst", scope_kind="fund", scope_ref=fund.public_id, starts_on=date(2024, 1, 1), by=system,
            at=JULY_1,
        )  # fmt: skip
        if hasattr(one, "_grants"):
            del one._grants
    run = prepare(opened())
    written_down(queries.marks_of(run)[0], editor)
    run = services.submit_run(run, by=submitter, at=JULY_1)

    for one in (editor, submitter):
        with pytest.raises(rules.OwnMarks):
            services.approve_run(run, digest=queries.digest(run), by=one, at=JULY_1)
    assert not MarkApproval.objects.exists()


def test_two_accounts_of_one_person_are_one_approver(opened, prepare, holding, analyst, committee, administrator):
    run = services.submit_run(prepare(opened()), by=analyst, at=JULY_1)
    one, second = committee[:2]
    people_services.state_same_person(second, one, reason="She told us", by=administrator, at=JULY_1)
    second.refresh_from_db()
    services.approve_run(run, digest=queries.digest(run), by=one, at=JULY_1)
    services.approve_run(run, digest=queries.digest(run), by=one, at=JULY_1)

    with pytest.raises(rules.SignedAlready):
        services.approve_run(run, digest=queries.digest(run), by=second, at=JULY_1)

    run.refresh_from_db()
    assert (run.state, MarkApproval.objects.count(), queries.approvals_missing(run)) == (State.SUBMITTED, 1, 1)


def test_an_account_of_an_author_is_an_author(opened, prepare, holding, analyst, committee, administrator):
    run = services.submit_run(prepare(opened()), by=analyst, at=JULY_1)
    people_services.state_same_person(committee[0], analyst, reason="She told us", by=administrator, at=JULY_1)
    committee[0].refresh_from_db()

    with pytest.raises(rules.OwnMarks):
        services.approve_run(run, digest=queries.digest(run), by=committee[0], at=JULY_1)

    assert not MarkApproval.objects.exists()


def test_a_namesake_approves_and_the_audit_trail_notes_the_likeness(opened, prepare, holding, analyst, committee):
    run = services.submit_run(prepare(opened()), by=analyst, at=JULY_1)
    one, second = committee[:2]
    second.name = f" {one.name.upper()} "
    second.save(update_fields=["name"])
    services.approve_run(run, digest=queries.digest(run), by=one, at=JULY_1)
    assert queries.namesakes(run, second) == [one]

    run = services.approve_run(run, digest=queries.digest(run), by=second, at=JULY_1)

    first_note, second_note = AuditEvent.objects.filter(kind="valuation.approved").order_by("pk")
    assert run.state == State.LOCKED
    assert "namesakes" not in first_note.after
    assert second_note.after["namesakes"] == [one.public_id]


@pytest.mark.parametrize(
    ("role", "scope_kind", "scope_ref"),
    [("ally-representative", "nation", "EE"), ("auditor", "everywhere", ""), ("valuation-committee", "fund", None)],
)
def test_who_does_not_prepare_changes_and_submits_nothing(
    opened, prepare, holding, fund, role, scope_kind, scope_ref, system
):
    run = prepare(opened())
    over = fund.public_id if scope_ref is None else scope_ref
    reader = people.person(role=role, scope_kind=scope_kind, scope_ref=over, system=system)

    with pytest.raises(NotPermitted):
        written_down(queries.marks_of(run)[0], reader)
    with pytest.raises(NotPermitted):
        services.submit_run(run, by=reader, at=JULY_1)

    assert Mark.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"source": " "}, services.SourceMissing),
        ({"reason": " "}, services.ReasonMissing),
        ({"amount": "-1.00"}, services.AmountMissing),
        ({"amount": "1000.00"}, services.NotBelowCost),
        ({"technique": "reported_nav"}, services.WrongTechnique),
    ],
)
def test_a_mark_that_lacks_something_is_refused_whole(opened, prepare, holding, analyst, given, error):
    run = prepare(opened())

    with pytest.raises(error):
        written_down(queries.marks_of(run)[0], analyst, **given)

    assert Mark.objects.count() == 1


def test_a_stake_is_rolled_from_its_last_reported_value(opened, prepare, stake, analyst):
    run = prepare(opened())

    fresh = services.change_mark(
        queries.marks_of(run)[0], technique="reported_nav", amount=Decimal("300.00"), dated=date(2026, 3, 31),
        source="report of the first quarter", reason="Report received", by=analyst, at=JULY_1,
    )  # fmt: skip

    assert fresh.value == Decimal("1300.00")


def test_marks_and_approvals_are_written_once_and_never_after_the_lock(locked, holding, analyst):
    run = locked()
    mark = queries.marks_of(run)[0]

    for change in (
        lambda: Mark.objects.filter(pk=mark.pk).update(value=1),
        lambda: MarkApproval.objects.all().delete(),
        lambda: ValuationRun.objects.filter(pk=run.pk).update(policy_version="x"),
        lambda: marks.drafted(
            run, marks.position_of(run, mark.holding), "cost", mark.inputs and [marks.stated("cost", mark.cost, "books", JUNE)],
            edition=9, relevance="", reason="late", by=analyst, at=LATER,
        ).save(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_refuses_a_source_that_is_empty(opened, prepare, holding, analyst):
    run = prepare(opened())
    mark = queries.marks_of(run)[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        marks.drafted(
            run, marks.position_of(run, holding), "cost", [marks.stated("cost", mark.cost, " ", JUNE)],
            edition=2, relevance="", reason="x", by=analyst, at=LATER,
        ).save()  # fmt: skip


def test_reopening_makes_a_version_and_supersedes_only_at_its_lock(locked, fund, holding, analyst, committee):
    run = locked()
    with pytest.raises(services.ReasonMissing):
        services.reopen_run(run, reason=" ", by=analyst, at=LATER)

    fresh = services.reopen_run(run, reason="A late report", by=analyst, at=LATER)
    run.refresh_from_db()
    assert (run.state, fresh.version, fresh.supersedes_id, marked(fresh)) == (State.LOCKED, 2, run.pk, marked(run))
    with pytest.raises(rules.WrongState):
        services.reopen_run(fresh, reason="again", by=analyst, at=LATER)

    written_down(queries.marks_of(fresh)[0], analyst, at=LATER)
    fresh = approved(services.submit_run(fresh, by=analyst, at=LATER), committee, at=LATER)
    run.refresh_from_db()

    assert (run.state, fresh.state) == (State.SUPERSEDED, State.LOCKED)
    then, now = (queries.fair_value_rows(fund, as_of=JUNE, known_at=at)[0].value for at in (JULY_1, LATER))
    assert (then, now) == (Decimal("1000.00"), Decimal("400.00"))


@pytest.fixture
def recorded_late(fund, system):
    """A company bought for 1000.00 dollars in June, recorded in July."""
    dollars((date(2026, 6, 19), "1.10"), (JUNE, "1.25"))
    with clock.standing_at(datetime(2026, 7, 10, 9, tzinfo=timezone.utc)):
        of = investments.holding(fund, "Example Optics", currency="USD", system=system)
        investments.purchase(of, on=date(2026, 6, 20), system=system)
    return of


def test_a_reopened_run_gets_the_mark_and_the_rate_of_what_was_recorded_late(
    locked, prepare, holding, analyst, committee, request
):
    run = locked()
    late = request.getfixturevalue("recorded_late")

    fresh = services.reopen_run(run, reason="A purchase came late", by=analyst, at=LATER)
    assert (fresh.state, marked(fresh)) == (State.PREPARING, marked(run))
    assert [(one["currency"], one["units_per_euro"]) for one in fresh.rates] == [("EUR", "1"), ("USD", "1.250000")]
    with pytest.raises(rules.WrongState):
        services.submit_run(fresh, by=analyst, at=LATER)

    fresh = prepare(fresh, at=LATER)
    assert (fresh.state, marked(fresh)) == (
        State.IN_REVIEW,
        marked(run) | {late.pk: ("last_round", Decimal("800.00"))},
    )
    assert list(Job.objects.filter(key=services.job_key(fresh)).values_list("done", "total")) == [(1, 1)]
    assert approved(services.submit_run(fresh, by=analyst, at=LATER), committee, at=LATER).state == State.LOCKED


def test_a_reopened_run_pins_the_code_that_makes_its_further_marks(locked, holding, analyst, monkeypatch):
    run = locked()
    monkeypatch.setattr(techniques, "CODE_VERSION", "next")

    fresh = services.reopen_run(run, reason="A late report", by=analyst, at=LATER)

    assert fresh.code_version == "next"


def test_a_mark_that_is_left_at_cost_says_why(opened, prepare, holding, stake, analyst):
    of = {one.holding_id: one for one in queries.marks_of(prepare(opened()))}

    assert of[holding.pk].because == ""
    assert "nothing else was known to value it by" in of[stake.pk].because
    assert written_down(of[holding.pk], analyst).because == "The pilot ended"


def test_a_reopened_run_keeps_the_rates_that_it_pinned(fund, system, locked, analyst):
    dollars((date(2026, 5, 4), "1.10"), (date(2026, 6, 29), "1.10"), (JUNE, "1.25"))
    with clock.standing_at(JULY_1):
        investments.purchase(investments.holding(fund, "Example Optics", currency="USD", system=system), system=system)
    run = locked()
    ExchangeRate.objects.create(
        currency_id="USD", effective_on=JUNE, units_per_euro=Decimal("1.20"), source="ECB", recorded_at=LATER
    )

    fresh = services.reopen_run(run, reason="A late report", by=analyst, at=LATER)

    assert (fresh.rates, fresh.state) == (run.rates, State.IN_REVIEW)


def test_a_run_that_is_opened_again_over_invented_figures_says_so(locked, holding, system, analyst):
    run = locked()
    bought = holding.transactions.get()
    told = {"quantity": Decimal(1), "amount": Decimal("1.00"), "effective_on": JUNE, "key": "invented"}
    positions.buy(holding, round=bought.round, **told, by=system, at=JULY_1 + timedelta(seconds=1), illustrative=True)

    fresh = services.reopen_run(run, reason="A purchase came late", by=analyst, at=LATER)

    assert (run.is_illustrative, fresh.is_illustrative) == (False, True)


def test_a_value_is_rolled_for_what_is_recorded_since_though_of_an_earlier_day(locked, fund, holding, system):
    locked()
    with clock.standing_at(LATER):
        investments.purchase(holding, "Series A", "500.00", system=system)

    known = [queries.fair_value_rows(fund, as_of=JUNE, known_at=at)[0].value for at in (JULY_1, LATER)]

    assert known == [Decimal("1000.00"), Decimal("1500.00")]


def test_what_changed_most_since_the_last_quarter_stands_first(opened, prepare, holding, stake, analyst):
    run = prepare(opened())
    written_down(next(one for one in queries.marks_of(run) if one.holding_id == holding.pk), analyst)

    first, second = queries.changes_against_last_quarter(run)

    assert (first.mark.holding_id, first.revalued, second.revalued) == (holding.pk, Decimal("-600.00"), 0)
