"""A line of a call may name a company; then the ethics gate is asked when it is drafted, signed and issued. With the control."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from core import clock
from core.ethics import services as ethics
from core.ethics.gate import HeldByEthics
from core.ethics.lifecycle import Money
from core.ethics.models import OverrideUse
from core.organisations import services as organisations
from portfolio.capital_calls import queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallLine
from portfolio.capital_calls.services import Line
from portfolio.capital_calls.services.drafting import UnfitCompany
from portfolio.investments import services as investments
from tests.factories import cohorts as factory
from tests.factories import funds, people
from tests.portfolio.capital_calls.conftest import DUE, TODAY, text_of
from tests.portfolio.capital_calls.test_drafting_pages import NEW, TICKETS, page_of, rows

pytestmark = pytest.mark.django_db
AMOUNT = Decimal("1000000.00")


@pytest.fixture
def held(fund, staff, system):
    def opened(name="Alder Robotics", *, of=fund, kind="direct", by=staff["manager"]):
        body = {"direct": "company", "fund": "fund-manager"}[kind]
        company = organisations.register(
            name=name, kind=body, nation=None, by=system, at=clock.now(), illustrative=True
        )
        technology = "AI" if kind == "direct" else ""
        return investments.open_holding(
            of, company, kind=kind, technology=technology, currency="EUR", by=by, at=clock.now()
        )

    return opened


@pytest.fixture
def officers(fund, system):
    scope = {"role": "ethics-officer", "scope_kind": "fund", "scope_ref": fund.public_id, "system": system}
    return [people.person(**scope), people.person(**scope)]


@pytest.fixture
def robotics(held):
    return held()


@pytest.fixture
def draft(fund, commitments, staff):
    def drafting(*lines):
        return calls.draft(fund, due_on=DUE, lines=lines, by=staff["analyst"], at=clock.now())

    return drafting


def ticket(holding, amount=AMOUNT, *, purpose="investment"):
    return Line(purpose, "A first ticket", amount, company=holding.public_id)


def in_force(fund, officer, *, day=TODAY):
    ethics.put_in_force(fund.public_id, from_day=day, because="Adopted.", by=officer, at=clock.now())


def reviewed(holding, officers):
    return factory.reviewed("holding", holding.public_id, officer=officers[0], second=officers[1])


def overridden(fund, holding, staff, officers, amount=AMOUNT):
    asked = ethics.ask_override(
        fund.public_id, holding.public_id, kind=Money.CALL_LINE, amount=amount, expires_on=TODAY,
        because="A bridge until the review.", by=staff["second"], on=TODAY, at=clock.now(),
    )  # fmt: skip
    ethics.approve_override(asked, by=officers[0], on=TODAY, at=clock.now())
    return asked


def approve(call, by):
    return calls.approve(call, digest=queries.digest(call, at=clock.now()), by=by, at=clock.now())


def test_control_where_the_gate_is_not_in_force_a_line_may_name_a_company(draft, robotics):
    call = draft(ticket(robotics), Line("expenses", "Audit", Decimal("5.00")))

    assert [line.company for line in queries.lines_of(call)] == [robotics.public_id, ""]


def test_what_the_call_says_names_the_company_and_a_line_without_one_says_what_it_always_did(draft, robotics):
    told = queries.content(draft(ticket(robotics), Line("expenses", "Audit", Decimal("5.00"))))

    assert told["lines"] == [
        ["investment", "A first ticket", "1000000.00", True, robotics.public_id],
        ["expenses", "Audit", "5.00", True],
    ]


def test_a_line_for_a_company_waits_for_a_clear_review(draft, fund, robotics, officers):
    in_force(fund, officers[0])
    with pytest.raises(HeldByEthics, match="No ethics review stands") as refused:
        draft(Line("expenses", "Audit", Decimal("5.00")), ticket(robotics))
    assert (refused.value.row, refused.value.field) == (2, "company")
    assert not fund.capital_calls.exists()

    reviewed(robotics, officers)

    assert draft(ticket(robotics)).number == 1


def test_fees_and_lines_of_no_company_never_wait(draft, fund, officers):
    in_force(fund, officers[0])

    assert draft(Line("investment", "First tickets", AMOUNT), Line("expenses", "Audit", Decimal("5.00"))).pk


def test_a_change_that_names_a_company_waits_too(draft, fund, robotics, officers, staff):
    in_force(fund, officers[0])
    call = draft(Line("investment", "A first ticket", AMOUNT))
    asked = {"due_on": DUE, "by": staff["analyst"], "at": clock.now()}

    with pytest.raises(HeldByEthics):
        calls.edit(call, lines=[ticket(robotics)], **asked)

    reviewed(robotics, officers)
    assert calls.edit(call, lines=[ticket(robotics)], **asked).version == 2


def test_a_review_that_ends_holds_the_signature_and_the_issue(draft, fund, robotics, officers, staff):
    in_force(fund, officers[0])
    review = reviewed(robotics, officers)
    call = calls.submit(draft(ticket(robotics)), by=staff["analyst"])
    ethics.close(review, on=TODAY, by=officers[0])
    with pytest.raises(HeldByEthics):
        approve(call, staff["manager"])

    review = reviewed(robotics, officers)
    approve(call, staff["manager"])
    ethics.close(review, on=TODAY, by=officers[0])
    with pytest.raises(HeldByEthics):
        calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())

    reviewed(robotics, officers)
    assert calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now()).state == "issued"


def test_an_override_lets_one_call_pass_from_its_draft_to_its_issue(draft, fund, robotics, officers, staff):
    in_force(fund, officers[0])
    override = overridden(fund, robotics, staff, officers)

    call = calls.submit(draft(ticket(robotics)), by=staff["analyst"])
    approve(call, staff["manager"])
    calls.issue(call, by=staff["manager"], on=TODAY, at=clock.now())

    assert OverrideUse.objects.get(override=override).object == call.public_id
    with pytest.raises(HeldByEthics):
        draft(ticket(robotics))


def test_an_override_of_less_lets_nothing_pass(draft, fund, robotics, officers, staff):
    in_force(fund, officers[0])
    overridden(fund, robotics, staff, officers, amount=AMOUNT - Decimal("0.01"))

    with pytest.raises(HeldByEthics):
        draft(ticket(robotics))


def test_plain_sql_names_no_company_past_the_gate(draft, fund, robotics, officers, staff):
    call = calls.submit(draft(Line("investment", "A first ticket", AMOUNT)), by=staff["analyst"])
    line = call.lines.get()
    in_force(fund, officers[0])
    tries = [
        lambda: CallLine.objects.filter(pk=line.pk).update(holding=robotics),
        lambda: CallLine.objects.create(
            call=call, order=2, purpose="investment", text="More", amount=AMOUNT, holding=robotics
        ),
    ]
    for attempt in tries:
        with pytest.raises(DatabaseError, match="ethics gate holds this money back: missing"), transaction.atomic():
            attempt()

    review = reviewed(robotics, officers)
    tries[0]()
    ethics.close(review, on=TODAY, by=officers[0])
    for attempt in (
        lambda: call.approvals.create(digest="0" * 64, signed={}, by=staff["manager"], at=clock.now()),
        lambda: type(call).objects.filter(pk=call.pk).update(
            state="issued", issued_on=TODAY, issued_at=clock.now(), issued_by=staff["manager"]
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="ethics gate"), transaction.atomic():
            attempt()


@pytest.mark.parametrize("wrong", ["a fee", "twice", "a stake", "of another fund", "nobody’s"])
def test_a_company_is_named_rightly_or_not_at_all(draft, held, robotics, system, wrong):
    if wrong == "of another fund":
        other = funds.fund(system=system, name="Other Fund")
        by = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    lines = {
        "a fee": lambda: [ticket(robotics, purpose="expenses")],
        "twice": lambda: [ticket(robotics), ticket(robotics)],
        "a stake": lambda: [ticket(held("Birch Partners", kind="fund"))],
        "of another fund": lambda: [ticket(held("Cedar Optics", of=other, by=by))],
        "nobody’s": lambda: [Line("investment", "A first ticket", AMOUNT, company="holding_0000000000000000")],
    }[wrong]()

    with pytest.raises(UnfitCompany) as refused:
        draft(*lines)

    assert (refused.value.field, refused.value.row) == ("company", len(lines))


def test_the_database_lets_no_line_name_what_its_fund_does_not_hold(draft, held, system):
    other = funds.fund(system=system, name="Other Fund")
    by = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    line = draft(Line("investment", "A first ticket", AMOUNT)).lines.get()

    for holding in (held("Cedar Optics", of=other, by=by), held("Birch Partners", kind="fund")):
        with pytest.raises(IntegrityError, match="the fund of its call holds"), transaction.atomic():
            CallLine.objects.filter(pk=line.pk).update(holding=holding)


def test_the_form_offers_companies_and_tells_a_refusal_beside_its_line(
    fund, commitments, signed_in, robotics, officers
):
    in_force(fund, officers[0])
    browser = signed_in("analyst")
    assert "Alder Robotics" in text_of(browser.get(NEW))

    sent = rows(("expenses", "Audit", "5.00"), TICKETS) | {"lines-1-company": robotics.public_id}
    answer = browser.post(NEW, sent)

    page = text_of(answer)
    assert answer.status_code == 200
    assert "No ethics review stands. Money waits until one is concluded." in page
    assert f'value="{robotics.public_id}" selected' in page
    assert 'href="#id_lines-1-company"' in page
    assert not fund.capital_calls.exists()


def test_pages_and_workbook_name_the_company_and_the_override(fund, robotics, officers, staff, draft, signed_in):
    in_force(fund, officers[0])
    overridden(fund, robotics, staff, officers)
    call = calls.submit(draft(ticket(robotics)), by=staff["analyst"])
    browser = signed_in("manager", fresh=True)

    for address in (f"/manage/calls/{call.public_id}", page_of(call, "approve")):
        page = text_of(browser.get(address))
        assert "Alder Robotics" in page
        assert "Overridden up to 1 000 000.00" in page
        assert "A bridge until the review." in page

    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(reverse("portfolio:call-xlsx", args=[call.public_id])).content)
    )
    assert any("Alder Robotics" in row for row in book["Purposes"].values)
    assert any("A bridge until the review." in row for row in book["Past the ethics gate"].values)


def test_a_change_of_the_company_is_told_by_its_name(fund, robotics, held, staff, draft, signed_in):
    call = draft(ticket(robotics))
    calls.edit(call, due_on=DUE, lines=[ticket(held("Cedar Optics"))], by=staff["analyst"], at=clock.now())

    page = text_of(signed_in("manager").get(f"/manage/calls/{call.public_id}"))

    assert "Line 1, company" in page
    assert "<del>Alder Robotics</del> → <ins>Cedar Optics</ins>" in page


def test_a_call_before_the_gate_is_history(draft, fund, robotics, officers):
    in_force(fund, officers[0], day=date(2026, 6, 2))

    assert draft(ticket(robotics)).pk


def test_every_report_of_the_fund_tells_what_was_let_past(fund, robotics, officers, staff, draft, signed_in):
    browser = signed_in("manager")
    reports = ("/manage/pool", "/manage/holdings", "/manage/pool/figures/invested", "/manage/pool/returns")
    before = [text_of(browser.get(one)) for one in reports]
    assert not any("past the ethics gate" in page for page in before)
    in_force(fund, officers[0])
    overridden(fund, robotics, staff, officers)
    draft(ticket(robotics))

    pool, holdings, figure, returns = (text_of(browser.get(one)) for one in reports)

    for page in (pool, figure, returns):
        assert "Money was let past the ethics gate by two people." in page
    assert "A bridge until the review." in holdings
    figure_workbook = reverse("portfolio:figure-xlsx", args=["invested"])
    for address in (reverse("portfolio:pool-xlsx"), reverse("portfolio:holdings-xlsx"), figure_workbook):
        book = openpyxl.load_workbook(io.BytesIO(browser.get(address).content))
        rows_told = list(book["Past the ethics gate"].values)
        assert any("Alder Robotics" in row and Decimal(str(row[2])) == AMOUNT for row in rows_told if row[0])
