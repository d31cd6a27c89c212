"""Receipts on their pages: what money would pay is shown before it is booked, what is over stands in suspense."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.audit.models import AuditEvent
from portfolio.capital_calls.models import Receipt, ReceiptAllocation
from portfolio.ledger import invariants
from portfolio.ledger.models import Entry
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import text_of

RECEIPTS, RECORD = "/manage/receipts", "/manage/receipts/record"


def shown_on(page):
    return re.search(r'name="shown" value="([0-9a-f]{64})"', page)[1]


@pytest.fixture
def typed(commitments):
    def _typed(amount="400000.00", *, code="EE", reference="BANK-7", day="2026-06-01", **more):
        commitment = commitments[code].public_id if code in commitments else code
        return {"commitment": commitment, "amount": amount, "received_on": day, "reference": reference} | more

    return _typed


@pytest.fixture
def as_analyst(commitments, signed_in):
    return signed_in("analyst")


def suspense_page(commitment):
    return f"{RECEIPTS}/suspense/{commitment.public_id}"


class TestRecording:
    def test_what_it_would_pay_is_shown_before_anything_is_booked(self, issued, as_analyst, typed):
        issued("1000000.00")

        page = text_of(as_analyst.post(RECORD, typed()))

        assert "Estonia paid EUR 400 000.00" in page
        assert '<b><data class="n" value="319148.94">319 148.94</data></b>' in page
        assert '<b><data class="n" value="80851.06">80 851.06</data></b>' in page
        assert "In suspense" in page
        assert not Receipt.objects.exists()

    def test_it_is_booked_once_it_is_confirmed(self, issued, as_analyst, typed, fund):
        issued("1000000.00")
        shown = shown_on(text_of(as_analyst.post(RECORD, typed())))

        answer = as_analyst.post(RECORD, typed(shown=shown, confirmed="1"))

        assert (answer.status_code, answer.headers["Location"]) == (302, f"{RECEIPTS}?fund={fund.public_id}")
        assert Receipt.objects.get().amount == Decimal("400000.00")
        page = text_of(as_analyst.get(RECEIPTS))
        assert "Recorded: of 400 000.00, 319 148.94 pays notices and 80 851.06 stands in suspense." in page
        assert invariants.broken(fund.book) == []

    def test_several_notices_are_paid_the_oldest_due_first(self, issued, as_analyst, typed):
        issued("100.00")
        issued("200.00")

        page = text_of(as_analyst.post(RECORD, typed("50.00")))

        parts = re.findall(r"Call No\. (\d)</th>.*?<b><data class=\"n\" value=\"([\d.]+)\"", page)
        assert parts == [("1", "31.92"), ("2", "18.08")]

    def test_sent_twice_it_is_booked_once(self, issued, as_analyst, typed):
        issued("1000000.00")
        for _ in range(2):
            as_analyst.post(RECORD, typed(confirmed="1"))

        assert Receipt.objects.count() == 1
        assert Entry.objects.filter(kind="receipt").count() == 1
        assert "This receipt was already recorded" in text_of(as_analyst.post(RECORD, typed()))

    def test_a_reference_with_other_contents_is_refused_beside_its_field(self, issued, paid, as_analyst, typed):
        issued("1000000.00")
        paid("FI", "5.00", reference="BANK-7")

        for more in ({}, {"confirmed": "1"}):
            page = text_of(as_analyst.post(RECORD, typed(**more)))
            assert "A receipt with this bank reference but other contents was already recorded." in page
            assert 'value="400000.00"' in page
            assert "<title>Error: " in page
        assert Receipt.objects.count() == 1

    def test_what_came_in_between_is_shown_anew(self, issued, paid, as_analyst, typed):
        issued("1000000.00")
        shown = shown_on(text_of(as_analyst.post(RECORD, typed())))
        paid("EE", "100000.00")

        page = text_of(as_analyst.post(RECORD, typed(shown=shown, confirmed="1")))

        assert "What this money pays has changed since the page was shown." in page
        assert '<b><data class="n" value="219148.94">219 148.94</data></b>' in page
        assert shown_on(page) != shown
        assert Receipt.objects.count() == 1

    def test_one_can_go_back_to_what_was_typed(self, issued, as_analyst, typed):
        issued("1000000.00")

        page = text_of(as_analyst.post(RECORD, typed(shown="0", back="1")))
        assert 'value="400000.00"' in page
        assert 'value="BANK-7"' in page

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"amount": "0"}, "An amount is above zero, in whole cents"),
            ({"amount": "-5"}, "An amount is above zero, in whole cents"),
            ({"amount": "1.001"}, "An amount is above zero, in whole cents"),
            ({"amount": "9" * 30}, "An amount is above zero, in whole cents"),
            ({"amount": "much"}, "Write a number, such as 1234.56."),
            ({"code": "commitment_0000000000000000"}, "Choose one of the values offered."),
            ({"code": ""}, "Choose “Ally”."),
            ({"reference": "  "}, "Fill in “Bank reference”."),
            ({"reference": "x" * 101}, "Shorten “Bank reference” to 100 characters."),
            ({"day": "2026-06-02"}, "The day of the receipt lies in the future."),
            ({"day": "31 June"}, "Write the day like 2026-09-30."),
        ],
    )
    def test_what_cannot_be_is_refused_and_kept(self, issued, as_analyst, typed, given, sentence):
        issued("1000000.00")

        for more in ({}, {"confirmed": "1"}):
            page = text_of(as_analyst.post(RECORD, typed(**given, **more)))
            assert sentence in page
            assert given.get("reference", "BANK-7").strip() in page
        assert not Receipt.objects.exists()
        assert not AuditEvent.objects.filter(kind="receipt.recorded").exists()

    def test_the_form_offers_what_each_ally_owes(self, issued, as_analyst, commitments):
        issued("1000000.00")

        page = text_of(as_analyst.get(RECORD, {"commitment": commitments["EE"].public_id}))
        assert "Estonia, owes 319 148.94" in page
        assert 'value="319148.94"' in page

    @pytest.mark.parametrize(("role", "status"), [("valuation-committee", 403), ("auditor", 403)])
    def test_others_read_and_do_not_record(self, fund, system, signed_in, typed, role, status):
        where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
        browser = signed_in(people.person(role=role, system=system, **where))

        assert browser.get(RECEIPTS).status_code == 200
        assert RECORD not in text_of(browser.get(RECEIPTS))
        assert browser.get(RECORD).status_code == status
        assert browser.post(RECORD, typed(confirmed="1")).status_code == status


class TestTheList:
    def test_each_receipt_says_what_it_pays_and_what_is_over(self, issued, paid, signed_in):
        issued("1000000.00")
        paid("EE", "400000.00")
        paid("FI", "10.00")

        page = text_of(signed_in("manager").get(RECEIPTS))

        assert "2 receipts" in page
        assert "1 Ally has money in suspense" in page
        assert page.count(">No. 1</a>") == 2
        assert '<dd class="fig"><data class="n" value="400010.00">400 010.00</data></dd>' in page
        assert '<dd class="fig"><data class="n" value="80851.06">80 851.06</data></dd>' in page

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({}, "2 receipts"),
            ({"as_of": "2026-05-31"}, "Nothing was received"),
            ({"known_at": "2026-05-31T00:00Z"}, "Nothing"),
        ],
    )
    def test_it_is_told_as_of_and_as_known(self, issued, paid, signed_in, asked, count):
        issued("1000000.00")
        paid("EE", "1.00")
        paid("FI", "1.00")

        assert count in text_of(signed_in("manager").get(RECEIPTS, asked))

    def test_it_is_narrowed_to_an_ally(self, issued, paid, signed_in, commitments, system):
        issued("1000000.00")
        paid("EE", "1.00")
        paid("FI", "2.00")
        elsewhere = funds.fund(system=system, name="Other fund")
        strange = funds.commitment(
            elsewhere, commitments["EE"].nation, at_closing=funds.closing(elsewhere, system=system), system=system
        )
        browser = signed_in("manager")

        assert "1 receipt<" in text_of(browser.get(RECEIPTS, {"commitment": commitments["FI"].public_id}))
        for odd in (strange.public_id, "EE\x00", "'"):
            assert browser.get(RECEIPTS, {"commitment": odd}).status_code == 404
            assert browser.get(f"{RECEIPTS}.xlsx", {"commitment": odd}).status_code == 404

    def test_the_workbook_holds_exact_numbers(self, issued, paid, signed_in):
        issued("1000000.00")
        paid("EE", "400000.00", reference="=1+1")

        content = signed_in("manager").get(f"{RECEIPTS}.xlsx").content
        rows = [
            list(row)
            for row in openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Receipts"].iter_rows(
                values_only=True
            )
        ]

        assert rows[1][1:7] == ["Estonia", 400000, "1", 319148.94, 80851.06, "'=1+1"]
        assert rows[-1][2:6] == [400000, "", 319148.94, 80851.06]

    def test_it_takes_the_same_queries_however_many_receipts(self, issued, paid, signed_in):
        issued("1000000.00")
        browser, counts, number = signed_in("manager"), [], 0
        for target in (1, 3, 30):
            while number < target:
                number += 1
                paid("EE" if number % 2 else "FI", "1.00")
            browser.get(RECEIPTS)
            with CaptureQueriesContext(connection) as caught:
                browser.get(RECEIPTS)
            counts.append(len(caught))

        assert len(set(counts)) == 1, counts


class TestSuspense:
    def test_it_is_used_after_a_look_at_what_it_pays(self, issued, paid, as_analyst, commitments, fund):
        paid("EE", "350000.00")
        issued("1000000.00")
        assert suspense_page(commitments["EE"]) in text_of(as_analyst.get(RECEIPTS))

        page = text_of(as_analyst.get(suspense_page(commitments["EE"])))
        assert "Estonia has EUR 350 000.00 in suspense" in page
        assert "Use EUR 319 148.94" in page
        answer = as_analyst.post(suspense_page(commitments["EE"]), {"shown": shown_on(page)})

        assert answer.status_code == 302
        assert ReceiptAllocation.objects.get().amount == Decimal("319148.94")
        assert "319 148.94 from suspense pays open notices now." in text_of(as_analyst.get(RECEIPTS))
        assert invariants.broken(fund.book) == []

    def test_without_an_open_notice_there_is_nothing_to_press(self, paid, as_analyst, commitments):
        paid("EE", "5.00")

        page = text_of(as_analyst.get(suspense_page(commitments["EE"])))
        assert "There is nothing to use, or nothing to use it for." in page
        answer = as_analyst.post(suspense_page(commitments["EE"]))
        assert "There is nothing in suspense for this Ally, or no notice that is open." in text_of(answer)
        assert not ReceiptAllocation.objects.exists()

    def test_others_do_not_use_it(self, paid, commitments, fund, system, signed_in):
        paid("EE", "5.00")
        other = funds.fund(system=system, name="Other fund")
        where = {"scope_kind": "fund", "system": system}
        committee = people.person(role="valuation-committee", scope_ref=fund.public_id, **where)
        stranger = people.person(role="fund-manager", scope_ref=other.public_id, **where)

        assert signed_in(committee).get(suspense_page(commitments["EE"])).status_code == 403
        assert signed_in(stranger).post(suspense_page(commitments["EE"])).status_code == 404


def test_reading_the_past_offers_nothing_to_record(issued, paid, signed_in):
    issued("1000000.00")
    paid("EE", "400000.00")

    page = text_of(signed_in("analyst").get(RECEIPTS, {"known_at": clock.now().isoformat().replace("+00:00", "Z")}))
    assert RECORD not in page
    assert "/suspense/" not in page
