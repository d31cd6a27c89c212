"""What an Ally sees of the calls: its account and its notices, to the cent, and not one figure of another's."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from portfolio.capital_calls import queries, standing
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallNotice
from portfolio.capital_calls.services import Line
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of

ACCOUNT, WORKBOOK = "/ally/", "/ally/figures.xlsx"
OTHERS = ("372340.42", "372 340.42", "308510.64", "308 510.64", "Finland", "Luxembourg", "35000000", "35 000 000")
"""The other Allies' parts of a call of one million, their commitments and their names."""


@pytest.fixture
def as_ally(commitments, system, signed_in):
    def sign_in(code="EE", language="en"):
        person = people.person(
            role="ally-representative", scope_kind="nation", scope_ref=code, language=language, system=system
        )
        return signed_in(person)

    return sign_in


def notice_of(call, code="EE"):
    return call.notices.get(commitment__nation=code)


def page_of(call, code="EE"):
    return f"/ally/notices/{notice_of(call, code).public_id}"


class TestTheAccount:
    def test_it_says_what_was_called_paid_and_is_due(self, issued, paid, as_ally):
        issued("1000000.00")
        paid("EE", "100000.00")

        page = text_of(as_ally().get(ACCOUNT))

        assert '<dt>Called</dt><dd class="fig">0.32</dd><dd>1.1 % of the commitment</dd>' in page
        assert '<dt>Paid in</dt><dd class="fig">0.10</dd>' in page
        assert '<dt>Unfunded</dt><dd class="fig">29.68</dd>' in page
        assert '<dt>To pay now</dt><dd class="fig">0.22</dd><dd>by 15 Jun 2026</dd>' in page
        assert "Capital call No. 1: EUR 219 148.94" in page
        assert "100 000.00 of 319 148.94 is paid." in page

    def test_it_holds_nothing_of_the_others(self, issued, paid, as_ally):
        call = issued("1000000.00")
        paid("EE", "319148.94", reference="OWN-1")
        paid("FI", "372340.42", reference="FINN-1")
        browser = as_ally()

        pages = [text_of(browser.get(address)) for address in (ACCOUNT, page_of(call))]
        book = openpyxl.load_workbook(io.BytesIO(browser.get(WORKBOOK).content), read_only=True)
        cells = repr([list(sheet.iter_rows(values_only=True)) for sheet in book])

        for told in (*pages, cells):
            assert [words for words in (*OTHERS, "FINN-1") if words in told] == []
            assert "OWN-1" in told

    def test_what_is_paid_in_full_leaves_nothing_to_do(self, issued, paid, as_ally):
        issued("1000000.00")
        paid("EE", "400000.00")

        page = text_of(as_ally().get(ACCOUNT))
        assert "Nothing to do." in page
        assert "and 80 851.06 in suspense" in page
        assert "Paid in full" in page

    def test_what_is_late_says_since_when(self, issued, as_ally):
        issued("1000000.00")
        with clock.standing_at(clock.now() + timedelta(days=15)):
            page = text_of(as_ally().get(ACCOUNT))

        assert "Was due 15 Jun 2026" in page
        assert "of it overdue: 319 148.94" in page

    def test_drafts_are_nobodys_business_but_the_funds(self, drafted, staff, as_ally):
        calls.submit(drafted("1000000.00"), by=staff["analyst"])

        page = text_of(as_ally().get(ACCOUNT))
        assert "No capital was called by then." in page
        assert "No. 1" not in page

    def test_a_cancelled_call_is_told_and_not_counted(self, issued, staff, as_ally):
        call = issued("1000000.00")
        calls.cancel(call, because="mistake", by=staff["manager"], on=TODAY, at=clock.now())

        page = text_of(as_ally().get(ACCOUNT))
        assert '<dt>Called</dt><dd class="fig">0.00</dd>' in page
        assert "Cancelled" in page
        assert "The call was cancelled on 1 Jun 2026." in text_of(as_ally().get(page_of(call)))

    def test_it_is_told_as_of_and_as_known(self, issued, paid, as_ally):
        issued("1000000.00")
        moment = clock.now()
        with clock.standing_at(moment + timedelta(hours=1)):
            paid("EE", "100000.00")
            known = text_of(as_ally().get(ACCOUNT, {"known_at": moment.isoformat()}))
            now = text_of(as_ally().get(ACCOUNT))
            before = text_of(as_ally().get(ACCOUNT, {"as_of": "2026-05-31"}))

        assert '<dt>Paid in</dt><dd class="fig">0.00</dd>' in known
        assert '<dt>Paid in</dt><dd class="fig">0.10</dd>' in now
        assert '<dt>Called</dt><dd class="fig">0.00</dd>' in before
        assert "For you to do" in now
        assert "For you to do" not in known

    def test_returns_say_the_rate_with_its_status_and_the_multiples(self, issued, paid, as_ally):
        issued("1000000.00")
        paid("EE", "300000.00")

        page = text_of(as_ally().get(ACCOUNT))

        assert '<dt>IRR</dt><dd class="fig">–</dd><dd>everything happened on one day</dd>' in page
        assert re.search(r"PIC</abbr></dt><dd class=\"fig\">0\.01×</dd>", page)
        assert re.search(r"DPI</abbr></dt><dd class=\"fig\">0\.00×</dd>", page)

    def test_before_a_payment_there_is_no_return(self, issued, as_ally):
        issued("1000000.00")

        assert "Nothing was paid in by then, so there is no return." in text_of(as_ally().get(ACCOUNT))

    def test_the_workbook_is_exact(self, issued, paid, as_ally):
        issued("1000000.00")
        paid("EE", "400000.00")

        book = openpyxl.load_workbook(io.BytesIO(as_ally().get(WORKBOOK).content), read_only=True)
        rows = {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}

        assert rows["Calls and payments"][1] == [30000000, 319148.94, 319148.94, 29680851.06, 0, 0, 80851.06]
        assert rows["Notices"][1][3:9] == [319148.94, 319148.94, 319148.94, 0, "Paid in full", "CALL-1-EE"]
        assert rows["Payments"][1][1:5] == [400000, "1", 319148.94, 80851.06]
        assert rows["Returns"][1][1] == "everything happened on one day"

    def test_it_takes_the_same_queries_however_many_notices(self, issued, paid, as_ally):
        browser, counts, number = as_ally(), [], 0
        for target in (1, 3, 10):
            while number < target:
                number += 1
                issued("3.00")
                paid("EE", "0.10")
            browser.get(ACCOUNT)
            with CaptureQueriesContext(connection) as caught:
                browser.get(ACCOUNT)
            counts.append(len(caught))

        assert len(set(counts)) == 1, counts


class TestTheNotice:
    def test_it_says_what_for_by_when_and_how_it_was_computed(self, issued, paid, as_ally):
        call = issued("1000000.00")
        paid("EE", "100000.00", reference="OWN-1")

        page = text_of(as_ally().get(page_of(call)))

        for said in (
            '<dd class="fig"><data class="n" value="319148.94">319 148.94</data></dd><dd>31.9149 % of the pool</dd>',
            '<dd class="fig">15 Jun 2026</dd><dd>10 weekdays after issue</dd>',
            "<code>CALL-1-EE</code>",
            "First tickets",
            '<data class="n" value="94000000.01">94 000 000.01</data>',
            '<data class="n" value="319148.936136">319 148.936136</data>',
            "<dd>0.003864</dd>",
            "OWN-1",
            '<data class="n" value="219148.94">219 148.94</data>',
        ):
            assert said in page, said

    def test_the_parts_of_the_purposes_add_up_to_the_notice(self, fund, commitments, staff):
        lines = [
            Line("investment", "Tickets", Decimal("100.01")),
            Line("fund-stake", "Stakes", Decimal("33.33")),
            Line("management-fee", "Fee", Decimal("7.77"), inside_commitment=False),
        ]
        call = calls.draft(fund, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now())
        call = calls.submit(call, by=staff["analyst"])
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        call = calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())

        for notice in CallNotice.objects.all():
            parts = standing.purposes(notice)
            assert sum(one.part for one in parts) == notice.amount
            assert sum(one.part for one in parts if one.line.inside_commitment) == notice.inside

    def test_what_was_shared_again_is_said_to_be_no_plain_share(self, issued, commitments, system, as_ally):
        issued("94000000.01")
        for code, amount in (("EE", "31000000.00"), ("LU", "29000000.51")):
            funds.amendment(commitments[code], amount, effective_on=TODAY, at=clock.now(), system=system)
        call = issued("2.00")

        page = text_of(as_ally().get(page_of(call)))
        assert "The amount is not the plain share: a commitment was exhausted" in page

    def test_another_nations_notice_is_not_there(self, issued, as_ally):
        call = issued("1000000.00")

        for code in ("FI", "LU"):
            assert as_ally("EE").get(page_of(call, code)).status_code == 404
        assert as_ally("FI").get(page_of(call, "FI")).status_code == 200
        assert as_ally("EE").get("/ally/notices/notice_0000000000000000").status_code == 404

    def test_the_fund_reads_it_on_its_own_pages(self, issued, signed_in):
        assert signed_in("manager").get(page_of(issued("1000000.00"))).status_code == 404

    def test_the_funds_pages_of_a_call_are_not_an_allys(self, issued, as_ally):
        call = issued("1000000.00")

        assert as_ally().get(f"/manage/calls/{call.public_id}").status_code == 404
        for address in ("/manage/calls", "/manage/receipts", "/manage/receipts/record", "/manage/calls.xlsx"):
            assert as_ally().get(address).status_code == 403

    def test_before_it_was_issued_there_is_nothing_to_read(self, issued, as_ally):
        page = text_of(as_ally().get(page_of(issued("1000000.00")), {"as_of": "2026-05-31"}))

        assert "This call was not issued by then." in page
        assert "319 148.94" not in page

    def test_it_speaks_french(self, issued, as_ally):
        page = text_of(as_ally("EE", "fr").get(page_of(issued("1000000.00"))))

        assert "319 148,94" in page
        assert "15 juin 2026" in page
