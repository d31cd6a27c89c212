"""The pages on which a second person approves and issues, and on which a call is cancelled."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallApproval, CallNotice, CapitalCall
from portfolio.capital_calls.services import Line
from portfolio.ledger.models import Entry
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of


def page_of(call, act=""):
    return f"/manage/calls/{call.public_id}{act and '/'}{act}"


def digest_on(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


@pytest.fixture
def submitted(drafted, staff):
    return lambda amount="1000000.00": calls.submit(drafted(amount), by=staff["analyst"])


@pytest.fixture
def approved(submitted, staff):
    def make(amount="1000000.00"):
        call = submitted(amount)
        calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
        return call

    return make


def changed(call, staff, **given):
    """The call with another due date, submitted again by its analyst."""
    lines = given.pop("lines", list(call.lines.all()))
    call = calls.edit(
        call, due_on=given.pop("due_on", DUE + timedelta(days=1)), lines=lines, by=staff["analyst"], at=clock.now()
    )
    return calls.submit(call, by=staff["analyst"])


@pytest.mark.parametrize(
    ("act", "button"),
    [("approve", "Approve EUR 1 000 000.00"), ("issue", "Issue 3 notices of EUR 1 000 000.00 in all")],
)
def test_the_page_repeats_amount_recipients_and_due_date(approved, signed_in, act, button):
    call = approved()

    page = text_of(signed_in("second", fresh=True).get(page_of(call, act)))

    assert button in page
    assert '<dd class="fig"><data class="n" value="1000000.00">1 000 000.00</data></dd>' in page
    assert '<dd class="fig">3</dd><dd>Allies, one notice each</dd>' in page
    assert '<dd class="fig">15 Jun 2026</dd><dd>10 weekdays of notice</dd>' in page
    assert digest_on(page) == queries.digest(call, at=clock.now())
    assert "319 148.94" in page


@pytest.mark.parametrize("act", ["approve", "issue", "cancel"])
def test_it_asks_for_a_second_factor_that_is_fresh(approved, signed_in, act):
    call = approved()

    for answer in (signed_in("second").get(page_of(call, act)), signed_in("second").post(page_of(call, act))):
        assert answer.status_code == 302
        assert "reauthenticate" in answer.headers["Location"]

    call.refresh_from_db()
    assert call.state == "submitted"


def test_a_second_person_approves_and_issues(submitted, staff, signed_in):
    call, browser = submitted(), signed_in("manager", fresh=True)

    page = text_of(browser.get(page_of(call, "approve")))
    assert browser.post(page_of(call, "approve"), {"digest": digest_on(page)}).status_code == 302
    assert CallApproval.objects.get().by == staff["manager"]
    page = text_of(browser.get(page_of(call, "issue")))
    assert browser.post(page_of(call, "issue"), {"digest": digest_on(page)}).status_code == 302

    call.refresh_from_db()
    assert (call.state, call.issued_by, call.issued_on) == ("issued", staff["manager"], TODAY)
    assert CallNotice.objects.count() == 3
    assert "Issued: 3 notices" in text_of(browser.get(page_of(call)))


@pytest.mark.parametrize("act", ["approve", "issue"])
def test_whoever_drafted_it_is_refused_with_the_rule_and_who_can(fund, commitments, staff, signed_in, act):
    lines = [Line("investment", "Tickets", Decimal(5))]
    call = calls.draft(fund, due_on=DUE, lines=lines, by=staff["manager"], at=clock.now())
    call = calls.submit(call, by=staff["manager"])
    calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["second"], at=clock.now())
    browser = signed_in("manager", fresh=True)

    shown = browser.get(page_of(call, act))
    sent = browser.post(page_of(call, act), {"digest": queries.digest(call, at=clock.now())})

    rule = "You prepared or last changed this call, so you cannot approve or issue it."
    for answer in (shown, sent):
        assert answer.status_code == 403
        assert f"{rule} {staff['second'].name} can." in text_of(answer)
        assert f'action="{page_of(call, act)}"' not in answer.content.decode()
        assert 'name="digest"' not in answer.content.decode()
    assert (CallApproval.objects.count(), CallNotice.objects.count(), Entry.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("act", ["approve", "issue"])
def test_whoever_changed_it_last_is_refused_too(approved, staff, signed_in, act):
    call = approved()
    call = calls.edit(
        call, due_on=DUE + timedelta(days=1), lines=list(call.lines.all()), by=staff["second"], at=clock.now()
    )
    call = calls.submit(call, by=staff["analyst"])

    answer = signed_in("second", fresh=True).post(page_of(call, act), {"digest": queries.digest(call, at=clock.now())})

    assert answer.status_code == 403
    assert f"{staff['manager'].name} can." in text_of(answer)
    assert not CallNotice.objects.exists()


def test_a_change_since_the_page_was_opened_is_named_and_shown_anew(submitted, staff, signed_in):
    call, browser = submitted(), signed_in("manager", fresh=True)
    digest = digest_on(text_of(browser.get(page_of(call, "approve"))))
    call = changed(call, staff)

    answer = browser.post(page_of(call, "approve"), {"digest": digest})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "The call was changed since (due date). Read it again, then approve what stands now." in page
    assert digest_on(page) == queries.digest(call, at=clock.now()) != digest
    assert "16 Jun 2026" in page
    assert not CallApproval.objects.exists()


def test_a_change_after_the_approval_voids_it_and_names_the_field(approved, staff, signed_in):
    call = changed(approved(), staff, due_on=DUE, lines=[Line("investment", "First tickets", Decimal(7))])
    browser = signed_in("second", fresh=True)

    answer = browser.post(page_of(call, "issue"), {"digest": queries.digest(call, at=clock.now())})

    assert answer.status_code == 409
    assert "The call was changed since (purpose lines)." in text_of(answer)
    assert not CallNotice.objects.exists()


def test_a_call_that_became_too_large_is_not_offered(submitted, issued, signed_in):
    call = submitted("94000000.01")
    issued("1.00")
    browser = signed_in("manager", fresh=True)

    page = text_of(browser.get(page_of(call, "approve")))

    assert "Lower the call by 1.00." in page
    assert 'name="digest"' not in page
    assert page_of(call, "approve") not in text_of(browser.get(page_of(call)))


def test_a_draft_is_not_issued_past_its_due_date(approved, signed_in):
    call = approved()
    with clock.standing_at(clock.now() + timedelta(days=15)):
        answer = signed_in("second", fresh=True).post(
            page_of(call, "issue"), {"digest": queries.digest(call, at=clock.now())}
        )

    assert answer.status_code == 409
    assert "The due date lies before the day of issue." in text_of(answer)
    assert not CallNotice.objects.exists()


def test_without_the_digest_nothing_is_signed(submitted, signed_in):
    call = submitted()

    page = text_of(signed_in("manager", fresh=True).post(page_of(call, "approve"), {}))

    assert "There is a problem" in page
    assert not CallApproval.objects.exists()


class TestCancelling:
    def test_a_reason_is_asked_for_and_kept(self, issued, signed_in):
        call, browser = issued(), signed_in("second", fresh=True)
        assert "Fill in “Why it is cancelled”." in text_of(browser.post(page_of(call, "cancel"), {"because": " "}))

        answer = browser.post(page_of(call, "cancel"), {"because": "wrong amount"})

        assert answer.status_code == 302
        call.refresh_from_db()
        assert (call.state, call.cancelled_because) == ("cancelled", "wrong amount")
        assert "wrong amount" in text_of(browser.get(page_of(call)))
        assert Entry.objects.filter(kind="reversal").count() == 1

    def test_what_was_paid_on_is_not_cancelled(self, issued, paid, signed_in):
        call = issued()
        paid("EE", "1.00")
        browser = signed_in("second", fresh=True)

        shown, sent = browser.get(page_of(call, "cancel")), browser.post(page_of(call, "cancel"), {"because": "x"})

        for answer in (shown, sent):
            assert answer.status_code == 409
            assert "Money was already received for this call, so it cannot be cancelled." in text_of(answer)
        assert CapitalCall.objects.get().state == "issued"


@pytest.mark.parametrize("act", ["approve", "issue", "cancel"])
def test_others_do_not_sign(approved, staff, fund, system, signed_in, act):
    call = approved()
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    assert signed_in("analyst", fresh=True).get(page_of(call, act)).status_code == 403
    assert signed_in(stranger, fresh=True).get(page_of(call, act)).status_code == 404
    assert signed_in(stranger, fresh=True).post(page_of(call, act), {"digest": "0" * 64}).status_code == 404
