"""A capital call: drafted by one person, approved by another for exactly what stands, split to the cent, paid."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.people import services as people_services
from portfolio.capital_calls import queries, splitting
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallNotice, CapitalCall, Receipt
from portfolio.capital_calls.services import Line
from portfolio.ledger import invariants
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY


def balance(fund, code, subject=None):
    return books.balance(fund.book, code, as_of=date.max, known_at=clock.now(), subject=subject)


def amounts(call):
    return {line.notice.commitment.nation_id: line.amount for line in queries.notices(call, known_at=clock.now())}


def test_an_issued_call_is_split_by_commitment_and_adds_up_to_the_cent(issued, fund):
    call = issued("1000000.00")

    split = amounts(call)
    assert sum(split.values()) == Decimal("1000000.00")
    assert split == {"EE": Decimal("319148.94"), "FI": Decimal("372340.42"), "LU": Decimal("308510.64")}
    assert balance(fund, "calls-receivable") == Decimal("1000000.00")
    assert balance(fund, "capital") == Decimal("-1000000.00")
    assert invariants.broken(fund.book) == []


def test_every_step_leaves_one_audit_row(issued):
    issued()

    kinds = list(
        AuditEvent.objects.filter(kind__startswith="capital_call").order_by("position").values_list("kind", flat=True)
    )
    assert kinds == ["capital_call.drafted", "capital_call.submitted", "capital_call.approved", "capital_call.issued"]


def test_a_call_cannot_be_issued_twice(issued, staff):
    call = issued()

    with pytest.raises(calls.WrongState):
        calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())

    assert Entry.objects.count() == 1


def test_whoever_drafted_or_last_changed_a_call_neither_approves_nor_issues_it(fund, commitments, staff):
    lines = [Line("investment", "Tickets", Decimal("100.00"))]
    call = calls.draft(fund, due_on=DUE, lines=lines, by=staff["manager"], at=clock.now())
    later = DUE + timedelta(days=1)
    call = calls.edit(call, due_on=later, lines=lines, by=staff["second"], at=clock.now())
    call = calls.submit(call, by=staff["manager"])

    for person in ("manager", "second"):
        with pytest.raises(calls.OwnWork):
            calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff[person], at=clock.now())
        with pytest.raises(calls.OwnWork):
            calls.issue(call, by=staff[person], on=TODAY, at=clock.now())

    assert not CallNotice.objects.exists()


def test_the_database_refuses_the_drafter_as_issuer_even_past_the_service(drafted):
    call = drafted()

    with pytest.raises(IntegrityError), transaction.atomic():
        CapitalCall.objects.filter(pk=call.pk).update(issued_on=TODAY, issued_at=clock.now(), issued_by=call.drafted_by)


def test_an_analyst_may_draft_but_not_approve(drafted, staff, system, fund):
    call = calls.submit(drafted(), by=staff["analyst"])
    another = people.person(role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, system=system)

    with pytest.raises(NotPermitted):
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=another, at=clock.now())


def test_the_manager_of_another_fund_may_nothing(drafted, system):
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_elsewhere", system=system)

    with pytest.raises(NotPermitted):
        calls.submit(drafted(), by=stranger)


class TestApprovalCoversWhatWasShown:
    def test_a_change_voids_it_and_names_the_field(self, drafted, staff):
        call = calls.submit(drafted(), by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        lines = [Line("investment", "First tickets", Decimal("1000000.01"))]
        call = calls.edit(call, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now())
        call = calls.submit(call, by=staff["analyst"])

        with pytest.raises(calls.ChangedSince) as refusal:
            calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())

        assert refusal.value.fields == ["lines"]

    def test_the_page_that_was_shown_must_be_what_stands(self, drafted, staff):
        call = calls.submit(drafted(), by=staff["analyst"])

        with pytest.raises(calls.ChangedSince, match="The call, or its split over the Allies, was changed since\\."):
            calls.approve(call, digest="0" * 64, by=staff["manager"], at=clock.now())

    def test_what_changed_since_the_page_was_shown_is_named(self, drafted, staff):
        call = drafted()
        shown = queries.digest(call, at=clock.now())
        lines = [Line("investment", "First tickets", Decimal("1000000.00"))]
        call = calls.edit(call, due_on=DUE + timedelta(days=2), lines=lines, by=staff["analyst"], at=clock.now())
        call = calls.submit(call, by=staff["analyst"])

        with pytest.raises(calls.ChangedSince, match="changed since \\(due date\\)"):
            calls.approve(call, digest=shown, by=staff["manager"], at=clock.now())

        assert not call.approvals.exists()

    def test_whoever_issues_is_shown_what_stands_too(self, drafted, staff):
        call = drafted()
        shown = queries.digest(call, at=clock.now())
        lines = [Line("investment", "First tickets", Decimal("2000000.00"))]
        call = calls.edit(call, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now(), because="a larger round")
        call = calls.submit(call, by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())

        with pytest.raises(calls.ChangedSince, match="changed since \\(purpose lines\\)"):
            calls.issue(call, by=staff["second"], on=TODAY, at=clock.now(), digest=shown)

        assert not CallNotice.objects.exists()

    def test_saving_without_a_change_voids_nothing(self, drafted, staff):
        call = calls.submit(drafted(), by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        lines = [Line("investment", " First tickets ", Decimal("1000000.00"))]

        calls.edit(call, due_on=DUE, lines=lines, by=staff["second"], at=clock.now())

        assert calls.issue(call, by=staff["second"], on=TODAY, at=clock.now()).state == "issued"

    def test_without_one_nothing_is_issued(self, drafted, staff):
        call = calls.submit(drafted(), by=staff["analyst"])

        with pytest.raises(calls.NotApproved):
            calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())


class TestLimits:
    def test_a_call_over_the_unfunded_commitment_is_refused_with_the_figures(self, issued):
        refused = "94 000 000.02 inside commitment; 94 000 000.01 is unfunded. Lower the call by 0.01."
        with pytest.raises(calls.OverUnfunded, match=re.escape(refused)):
            issued("94000000.02")

        assert not CapitalCall.objects.exists()
        assert not AuditEvent.objects.filter(kind__startswith="capital_call").exists()

    def test_what_was_unfunded_when_approved_may_be_called_by_then(self, drafted, issued, staff):
        waiting = calls.submit(drafted("94000000.01"), by=staff["analyst"])
        calls.approve(waiting, digest=queries.digest(waiting, at=clock.now()), by=staff["manager"], at=clock.now())
        issued("0.01")

        with pytest.raises(calls.OverUnfunded):
            calls.issue(waiting, by=staff["manager"], on=TODAY, at=clock.now())
        with pytest.raises(calls.OverUnfunded):
            calls.approve(waiting, digest=queries.digest(waiting, at=clock.now()), by=staff["second"], at=clock.now())

        assert waiting.approvals.count() == 1
        assert CallNotice.objects.filter(call=waiting).count() == 0
        assert Entry.objects.count() == 1

    def test_the_last_cent_may_be_called(self, issued, commitments, fund):
        issued("94000000.01")

        called = splitting.called_inside(fund, as_of=TODAY, known_at=clock.now())
        assert called == {one.pk: one.terms.get().amount for one in commitments.values()}

    def test_what_a_cap_leaves_over_is_shared_by_the_others(self, issued, commitments, system):
        issued("94000000.01")
        for code, amount in (("EE", "31000000.00"), ("LU", "29000000.51")):
            funds.amendment(commitments[code], amount, effective_on=TODAY, at=clock.now(), system=system)

        assert amounts(issued("2.00")) == {"EE": Decimal("1.50"), "LU": Decimal("0.50")}

    def test_fees_outside_commitment_use_up_nothing(self, issued, fund):
        issued("500000.00", inside=False)

        assert sum(splitting.called_inside(fund, as_of=TODAY, known_at=clock.now()).values()) == 0

    @pytest.mark.parametrize("amount", ["0", "-5.00", "0.001", "9" * 30, "NaN"])
    def test_an_unfit_amount_is_refused(self, drafted, amount):
        with pytest.raises(ledger.UnfitAmount):
            drafted(amount)

        assert not CapitalCall.objects.exists()

    def test_it_is_not_due_before_it_is_issued(self, issued):
        with pytest.raises(calls.DueTooEarly):
            issued(on=DUE + timedelta(days=1))


class TestReceipts:
    def pay(self, commitments, staff, code, amount, *, reference="B-1", on=TODAY):
        return calls.receive(
            commitments[code],
            amount=Decimal(amount),
            received_on=on,
            reference=reference,
            by=staff["analyst"],
            at=clock.now(),
        )

    def test_a_part_payment_leaves_the_rest_open(self, issued, commitments, staff, fund):
        call = issued()
        self.pay(commitments, staff, "EE", "100000.00")

        line = next(
            one for one in queries.notices(call, known_at=clock.now()) if one.notice.commitment == commitments["EE"]
        )
        assert (line.paid, line.open) == (Decimal("100000.00"), Decimal("219148.94"))
        assert balance(fund, "cash") == Decimal("100000.00")

    def test_what_is_over_stands_in_suspense(self, issued, commitments, staff, fund):
        issued()
        self.pay(commitments, staff, "EE", "320000.00")

        assert balance(fund, "suspense") == Decimal("-851.06")
        assert balance(fund, "calls-receivable", commitments["EE"].public_id) == 0
        assert invariants.broken(fund.book) == []

    def test_the_same_bank_reference_is_booked_once(self, issued, commitments, staff, fund):
        issued()
        first = self.pay(commitments, staff, "EE", "10.00")
        again = self.pay(commitments, staff, "EE", "10.00")

        assert first == again
        assert balance(fund, "cash") == Decimal("10.00")
        with pytest.raises(calls.ReferenceUsed):
            self.pay(commitments, staff, "EE", "11.00")

    def test_the_last_receipt_settles_the_call(self, issued, commitments, staff):
        call = issued()
        for number, (code, amount) in enumerate(amounts(call).items()):
            self.pay(commitments, staff, code, amount, reference=f"B-{number}")

        call.refresh_from_db()
        assert call.state == "settled"

    def test_the_database_refuses_more_than_is_owed(self, issued, commitments, staff):
        call = issued()
        receipt = self.pay(commitments, staff, "EE", "10.00")
        notice = call.notices.get(commitment=commitments["EE"])

        with (
            pytest.raises(IntegrityError, match="more is allocated"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO portfolio_receiptallocation (receipt_id, notice_id, amount, effective_on, recorded_at) "
                "VALUES (%s, %s, 1, now(), now())",
                [receipt.pk, notice.pk],
            )

    def test_a_call_that_was_paid_in_part_is_not_cancelled(self, issued, commitments, staff):
        call = issued()
        self.pay(commitments, staff, "EE", "10.00")

        with pytest.raises(calls.AlreadyPaid):
            calls.cancel(call, because="mistake", by=staff["manager"], on=TODAY, at=clock.now())


def test_a_cancelled_call_is_offset_and_frees_the_commitment(issued, staff, fund):
    call = issued()
    calls.cancel(call, because="mistake", by=staff["manager"], on=TODAY, at=clock.now())

    assert balance(fund, "capital") == 0
    assert splitting.called_inside(fund, as_of=TODAY, known_at=clock.now()) == {}
    assert Receipt.objects.count() == 0


@pytest.mark.parametrize("author_first", [True, False])
def test_two_accounts_that_turn_out_to_be_one_person_are_told_and_the_books_go_on(
    issued, fund, staff, system, author_first
):
    call = issued()
    pair = (staff["manager"], staff["analyst"])
    further, first = pair if author_first else reversed(pair)
    administrator = people.person(role="administrator", scope_kind="everywhere", system=system)
    at = clock.now() + timedelta(days=90)
    people_services.state_same_person(further, first, reason="She told us", by=administrator, at=at)

    assert ledger.check(fund.book, by=system, at=at) == []
    (told,) = invariants.remarked(fund.book)
    assert (told.name, told.rows) == (
        "a call turned out to be approved or issued by its author",
        ((call.public_id,),),
    )
    assert calls.cancel(call, because="Asked anew", by=staff["second"], on=TODAY, at=at)
    assert invariants.remarked(fund.book) == invariants.broken(fund.book) == []
