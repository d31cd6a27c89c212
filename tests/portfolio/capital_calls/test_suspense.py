"""Money that came without a notice to pay: it stands in suspense, and is used for a later call when somebody says so."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from portfolio.capital_calls import paying, queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import Receipt, ReceiptAllocation
from portfolio.ledger import invariants
from portfolio.ledger import queries as books
from portfolio.ledger.models import Entry
from tests.factories import people
from tests.portfolio.capital_calls.conftest import TODAY

OWED = Decimal("319148.94")
"""Estonia's part of a call of one million."""


@pytest.fixture
def pay(commitments, staff):
    def _pay(amount, reference, *, code="EE", on=TODAY, **given):
        return calls.receive(
            commitments[code], amount=Decimal(amount), received_on=on, reference=reference, by=staff["analyst"],
            at=clock.now(), **given,
        )  # fmt: skip

    return _pay


@pytest.fixture
def apply(commitments, staff):
    def _apply(code="EE", *, by=None, **given):
        return calls.apply_suspense(commitments[code], by=by or staff["analyst"], on=TODAY, at=clock.now(), **given)

    return _apply


def balance(fund, line, commitment):
    return books.balance(fund.book, line, as_of=TODAY, known_at=clock.now(), subject=commitment.public_id)


def suspense(fund):
    return paying.suspense(fund, as_of=TODAY, known_at=clock.now())


def test_money_that_came_before_its_call_pays_it_when_somebody_says_so(issued, pay, apply, fund, commitments):
    pay("100000.00", "B-1")
    pay("250000.00", "B-2")
    assert suspense(fund) == {commitments["EE"].pk: Decimal("350000.00")}
    issued()

    written = apply()

    assert [(one.receipt.reference, one.amount) for one in written] == [
        ("B-1", Decimal("100000.00")),
        ("B-2", OWED - Decimal("100000.00")),
    ]
    assert suspense(fund) == {commitments["EE"].pk: Decimal("350000.00") - OWED}
    assert balance(fund, "suspense", commitments["EE"]) == OWED - Decimal("350000.00")
    assert balance(fund, "calls-receivable", commitments["EE"]) == 0
    assert invariants.broken(fund.book) == []


def test_each_use_leaves_an_entry_and_an_audit_row(issued, pay, apply, fund):
    pay("100.00", "B-1")
    issued()
    apply()

    entry = Entry.objects.get(kind="suspense")
    assert entry.subject == Receipt.objects.get().public_id
    event = AuditEvent.objects.get(kind="suspense.applied")
    assert event.after == {
        "amount": "100.00", "number": 1, "commitment": Receipt.objects.get().commitment.public_id,
    }  # fmt: skip


def test_it_pays_the_oldest_due_notice_first_and_settles_what_is_paid(issued, pay, apply, commitments):
    pay("500000.00", "early")
    first, second = issued(), issued("2000000.00")
    for code in ("FI", "LU"):
        pay("372340.42" if code == "FI" else "308510.64", f"first-{code}", code=code)

    apply()

    first.refresh_from_db()
    assert first.state == "settled"
    paid = {one.notice.commitment: one.paid for one in queries.notices(second, known_at=clock.now())}
    assert paid[commitments["EE"]] == Decimal("500000.00") - OWED


def test_it_is_used_once(issued, pay, apply):
    pay("100.00", "B-1")
    issued()
    apply()

    with pytest.raises(calls.NothingToApply):
        apply()

    assert ReceiptAllocation.objects.count() == 1
    assert Entry.objects.filter(kind="suspense").count() == 1


def test_without_an_open_notice_there_is_nothing_to_use_it_for(pay, apply, commitments, fund):
    pay("100.00", "B-1")

    with pytest.raises(calls.NothingToApply):
        apply()

    assert suspense(fund) == {commitments["EE"].pk: Decimal("100.00")}


def test_a_committee_uses_nothing(issued, pay, apply, fund, system):
    pay("100.00", "B-1")
    issued()
    reader = people.person(role="valuation-committee", scope_kind="fund", scope_ref=fund.public_id, system=system)

    with pytest.raises(NotPermitted):
        apply(by=reader)

    assert not ReceiptAllocation.objects.exists()


def test_what_the_page_showed_must_still_be_so(issued, pay, apply, commitments):
    pay("100.00", "B-1")
    issued()
    shown = paying.plan_from_suspense(commitments["EE"], on=TODAY).digest
    pay("50.00", "B-2")

    with pytest.raises(calls.PlanChanged):
        apply(shown="0" * 64)
    assert len(apply(shown=shown)) == 1


def test_what_was_in_suspense_on_a_day_stays_known(issued, pay, apply, fund, commitments):
    pay("100.00", "B-1")
    issued()
    moment = clock.now()
    with clock.standing_at(moment + timedelta(hours=1)):
        apply()

    assert paying.suspense(fund, as_of=TODAY, known_at=moment) == {commitments["EE"].pk: Decimal("100.00")}
    assert paying.suspense(fund, as_of=TODAY, known_at=moment + timedelta(hours=1)) == {}


class TestPlans:
    def plan(self, commitments, amount="400000.00", reference="B-1", on=TODAY):
        return calls.plan(commitments["EE"], amount=Decimal(amount), received_on=on, reference=reference, on=TODAY)

    def test_a_plan_says_what_receiving_does(self, issued, pay, commitments, fund):
        issued()
        planned = self.plan(commitments)

        pay("400000.00", "B-1", shown=planned.digest)

        assert [(part.line.notice.call.number, part.amount) for part in planned.parts] == [(1, OWED)]
        assert planned.suspense == Decimal("400000.00") - OWED == suspense(fund)[commitments["EE"].pk]

    def test_what_came_in_between_is_noticed(self, issued, pay, commitments):
        issued()
        planned = self.plan(commitments)
        pay("1.00", "B-0")

        with pytest.raises(calls.PlanChanged):
            pay("400000.00", "B-1", shown=planned.digest)

        assert Receipt.objects.count() == 1

    def test_what_stands_already_is_said_so(self, issued, pay, commitments):
        issued()
        receipt = pay("400000.00", "B-1")

        assert self.plan(commitments).standing == receipt
        with pytest.raises(calls.ReferenceUsed):
            self.plan(commitments, amount="400000.01")

    @pytest.mark.parametrize("reference", ["", "   ", "x" * 101])
    def test_a_receipt_has_a_reference(self, commitments, pay, reference):
        with pytest.raises(calls.UnfitReference):
            self.plan(commitments, reference=reference)
        with pytest.raises(calls.UnfitReference):
            pay("1.00", reference)

    def test_money_is_recorded_once_it_is_there(self, commitments, pay):
        tomorrow = TODAY + timedelta(days=1)

        with pytest.raises(calls.NotYetReceived):
            self.plan(commitments, on=tomorrow)
        with pytest.raises(calls.NotYetReceived):
            pay("1.00", "B-1", on=tomorrow)

        assert not Receipt.objects.exists()
