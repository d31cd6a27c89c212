"""The list of calls and the page of one: what waits, who signed what, what each Ally pays, and what is open."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.services import Line
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of

CALLS = "/manage/calls"


def page_of(call, act=""):
    return f"{CALLS}/{call.public_id}{act and '/'}{act}"


def approved(call, staff):
    call = calls.submit(call, by=staff["analyst"])
    calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
    return call


def sheets(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}


class TestTheList:
    def test_what_waits_for_the_person_stands_first(self, drafted, issued, staff, signed_in):
        waiting = calls.submit(drafted("5.00"), by=staff["analyst"])
        later = issued("7.00")

        of_manager, of_analyst = (text_of(signed_in(who).get(CALLS)) for who in ("manager", "analyst"))

        assert of_manager.index(page_of(waiting)) < of_manager.index(page_of(later))
        assert "Waits for your approval" in of_manager
        assert of_analyst.index(page_of(later)) < of_analyst.index(page_of(waiting))
        assert "Waits for your approval" not in of_analyst

    def test_an_approved_call_waits_for_whoever_may_issue(self, drafted, staff, signed_in):
        approved(drafted(), staff)

        page = text_of(signed_in("second").get(CALLS))
        assert "Waits for you to issue it" in page
        assert "Approved, to be issued" in page

    def test_a_draft_waits_for_its_author(self, drafted, signed_in):
        drafted()

        assert "Your draft: go on or submit it" in text_of(signed_in("analyst").get(CALLS))
        assert "Your draft" not in text_of(signed_in("manager").get(CALLS))

    def test_amounts_are_exact_and_sum_what_is_issued(self, drafted, issued, paid, signed_in):
        issued("1000000.00")
        issued("500000.00")
        drafted("9.00")
        paid("EE", "400000.00")

        page = text_of(signed_in("manager").get(CALLS))

        assert "Total, 2 issued calls" in page
        assert '<data class="n" value="1500000.00">1 500 000.00</data>' in page
        assert '<data class="n" value="400000.00">400 000.00</data>' in page
        assert '<data class="n" value="1100000.00">1 100 000.00</data>' in page

    @pytest.mark.parametrize(
        ("asked", "shown"),
        [
            ({}, {"draft", "issued"}),
            ({"state": "draft"}, {"draft"}),
            ({"state": "issued"}, {"issued"}),
            ({"state": "waiting"}, {"draft"}),
            ({"state": "settled"}, set()),
            ({"state": "<script>"}, set()),
            ({"as_of": "2026-05-31"}, set()),
            ({"known_at": "2026-06-01T11:59:00Z"}, set()),
            ({"as_of": "2026-06-16", "state": "overdue"}, {"issued"}),
        ],
    )
    def test_it_is_narrowed_by_state_and_by_time(self, drafted, issued, signed_in, asked, shown):
        found = {"draft": drafted("5.00"), "issued": issued("7.00")}

        page = text_of(signed_in("analyst").get(CALLS, asked))

        assert {name for name, call in found.items() if page_of(call) in page} == shown
        assert "<script>" not in page

    def test_drafts_are_working_papers_and_not_told_of_the_past(self, drafted, issued, signed_in):
        draft, call = drafted("5.00"), issued("7.00")

        page = text_of(signed_in("analyst").get(CALLS, {"known_at": "2026-06-01T12:00:00Z"}))

        assert page_of(call) in page
        assert page_of(draft) not in page
        assert "drafts are working papers" in page

    def test_without_calls_it_says_how_one_comes_about(self, fund, signed_in):
        assert "approved and issued by another" in text_of(signed_in("manager").get(CALLS))

    def test_the_workbook_holds_exact_numbers(self, issued, paid, signed_in):
        issued("1000000.00")
        paid("EE", "19148.94")

        rows = sheets(signed_in("manager").get(f"{CALLS}.xlsx"))["Capital calls"]

        assert rows[1][:2] == [1, "Paid in part"]
        assert rows[1][4:7] == rows[2][4:7] == [1000000, 19148.94, 980851.06]

    def test_it_takes_the_same_queries_however_many_calls(self, drafted, issued, staff, paid, signed_in):
        browser, counts, number = signed_in("manager"), [], 0
        for target in (1, 3, 10):
            while number < target:
                number += 1
                issued("3.00")
                approved(drafted("4.00"), staff)
                paid("EE", "1.00")
            browser.get(CALLS)
            with CaptureQueriesContext(connection) as caught:
                browser.get(CALLS)
            counts.append(len(caught))

        assert len(set(counts)) == 1, counts


class TestOneCall:
    def test_a_draft_shows_what_each_ally_would_pay(self, drafted, signed_in):
        page = text_of(signed_in("manager").get(page_of(drafted("1000000.00"))))

        assert "What each Ally would pay" in page
        assert '<data class="n" value="319148.94">319 148.94</data>' in page
        assert "31.9149 %" in page
        assert '<data class="n" value="30000000.00">30 000 000.00</data>' in page
        assert '<data class="n" value="29680851.06">29 680 851.06</data>' in page
        assert "Total, 3 Allies" in page

    def test_the_parts_and_what_is_unfunded_add_up(self, drafted, issued, signed_in):
        issued("500000.00")
        call = drafted("1000000.00")
        rows = sheets(signed_in("manager").get(page_of(call, "export.xlsx")))["Split"]

        parts, total = rows[1:-1], rows[-1]
        for column in (1, 3, 4, 6, 7):
            assert sum(Decimal(str(row[column])) for row in parts) == Decimal(str(total[column]))
        assert (total[3], total[6], total[7]) == (1000000, 93500000.01, 92500000.01)

    def test_the_split_of_an_issued_call_stays_what_it_was(self, issued, signed_in, system, commitments):
        call = issued("1000000.00")
        before = sheets(signed_in("manager").get(page_of(call, "export.xlsx")))["Split"]
        with clock.standing_at(clock.now() + timedelta(hours=1)):
            issued("2000000.00")
            funds.amendment(commitments["EE"], "40000000.00", effective_on=TODAY, at=clock.now(), system=system)
            after = sheets(signed_in("manager").get(page_of(call, "export.xlsx")))["Split"]

        assert before == after
        assert (before[-1][6], before[-1][7]) == (94000000.01, 93000000.01)

    def test_notices_say_what_is_paid_open_and_in_suspense(self, issued, paid, signed_in):
        call = issued("1000000.00")
        paid("EE", "400000.00")
        paid("FI", "100.00")

        page = text_of(signed_in("manager").get(page_of(call)))

        assert "in suspense: 80 851.06" in page
        for state in ("Paid in full", "Paid in part", "To be paid"):
            assert state in page
        assert '<data class="n" value="372240.42">372 240.42</data>' in page
        assert "BANK-2" in page

    def test_what_is_late_is_said_so(self, issued, signed_in):
        call = issued("1000000.00")
        with clock.standing_at(clock.now() + timedelta(days=15)):
            page = text_of(signed_in("manager").get(page_of(call)))

        assert "3 notices are open after their due date: EUR 1 000 000.00." in page
        assert page.count("Overdue") == 4

    def test_a_cancelled_call_owes_nothing_and_says_why(self, issued, staff, signed_in):
        call = issued()
        calls.cancel(call, because="wrong due date", by=staff["manager"], on=TODAY, at=clock.now())

        page = text_of(signed_in("manager").get(page_of(call)))
        assert "Cancelled on 1 Jun 2026: wrong due date" in page
        assert "Overdue" not in page

    def test_days_of_notice_are_said_and_few_are_warned_of(self, drafted, staff, signed_in):
        call = drafted()
        assert "Due Mon 15 Jun 2026, 10 weekdays later" in text_of(signed_in("manager").get(page_of(call)))

        sooner = calls.edit(
            call, due_on=DUE - timedelta(days=3), lines=list(call.lines.all()), by=staff["analyst"], at=clock.now()
        )
        page = text_of(signed_in("manager").get(page_of(sooner)))
        assert "the Allies would have 9 weekdays to pay. At least 10 are customary" in page

    def test_a_call_that_cannot_be_issued_says_by_which_rule(self, drafted, issued, signed_in):
        call = drafted("94000000.01")
        issued("1.00")

        page = text_of(signed_in("manager").get(page_of(call)))
        assert "As it stands, this call could not be issued." in page
        assert "94 000 000.01 inside commitment; 93 999 999.01 is unfunded. Lower the call by 1.00." in page

    def test_before_it_was_issued_it_says_so(self, issued, signed_in):
        page = text_of(signed_in("manager").get(page_of(issued()), {"known_at": "2026-05-31T12:00:00Z"}))

        assert "This call was not issued by then." in page
        assert "To be paid" not in page

    def test_another_funds_call_is_not_there(self, drafted, system, signed_in):
        other = funds.fund(system=system, name="Other fund")
        stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

        for act in ("", "export.xlsx"):
            assert signed_in(stranger).get(page_of(drafted(), act)).status_code == 404

    def test_its_page_takes_the_same_queries_however_much_happened(self, drafted, staff, paid, signed_in):
        call, browser, counts = drafted("300.00"), signed_in("second"), []
        for number in range(1, 4):
            lines = [Line("expenses", f"Line {one}", Decimal("5.00")) for one in range(10 * number)]
            call = calls.edit(call, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now())
            browser.get(page_of(call))
            with CaptureQueriesContext(connection) as caught:
                browser.get(page_of(call))
            counts.append(len(caught))

        assert len(set(counts)) == 1, counts


class TestFourEyes:
    def test_each_step_says_who_in_which_role_and_when(self, drafted, staff, signed_in):
        call = approved(drafted(), staff)

        page = text_of(signed_in("second").get(page_of(call)))

        assert f"<b>Prepared</b> by {staff['analyst'].name}<p>Fund analyst · 1 Jun 2026, 12:00 UTC</p>" in page
        assert f"<b>Approved</b> by {staff['manager'].name}<p>Fund manager · 1 Jun 2026, 12:00 UTC</p>" in page
        assert "<b>Issue waits for you</b><p>You neither prepared nor last changed this call, so you may.</p>" in page
        assert f"Nothing. The digest is the one that {staff['manager'].name} signed." in page

    def test_the_digest_stands_in_groups_of_eight(self, drafted, signed_in):
        call = drafted()

        digest = queries.digest(call, at=clock.now())
        groups = " ".join(digest[start : start + 8] for start in range(0, 64, 8))
        assert f"<code>{groups}</code>" in text_of(signed_in("manager").get(page_of(call)))

    def test_whoever_may_not_go_on_is_told_who_can(self, drafted, staff, signed_in):
        call = calls.submit(drafted(), by=staff["analyst"])
        names = " or ".join(sorted(staff[who].name for who in ("manager", "second")))

        page = text_of(signed_in("analyst").get(page_of(call)))
        assert f"A fund manager who neither prepared nor last changed the call takes this step. {names} can." in page

    def test_the_author_is_told_the_rule(self, drafted, staff, signed_in):
        lines = [Line("expenses", "Audit", Decimal("5.00"))]
        call = calls.edit(drafted(), due_on=DUE, lines=lines, by=staff["manager"], at=clock.now())
        call = calls.submit(call, by=staff["analyst"])

        page = text_of(signed_in("manager").get(page_of(call)))
        rule = "You prepared or last changed this call, so you cannot approve or issue it."
        assert f"{rule} {staff['second'].name} can." in page

    def test_a_change_after_a_signature_is_named_field_by_field(self, drafted, staff, signed_in):
        call = approved(drafted("1000000.00"), staff)
        lines = [
            Line("investment", "First tickets", Decimal("900000.00")),
            Line("expenses", "Audit", Decimal("5.00"), inside_commitment=False),
        ]
        later = DUE + timedelta(days=2)
        call = calls.edit(
            call,
            due_on=later,
            memo="two days more",
            lines=lines,
            by=staff["second"],
            at=clock.now(),
            because="a holiday",
        )
        calls.submit(call, by=staff["second"])

        page = text_of(signed_in("manager").get(page_of(call)))

        for change in (
            "<dt>Due date</dt><dd><del>15 Jun 2026</del> → <ins>17 Jun 2026</ins></dd>",
            "<dt>Note</dt><dd><del>–</del> → <ins>two days more</ins></dd>",
            "<dt>Line 1, amount</dt><dd><del>1 000 000.00</del> → <ins>900 000.00</ins></dd>",
            "<dt>Line 2</dt><dd><del>–</del> → <ins>Fund expenses, Audit, 5.00</ins></dd>",
            f"<dt>Who</dt><dd>{staff['second'].name}, 1 Jun 2026, 12:00 UTC</dd>",
            "<dt>Why</dt><dd>a holiday</dd>",
        ):
            assert change in page
        assert f"The signature of {staff['manager'].name} is void." in page
        assert "Approved, void since the change" in page
        assert "Approval waits for you" in page

    def test_what_the_state_forbids_is_said_with_the_rule(self, issued, paid, signed_in):
        call = issued("1000000.00")
        paid("EE", "1.00")

        page = text_of(signed_in("second").get(page_of(call)))
        for act, rule in (
            ("Change", "A call is changed before it is issued. This one stands at “Issued”."),
            ("Approve", "A call is approved after it is submitted and before it is issued."),
            ("Cancel", "Money was already received for this call, so it cannot be cancelled."),
        ):
            assert f"<dt>{act}</dt><dd>{rule}" in page
        assert "Not possible now" not in text_of(
            signed_in("second").get(page_of(call), {"known_at": "2026-06-01T12:00Z"})
        )

    def test_in_the_past_nobody_is_asked_for_anything(self, drafted, staff, signed_in):
        call = calls.submit(drafted(), by=staff["analyst"])

        page = text_of(signed_in("manager").get(page_of(call), {"known_at": "2026-06-01T12:00:00Z"}))
        assert "waits for you" not in page
        assert "Prepared" in page
