"""Calls and receipts in the web admin: lists to read, and one action that goes through the service."""

import re

import pytest

from core.audit.models import AuditEvent
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import text_of

CALLS = "/admin/portfolio/capitalcall/"
LISTS = [
    f"/admin/portfolio/{name}/"
    for name in ("capitalcall", "callapproval", "callnotice", "receipt", "receiptallocation")
]


@pytest.fixture
def submit(signed_in):
    def _submit(who, *chosen):
        sent = {"action": "submit_for_approval", "_selected_action": [call.pk for call in chosen], "index": "0"}
        return signed_in(who).post(CALLS, sent, follow=True)

    return _submit


@pytest.mark.parametrize("address", LISTS)
def test_a_list_shows_the_rows_of_own_funds_alone(issued, paid, signed_in, system, address):
    issued("1000000.00")
    paid("EE", "400000.00")
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    own, strange = text_of(signed_in("manager").get(address)), text_of(signed_in(stranger).get(address))

    assert re.search(r"<tbody><tr>", own)
    assert "Nothing has been recorded here yet." in strange


@pytest.mark.parametrize("address", LISTS)
def test_each_row_opens_to_read(issued, paid, signed_in, address):
    issued("1000000.00")
    paid("EE", "400000.00")
    browser = signed_in("manager")
    row = re.search(rf'href="({address}\d+/change/)', text_of(browser.get(address)))[1]

    page = browser.get(row)

    assert page.status_code == 200
    main = text_of(page).partition('<main class="main"')[2].partition("</main>")[0]
    assert "<input" not in main


def test_chosen_drafts_are_submitted_and_what_is_refused_is_said(drafted, staff, submit):
    draft, waiting = drafted("5.00"), calls.submit(drafted("6.00"), by=staff["analyst"])

    page = text_of(submit("manager", draft, waiting))

    assert "Call No. 1 waits for approval now." in page
    assert "Call No. 2: A draft is submitted for approval. This call stands at “Waits for approval”." in page
    assert set(CapitalCall.objects.values_list("state", flat=True)) == {"submitted"}
    event = AuditEvent.objects.filter(kind="capital_call.submitted").latest("pk")
    assert (event.subject, event.actor) == (draft.public_id, staff["manager"].public_id)


def test_whoever_only_reads_submits_nothing(drafted, fund, system, submit):
    draft = drafted()
    reader = people.person(role="valuation-committee", scope_kind="fund", scope_ref=fund.public_id, system=system)

    page = text_of(submit(reader, draft))

    assert "Call No. 1: Your role does not allow this." in page
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_another_funds_call_cannot_be_chosen(drafted, system, submit):
    draft = drafted()
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    submit(stranger, draft)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_list_speaks_in_words(drafted, signed_in):
    drafted("1234.50")

    page = text_of(signed_in("manager").get(CALLS))

    for words in ("Draft", "1 234.50", "Drafted by", "With those chosen", "Submit for approval", "Paid in full"):
        assert words in page
    assert "Nothing fits this search and these filters." in text_of(
        signed_in("manager").get(CALLS, {"state": "issued"})
    )
    assert "&lt;input" not in page
