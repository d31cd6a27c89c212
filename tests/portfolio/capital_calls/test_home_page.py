"""The first page of whoever works on a fund: what waits, most urgent first, then where the pool stands."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.clients import services as client_services
from core.ethics import services as ethics
from core.ethics.lifecycle import Money
from core.organisations import services as organisations
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.investments import services as investments
from portfolio.ledger.models import Book
from tests.factories import clients, funds, people
from tests.portfolio.capital_calls.conftest import text_of

HOME = "/manage/"


def tasks_on(page):
    """Title, label and sentence of each task, in the order of the page."""
    rows = re.findall(r'<li><div class="row row--between">(.*?)</li>', page, re.DOTALL)
    return [tuple(re.sub(r"<[^>]+>", "|", row).strip("|").split("|")) for row in rows]


def titles_on(page):
    return [task[0] for task in tasks_on(page)]


@pytest.fixture
def submitted(drafted, staff):
    return lambda amount="1000000.00": calls.submit(drafted(amount), by=staff["analyst"])


def approved(call, staff):
    calls.approve(call, digest=queries.digest(call, at=clock.now()), by=staff["manager"], at=clock.now())
    return call


def stopped(fund):
    Book.objects.filter(pk=fund.book_id).update(stopped_at=clock.now(), stopped_because="a gap")


def test_it_is_where_people_of_the_fund_begin(fund, signed_in):
    answer = signed_in("manager").get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)


def test_what_waits_stands_in_the_order_of_urgency(submitted, issued, drafted, paid, staff, fund, signed_in):
    issued("1000.00")
    paid("FI", "1000000.00")
    with clock.standing_at(clock.now() + timedelta(days=10)):
        approved(submitted("5.00"), staff)
        submitted("6.00")
        stopped(fund)
        page = text_of(signed_in("manager").get(HOME))

    assert titles_on(page) == [
        "Posting to the books of Test fund is stopped",
        "2 notices of call No. 1 are due soon",
        "Approve call No. 3",
        "Issue call No. 2",
        "EUR 999 627.66 stands in suspense",
    ]
    assert "5 things wait for you" in page


def test_what_is_late_comes_before_what_is_near(issued, submitted, signed_in):
    issued("1000.00")
    with clock.standing_at(clock.now() + timedelta(days=15)):
        page = text_of(signed_in("analyst").get(HOME))

    assert tasks_on(page)[0][0] == "3 notices of call No. 1 are overdue"
    assert "1 day late" in page
    assert "EUR 1 000.00 open, due 15 Jun 2026" in page


def test_each_task_leads_to_where_it_is_done(submitted, signed_in):
    call = submitted("5.00")

    page = text_of(signed_in("second").get(HOME))

    assert f'<a href="/manage/calls/{call.public_id}">Approve call No. 1</a>' in page
    assert "EUR 5.00, prepared by" in page
    assert "14 days left" in page


def test_drafts_wait_for_their_authors_alone(drafted, signed_in):
    drafted("5.00")

    assert titles_on(text_of(signed_in("analyst").get(HOME))) == ["Finish your draft of call No. 1"]
    assert titles_on(text_of(signed_in("manager").get(HOME))) == []


@pytest.mark.parametrize("role", ["valuation-committee", "auditor"])
def test_readers_are_asked_for_nothing_but_told_of_stopped_books(
    submitted, issued, paid, fund, system, signed_in, role
):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    browser = signed_in(people.person(role=role, system=system, **where))
    issued("1000.00")
    paid("EE", "5000.00")
    submitted("5.00")

    assert titles_on(text_of(browser.get(HOME))) == []
    stopped(fund)
    assert titles_on(text_of(browser.get(HOME))) == ["Posting to the books of Test fund is stopped"]


def test_where_nothing_waits_it_says_what_would(fund, signed_in):
    page = text_of(signed_in("manager").get(HOME))

    assert "Nothing waits for you" in page
    assert "calls that you may approve or issue" in page


def test_another_funds_work_is_not_told(submitted, issued, paid, fund, system, signed_in):
    issued("1000.00")
    paid("EE", "5000.00")
    submitted("5.00")
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    assert titles_on(text_of(signed_in(stranger).get(HOME))) == []
    assert signed_in(stranger).get(HOME, {"fund": fund.public_id}).status_code == 404


def test_the_pools_headline_figures_lead_to_the_pool(issued, paid, fund, signed_in):
    issued("1000000.00")
    paid("EE", "300000.00")

    page = text_of(signed_in("manager").get(HOME))

    link = f'<a href="/manage/pool?fund={fund.public_id}">'
    for name, amount in (("Committed", "94.0"), ("Called", "1.0"), ("Paid in", "0.3"), ("Cash", "0.3")):
        assert f'<dt>{name}</dt><dd class="fig">{link}{amount}</a></dd>' in page


class TestTheCountInTheNavigation:
    def count_on(self, page):
        found = re.search(r'Capital calls <span class="count">(\d+)', page)
        return int(found[1]) if found else 0

    def test_it_says_how_many_calls_wait_for_the_person(self, submitted, drafted, staff, signed_in):
        submitted("5.00")
        approved(submitted("6.00"), staff)
        drafted("7.00")

        counts = {who: self.count_on(text_of(signed_in(who).get("/manage/calls"))) for who in staff}
        assert counts == {"analyst": 1, "manager": 2, "second": 2}

    def test_it_agrees_with_the_list(self, submitted, drafted, staff, signed_in):
        submitted("5.00")
        drafted("7.00")

        for who in staff:
            page = text_of(signed_in(who).get("/manage/calls"))
            assert f"Waits for you ({self.count_on(page)})" in page

    def test_whoever_only_reads_is_counted_nothing_and_costs_nothing(self, submitted, system, signed_in):
        submitted("5.00")
        browser = signed_in(people.person(role="auditor", system=system))

        with CaptureQueriesContext(connection) as caught:
            page = text_of(browser.get("/manage/commitments"))

        assert self.count_on(page) == 0
        assert not [query for query in caught if "portfolio_capitalcall" in query["sql"]]


def test_it_takes_the_same_queries_however_much_waits(submitted, issued, paid, staff, signed_in):
    browser, counts, number = signed_in("manager"), [], 0
    for target in (1, 3, 10):
        while number < target:
            number += 1
            issued("3.00")
            approved(submitted("4.00"), staff)
            submitted("5.00")
            paid("EE", "100.00")
        browser.get(HOME)
        with CaptureQueriesContext(connection) as caught:
            browser.get(HOME)
        counts.append(len(caught))

    assert len(set(counts)) == 1, counts


def test_partner_systems_and_overrides_wait_for_a_second_person(fund, staff, system, signed_in, commitments):
    partner = clients.organisation("Harbour Payments")
    asked = {
        "organisation": partner, "name": "Payments", "what_for": "To read notices.", "domain": "fund", "scopes": ["funds:read"],
        "reach": [f"fund:{fund.public_id}"], "addresses": [], "calls_a_minute": 10, "expires_on": date(2026, 12, 1),
    }  # fmt: skip
    client_services.request(**asked, by=staff["second"], on=clock.today(), at=clock.now())
    company = organisations.register(name="Alder Robotics", kind="company", nation=None, by=system, at=clock.now())
    held = investments.open_holding(
        fund, company, kind="direct", technology="AI", currency="EUR", by=staff["manager"], at=clock.now()
    )
    officer = people.person(
        role="ethics-officer", scope_kind="fund", scope_ref=fund.public_id, email="eva@example.org", system=system
    )
    ethics.ask_override(
        fund.public_id, held.public_id, kind=Money.PURCHASE, amount=Decimal("5.00"), expires_on=date(2026, 6, 3),
        because="A bridge.", by=officer, on=clock.today(), at=clock.now(),
    )  # fmt: skip

    page = text_of(signed_in("manager").get(HOME))
    own = text_of(signed_in("second").get(HOME))

    assert "Decide about “Payments”" in page
    assert "Let Alder Robotics pass the ethics gate, or leave it" in page
    assert "Decide about" not in own
    assert "pass the ethics gate" not in text_of(signed_in("analyst").get(HOME))
