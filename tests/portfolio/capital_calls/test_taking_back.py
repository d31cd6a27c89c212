"""A receipt that was wrong is taken back: it counts as nothing, what it paid is open again, and what was known stays."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from portfolio.capital_calls import paying, queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import Receipt, ReceiptAllocation, ReceiptTakenBack
from portfolio.fees import services as fees
from portfolio.ledger import correcting, invariants
from portfolio.ledger import services as ledger
from portfolio.ledger.correcting import NeedsReason, NotTakenBack
from portfolio.ledger.models import Entry
from portfolio.performance import diary
from portfolio.performance import queries as performance
from tests.factories import people
from tests.portfolio.capital_calls.conftest import TODAY, text_of

OWED = Decimal("319148.94")
"""Estonia's part of a call of one million."""
ZERO = Decimal(0)
MAY = date(2026, 5, 15)


@pytest.fixture
def take_back(staff):
    def _take_back(receipt, *, because="of another Ally", by=None):
        return calls.take_back_receipt(receipt, because=because, by=by or staff["manager"], at=clock.now())

    return _take_back


@pytest.fixture
def apply(commitments, staff):
    def _apply(code="EE"):
        return calls.apply_suspense(commitments[code], by=staff["analyst"], on=TODAY, at=clock.now())

    return _apply


@pytest.fixture
def later():
    """The moment before, and from then on an hour later."""
    moment = clock.now()
    with clock.standing_at(moment + timedelta(hours=1)):
        yield moment


def close(fund, staff, through=date(2026, 5, 31)):
    return ledger.close(fund.book, through=through, today=TODAY, by=staff["manager"], at=clock.now())


def figures(fund, as_of=TODAY, known_at=None):
    found = performance.figures(fund, as_of=as_of, known_at=known_at or clock.now())
    return found.paid_in, found.cash


def told(fund, as_of=TODAY, known_at=None):
    """All receipts: received, paid on calls, in suspense."""
    found = paying.held(fund, as_of=as_of, known_at=known_at or clock.now())
    return found.received, found.paid, found.suspense


def open_of(commitment):
    return sum((line.open for line in queries.open_notices(commitment.pk, as_of=TODAY)), ZERO)


class TestCountsAsNothing:
    def test_what_it_paid_is_owed_again_and_what_was_known_before_stays(
        self, issued, paid, take_back, fund, commitments, later
    ):
        issued()
        with clock.standing_at(later):
            receipt = paid("EE", "400000.00")

        taken = take_back(receipt, because="  of another Ally ")

        assert (taken.effective_on, taken.reason) == (TODAY, "of another Ally")
        assert (taken.entry.reverses.subject, taken.entry.adjusts) == (receipt.public_id, None)
        assert figures(fund) == (ZERO, ZERO)
        assert figures(fund, known_at=later) == (OWED, Decimal("400000.00"))
        assert told(fund) == (ZERO, ZERO, ZERO)
        assert told(fund, known_at=later) == (Decimal("400000.00"), OWED, Decimal("400000.00") - OWED)
        assert open_of(commitments["EE"]) == queries.open_by_commitment(fund)[commitments["EE"].pk] == OWED
        assert paying.in_suspense(commitments["EE"]) == []
        assert invariants.broken(fund.book) == []

    def test_every_reader_leaves_it_out(self, issued, paid, take_back, fund, commitments, staff):
        call = issued()
        take_back(paid("EE", "400000.00"))
        now = {"as_of": TODAY, "known_at": clock.now()}

        assert list(paying.received(fund, **now)) == []
        assert queries.receipts_of(call, **now) == []
        assert queries.paid_by_call(fund, **now) == queries.paid_in(fund, **now) == paying.suspense(fund, **now) == {}
        assert {line.paid for line in queries.notices(call, known_at=clock.now())} == {ZERO}
        assert paying.suspense_by_fund(staff["manager"]) == []
        assert {line.open for line in queries.due_notices(staff["manager"], until=date(2026, 7, 1))} >= {OWED}
        assert [one.receipt for one in paying.taken_back(fund, **now)] == [Receipt.objects.get()]

    def test_the_flows_of_its_ally_are_without_it(self, issued, paid, take_back, fund, commitments, later):
        issued()
        with clock.standing_at(later):
            wrong = paid("EE", OWED)
            paid("FI", "100.00")
        take_back(wrong)

        now = {"as_of": TODAY, "known_at": clock.now()}
        assert queries.paid_in(fund, **now) == {commitments["FI"].pk: Decimal("100.00")}
        flows = diary.allocations(fund, **now).values_list("receipt__commitment_id", "amount")
        assert list(flows) == [(commitments["FI"].pk, Decimal("100.00"))]

    def test_a_call_that_it_settled_is_issued_again_and_settled_by_what_was_right(self, issued, paid, take_back, fund):
        call = issued("3.00")
        for line in queries.notices(call, known_at=clock.now()):
            receipt = paid(line.notice.commitment.nation_id, line.amount)
        call.refresh_from_db()
        assert call.state == "settled"

        take_back(receipt)

        call.refresh_from_db()
        assert call.state == "issued"
        told = AuditEvent.objects.get(kind="capital_call.opened_again")
        assert (told.subject, told.after) == (call.public_id, {"number": 1})
        assert invariants.broken(fund.book) == []
        paid(receipt.commitment.nation_id, receipt.amount)
        call.refresh_from_db()
        assert call.state == "settled"
        assert invariants.broken(fund.book) == []

    def test_a_call_on_which_nothing_stands_any_more_can_be_cancelled(self, issued, paid, take_back, fund, staff):
        call = issued()
        receipt = paid("EE", "100.00")
        with pytest.raises(calls.AlreadyPaid):
            calls.cancel(call, because="wrong", by=staff["manager"], on=TODAY, at=clock.now())
        take_back(receipt)

        calls.cancel(call, because="wrong", by=staff["manager"], on=TODAY, at=clock.now())

        assert invariants.broken(fund.book) == []

    def test_a_settled_call_is_not_issued_by_people(self, issued, paid, staff):
        call = issued("3.00")
        for line in queries.notices(call, known_at=clock.now()):
            paid(line.notice.commitment.nation_id, line.amount)
        call.refresh_from_db()

        with pytest.raises(calls.WrongState):
            calls.issue(call, by=staff["second"], on=TODAY, at=clock.now())

    def test_what_was_paid_of_its_suspense_since_is_released_with_it(
        self, issued, paid, apply, take_back, fund, commitments
    ):
        receipt = paid("EE", "100000.00", on=MAY)
        issued()
        apply()

        take_back(receipt)

        assert open_of(commitments["EE"]) == OWED
        assert [
            (one.effective_on, one.reverses.kind) for one in Entry.objects.filter(kind="reversal").order_by("pk")
        ] == [
            (MAY, "receipt"),
            (TODAY, "suspense"),
        ]
        assert figures(fund, MAY) == figures(fund) == (ZERO, ZERO)
        assert invariants.broken(fund.book) == []

    def test_its_day_is_the_first_open_one_where_its_period_is_closed(self, issued, paid, take_back, fund, staff):
        issued(on=MAY)
        receipt = paid("EE", "400000.00", on=MAY)
        period = close(fund, staff)

        taken = take_back(receipt)

        assert (taken.effective_on, taken.entry.effective_on, taken.entry.adjusts) == (TODAY, TODAY, period)
        assert figures(fund, date(2026, 5, 31)) == (OWED, Decimal("400000.00"))
        assert told(fund, date(2026, 5, 31)) == (Decimal("400000.00"), OWED, Decimal("400000.00") - OWED)
        assert figures(fund) == (ZERO, ZERO)
        assert invariants.broken(fund.book) == []

    def test_what_was_right_is_recorded_under_a_reference_of_its_own(self, issued, paid, take_back, fund, commitments):
        issued()
        take_back(paid("EE", "400000.00", reference="B-1"), because="wrong amount")

        for amount in ("400000.00", "40000.00"):
            with pytest.raises(
                calls.ReferenceTakenBack, match=r"taken back on 1\s+Jun.*2026: wrong amount.*“B-1 \(2\)”"
            ):
                paid("EE", amount, reference="B-1")
        paid("EE", "40000.00", reference="B-1 (2)")

        assert figures(fund) == (Decimal("40000.00"), Decimal("40000.00"))
        assert invariants.broken(fund.book) == []


class TestRefusals:
    def test_it_is_taken_back_once(self, paid, take_back):
        receipt = paid("EE", "1.00")
        take_back(receipt)

        with pytest.raises(ledger.AlreadyReversed):
            take_back(receipt)

        assert Entry.objects.filter(kind="reversal").count() == ReceiptTakenBack.objects.count() == 1

    def test_it_needs_a_reason(self, paid, take_back, fund):
        receipt = paid("EE", "1.00")

        with pytest.raises(NeedsReason):
            take_back(receipt, because="  ")

        assert figures(fund)[1] == Decimal("1.00")

    @pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee", "auditor"])
    def test_who_may_not_record_what_moves_money_takes_nothing_back(self, paid, take_back, fund, role, system):
        receipt = paid("EE", "1.00")
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}

        with pytest.raises(NotPermitted):
            take_back(receipt, by=people.person(role=role, system=system, **where))

        assert not ReceiptTakenBack.objects.exists()

    def test_money_that_was_spent_since_stands_against_it(self, paid, take_back, fund, staff):
        receipt = paid("EE", "100.00", on=MAY)
        fees.pay(
            fund, line="expenses", amount=Decimal("30.00"), effective_on=TODAY, memo="", key="f", by=staff["manager"],
            at=clock.now(),
        )  # fmt: skip

        with pytest.raises(calls.SpentSince, match=r"brought 100\.00, and on 1\s+Jun.*the fund holds 70\.00 in cash"):
            take_back(receipt)

        assert figures(fund)[1] == Decimal("70.00")
        paid("FI", "100.00", on=MAY)
        take_back(receipt)
        assert figures(fund)[1] == Decimal("70.00")

    def test_what_used_its_suspense_is_not_taken_back_by_itself(self, issued, paid, apply):
        paid("EE", "100.00")
        issued()
        apply()

        with pytest.raises(NotTakenBack, match="Take the receipt back"):
            correcting.way_of(Entry.objects.get(kind="suspense"))

    def test_the_trail_says_who_what_and_why(self, paid, take_back, fund, staff):
        receipt = paid("EE", "1.00")
        take_back(receipt)

        event = AuditEvent.objects.get(kind="receipt.taken_back")
        assert (event.chain, event.actor, event.subject) == (
            fund.public_id,
            staff["manager"].public_id,
            receipt.public_id,
        )
        assert event.after == {
            "amount": "1.00",
            "commitment": receipt.commitment.public_id,
            "effective_on": "2026-06-01",
            "reason": "of another Ally",
        }


class TestTables:
    def test_it_is_written_once(self, paid, take_back):
        taken = take_back(paid("EE", "1.00"))

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ReceiptTakenBack.objects.filter(pk=taken.pk).update(reason="another")

    def test_nothing_is_paid_by_what_was_taken_back(self, issued, paid, take_back):
        receipt = paid("EE", "1.00")
        notice = issued().notices.get(commitment=receipt.commitment)
        take_back(receipt)

        with pytest.raises(IntegrityError, match="more is allocated"), transaction.atomic():
            ReceiptAllocation.objects.create(
                receipt=receipt, notice=notice, amount=Decimal("1.00"), effective_on=TODAY, recorded_at=clock.now()
            )

    def test_a_receipt_offset_without_being_taken_back_is_found(self, paid, fund, staff):
        paid("EE", "1.00")
        entry = Entry.objects.get(kind="receipt")
        ledger.reverse(entry, effective_on=TODAY, by=staff["manager"], at=clock.now())

        assert "each receipt stands in the books as cash" in [one.name for one in invariants.broken(fund.book)]

    def test_one_taken_back_that_is_not_offset_is_found(self, paid, fund, staff):
        receipt = paid("EE", "1.00")
        ReceiptTakenBack.objects.create(
            receipt=receipt, entry=Entry.objects.get(kind="receipt"), effective_on=TODAY, reason="wrong",
            recorded_at=clock.now(), recorded_by=staff["manager"],
        )  # fmt: skip

        assert "each receipt stands in the books as cash" in [one.name for one in invariants.broken(fund.book)]


RECEIPTS = "/manage/receipts"


def page_of(receipt):
    entry = Entry.objects.get(kind="receipt", subject=receipt.public_id)
    return f"/manage/ledger/entries/{entry.public_id}/take-back"


class TestPages:
    @pytest.fixture
    def receipt(self, issued, paid):
        issued()
        return paid("EE", "400000.00", reference="BANK-7")

    @pytest.fixture
    def browser(self, receipt, signed_in):
        return signed_in("manager", fresh=True)

    def test_the_list_leads_to_taking_a_receipt_back(self, receipt, browser):
        assert f'href="{page_of(receipt)}"' in text_of(browser.get(RECEIPTS))

        page = text_of(browser.get(page_of(receipt)))

        assert "Call No. 1 is open again by 319 148.94." in page
        assert "80 851.06 of it stands in suspense no more." in page
        assert "The fund’s cash and what the Ally paid in fall by it, and what it paid is owed again." in page

    def test_it_is_taken_back_by_the_form_and_the_list_says_why(self, receipt, browser):
        browser.post(page_of(receipt), {"because": "of another Ally"})

        page = text_of(browser.get(RECEIPTS))
        assert "What was taken back" in page
        assert "of another Ally" in page
        assert "take-back" not in page
        assert ReceiptTakenBack.objects.get().receipt == receipt

    def test_a_refusal_stands_on_the_page_and_nothing_changes(self, receipt, browser, fund, staff):
        fees.pay(
            fund, line="expenses", amount=Decimal("1.00"), effective_on=TODAY, memo="", key="f", by=staff["manager"],
            at=clock.now(),
        )  # fmt: skip

        answer = browser.post(page_of(receipt), {"because": "of another Ally"})

        assert answer.status_code == 409
        assert "Record first what really came in, or take back what was paid with it." in text_of(answer)
        assert 'value="of another Ally"' in text_of(answer)
        assert not ReceiptTakenBack.objects.exists()

    def test_the_list_of_the_past_shows_what_was_known_then(self, receipt, browser, take_back):
        before = clock.now()
        with clock.standing_at(before + timedelta(seconds=1)):
            take_back(receipt)
        with clock.standing_at(before + timedelta(seconds=2)):
            page = text_of(browser.get(RECEIPTS, {"known_at": before.isoformat().replace("+00:00", "Z")}))

        assert "What was taken back" not in page
        assert "BANK-7" in page
        assert "take-back" not in page

    def test_an_analyst_sees_no_button(self, receipt, signed_in):
        analyst = signed_in("analyst")

        assert "take-back" not in text_of(analyst.get(RECEIPTS))
        assert analyst.get(page_of(receipt)).status_code == 403

    def test_the_workbook_has_what_was_taken_back_on_a_sheet_of_its_own(self, receipt, browser, take_back):
        take_back(receipt)

        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{RECEIPTS}.xlsx").content))

        rows = list(book["Taken back"].iter_rows(values_only=True))
        assert rows[1][1:5] == ("Estonia", 400000, "BANK-7", "of another Ally")
        assert [row[2] for row in book["Receipts"].iter_rows(values_only=True)][1:] == [0]

    def test_the_form_says_what_became_of_its_reference(self, receipt, take_back, signed_in, commitments):
        take_back(receipt)

        typed = {
            "commitment": commitments["EE"].public_id,
            "amount": "40.00",
            "received_on": "2026-06-01",
            "reference": "BANK-7",
        }
        page = text_of(signed_in("analyst").post(f"{RECEIPTS}/record", typed))

        assert "The receipt of this bank reference was taken back on" in page
        assert "of another Ally" in page
        assert 'value="40.00"' in page
