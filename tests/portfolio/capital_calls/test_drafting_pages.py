"""Preparing a call on its form: rows without script, refusals beside what was typed, nothing half-written."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallLine, CapitalCall
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of

NEW = "/manage/calls/new"


def rows(*typed, total=3):
    """The fields of the form: a due date, and rows of purpose, text and amount as a browser sends them."""
    sent = {"due_on": DUE.isoformat(), "memo": "", "lines-TOTAL_FORMS": str(total), "lines-INITIAL_FORMS": "0"}
    for number in range(total):
        purpose, text, amount = typed[number] if number < len(typed) else ("", "", "")
        sent |= {
            f"lines-{number}-purpose": purpose,
            f"lines-{number}-text": text,
            f"lines-{number}-amount": amount,
            f"lines-{number}-inside_commitment": "on",
        }
    return sent


TICKETS = ("investment", "First tickets", "1 000 000.00")


def page_of(call, act):
    return f"/manage/calls/{call.public_id}/{act}"


@pytest.fixture
def as_analyst(commitments, signed_in):
    return signed_in("analyst")


def test_a_draft_is_kept_with_the_rows_that_were_filled_in(as_analyst, staff):
    answer = as_analyst.post(NEW, rows(TICKETS, ("management-fee", "Second half", "20.50")))

    call = CapitalCall.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/manage/calls/{call.public_id}")
    assert (call.number, call.state, call.due_on, call.drafted_by) == (1, "draft", DUE, staff["analyst"])
    assert [(line.purpose, line.text, line.amount, line.inside_commitment) for line in queries.lines_of(call)] == [
        ("investment", "First tickets", Decimal("1000000.00"), True),
        ("management-fee", "Second half", Decimal("20.50"), True),
    ]
    assert "Call No. 1 is kept as a draft." in text_of(as_analyst.get(answer.headers["Location"]))


def test_a_row_that_is_taken_out_is_no_line(as_analyst):
    sent = rows(TICKETS, ("expenses", "Audit", "5.00")) | {"lines-0-DELETE": "on"}
    del sent["lines-1-inside_commitment"]

    as_analyst.post(NEW, sent)

    line = CallLine.objects.get()
    assert (line.text, line.inside_commitment) == ("Audit", False)


def test_more_rows_come_without_script_and_keep_what_was_typed(as_analyst):
    sent = rows(TICKETS, ("expenses", "Audit", "a lot")) | {"more": "1", "memo": "half-year", "lines-0-DELETE": "on"}

    page = text_of(as_analyst.post(NEW, sent))

    assert 'name="lines-TOTAL_FORMS" value="5"' in page
    assert 'value="Audit"' in page
    assert 'value="a lot"' in page
    assert 'value="half-year"' in page
    assert "First tickets" not in page
    assert "There is a problem" not in page
    assert not CapitalCall.objects.exists()


@pytest.mark.parametrize("total", ["", "-1", "9" * 5000, "²", "30000"])
def test_an_odd_number_of_rows_offers_the_usual_three(as_analyst, total):
    page = text_of(as_analyst.post(NEW, rows(TICKETS) | {"more": "1", "lines-TOTAL_FORMS": total}))

    assert 'name="lines-TOTAL_FORMS" value="3"' in page
    assert as_analyst.post(NEW, rows(TICKETS) | {"lines-TOTAL_FORMS": total}).status_code == 200
    assert not CapitalCall.objects.exists()


def test_an_empty_row_is_no_line_whatever_its_box_says(as_analyst):
    sent = rows(TICKETS)
    del sent["lines-2-inside_commitment"]

    assert as_analyst.post(NEW, sent).status_code == 302
    assert CallLine.objects.count() == 1


def test_rows_that_were_added_may_stay_empty(as_analyst):
    page = text_of(as_analyst.post(NEW, rows(TICKETS) | {"more": "1"}))
    total = int(re.search(r'name="lines-TOTAL_FORMS" value="(\d+)"', page)[1])

    as_analyst.post(NEW, rows(TICKETS, total=total))

    assert CallLine.objects.count() == 1


@pytest.mark.parametrize(
    ("story", "line", "sentence"),
    [
        ("over what is unfunded", ("investment", "All", "94000000.02"), "Lower the call by 0.01."),
        ("negative", ("investment", "All", "-5.00"), "An amount is above zero, in whole cents"),
        ("with a proper minus", ("investment", "All", "−5.00"), "An amount is above zero, in whole cents"),
        ("of nothing", ("investment", "All", "0"), "An amount is above zero, in whole cents"),
        ("of a tenth of a cent", ("investment", "All", "1.001"), "An amount is above zero, in whole cents"),
        ("of thirty digits", ("investment", "All", "9" * 30), "An amount is above zero, in whole cents"),
        ("in words", ("investment", "All", "a lot"), "Line 1: Write a number, such as 1234.56."),
        ("that is no number", ("investment", "All", "NaN"), "Line 1: Write a number, such as 1234.56."),
        ("without a text", ("investment", "  ", "5.00"), "Line 1: Fill in “What it is for”."),
        ("without a purpose", ("", "All", "5.00"), "Line 1: Choose “Purpose”."),
        ("for an unknown purpose", ("bonus", "All", "5.00"), "Line 1: Choose one of the values offered."),
        ("with an essay", ("investment", "x" * 201, "5.00"), "Line 1: Shorten “What it is for” to 200 characters."),
        ("for nothing at all", ("", "", ""), "A call has at least one line"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_kept(as_analyst, story, line, sentence):
    page = text_of(as_analyst.post(NEW, rows(line) | {"memo": "half-year"}))

    assert sentence in page, story
    assert "<title>Error: " in page
    assert 'value="half-year"' in page
    for typed in line[1:]:
        assert typed.strip() in page
    assert not CapitalCall.objects.exists()
    assert not AuditEvent.objects.filter(kind="capital_call.drafted").exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"due_on": "2026-05-31"}, "Choose a day from 1 Jun 2026 to 31 Dec 2099."),
        ({"due_on": "31 June"}, "Write the day like 2026-09-30."),
        ({"due_on": ""}, "Fill in “Due on”."),
        ({"memo": "x" * 301}, "Shorten “Note” to 300 characters."),
        ({"lines-TOTAL_FORMS": "99999999"}, "A call has at most 30 lines."),
        ({"lines-TOTAL_FORMS": "many"}, "The rows of the form did not arrive."),
    ],
)
def test_the_rest_of_the_form_is_refused_as_clearly(as_analyst, given, sentence):
    page = text_of(as_analyst.post(NEW, rows(TICKETS) | given))

    assert sentence in page
    assert not CapitalCall.objects.exists()


def test_the_rule_is_said_in_the_persons_language(commitments, fund, system, signed_in):
    frenchwoman = people.person(
        role="fund-analyst", scope_kind="fund", scope_ref=fund.public_id, language="fr", system=system
    )
    browser = signed_in(frenchwoman)

    page = text_of(browser.post(NEW, rows(("investment", "Tout", "94000000,02"))))

    assert "94 000 000,02" in page
    assert 'value="94000000,02"' in page


def test_a_change_is_kept_with_its_reason_and_makes_it_a_draft_again(drafted, staff, signed_in):
    call = calls.submit(drafted(), by=staff["analyst"])
    browser = signed_in("manager")
    page = text_of(browser.get(page_of(call, "edit")))
    assert 'value="First tickets"' in page
    assert 'value="1000000.00"' in page

    sent = rows(("investment", "First tickets", "900000.00")) | {"because": "one ticket less"}
    answer = browser.post(page_of(call, "edit"), sent)

    assert answer.status_code == 302
    call.refresh_from_db()
    assert (call.state, call.edited_by, call.version) == ("draft", staff["manager"], 2)
    assert AuditEvent.objects.get(kind="capital_call.edited").after["because"] == "one ticket less"


def test_a_change_that_is_refused_leaves_what_stood(drafted, staff, signed_in):
    call = calls.submit(drafted(), by=staff["analyst"])

    page = text_of(signed_in("manager").post(page_of(call, "edit"), rows(("investment", "All", "94000000.02"))))

    assert "Lower the call by 0.01." in page
    call.refresh_from_db()
    assert (call.state, call.version, call.lines.get().amount) == ("submitted", 1, Decimal("1000000.00"))


def test_an_issued_call_is_not_changed_and_says_so(issued, signed_in):
    answer = signed_in("analyst").get(page_of(issued(), "edit"))

    assert answer.status_code == 409
    assert "A call is changed before it is issued. This one stands at “Issued”." in text_of(answer)


def test_a_draft_is_submitted_by_one_button(drafted, signed_in):
    call, browser = drafted(), signed_in("analyst")
    assert page_of(call, "submit") in text_of(browser.get(f"/manage/calls/{call.public_id}"))

    answer = browser.post(page_of(call, "submit"))

    assert answer.status_code == 302
    call.refresh_from_db()
    assert call.state == "submitted"
    assert page_of(call, "submit") not in text_of(browser.get(f"/manage/calls/{call.public_id}"))
    assert browser.post(page_of(call, "submit")).status_code == 409


@pytest.mark.parametrize(("role", "expected"), [("valuation-committee", 403), ("auditor", 403)])
def test_others_read_and_do_not_prepare(drafted, fund, system, signed_in, role, expected):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    browser, call = signed_in(people.person(role=role, system=system, **where)), drafted()

    assert NEW not in text_of(browser.get("/manage/calls"))
    for answer in (browser.get(NEW), browser.get(page_of(call, "edit")), browser.post(page_of(call, "submit"))):
        assert answer.status_code == expected


def test_another_funds_manager_prepares_nothing_here(drafted, fund, system, signed_in):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    browser, call = signed_in(stranger), drafted()

    assert browser.get(NEW, {"fund": fund.public_id}).status_code == 404
    assert browser.get(page_of(call, "edit")).status_code == 404
    assert browser.post(page_of(call, "submit")).status_code == 404


def test_the_form_says_what_can_be_called_and_how_many_days_are_customary(issued, as_analyst):
    issued("1000000.00")

    page = text_of(as_analyst.get(NEW))

    assert '<b><data class="n" value="93000000.01">93 000 000.01</data></b>' in page
    assert "Mon 15 Jun 2026" in page
    assert TODAY + timedelta(days=14) == date(2026, 6, 15) == DUE
    assert clock.today() == TODAY
