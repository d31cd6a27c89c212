"""A capital call from its first line to the last cent, through the pages alone: two people, three Allies, no script."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from core import clock
from core.audit import services as audit
from core.audit.models import AuditEvent
from portfolio.capital_calls import paying
from portfolio.capital_calls.models import CallNotice, CapitalCall
from portfolio.ledger import invariants
from portfolio.ledger import queries as books
from portfolio.performance import queries as performance
from tests.core.people import sessions
from tests.factories import funds, nations, people

COMMITTED = {"EE": "30000000.00", "FI": "35000000.00", "LU": "29000000.01"}
AMOUNT = Decimal("1234567.89")


@pytest.fixture
def fund(system):
    fund = funds.fund(system=system)
    closing = funds.closing(fund, system=system)
    for code, amount in COMMITTED.items():
        funds.commitment(fund, nations.ally(code, system=system), amount, at_closing=closing, system=system)
    return fund


@pytest.fixture
def browsers(fund, system):
    """Everybody who takes part, each in a browser of her own."""

    def sign_in(role, kind, ref):
        person = people.person(role=role, scope_kind=kind, scope_ref=ref, system=system)
        return sessions.fresh(people.signed_in(Client(), person), person)

    return {
        "analyst": sign_in("fund-analyst", "fund", fund.public_id),
        "manager": sign_in("fund-manager", "fund", fund.public_id),
        **{code: sign_in("ally-representative", "nation", code) for code in COMMITTED},
    }


def said(amount):
    """An amount as the English pages write it, its groups apart by a space."""
    return f"{amount:,.2f}".replace(",", " ")


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\u00a0", " ")


def link(page, words):
    """Where the link with these words leads."""
    return re.search(rf'href="([^"]+)"[^>]*>{re.escape(words)}', page)[1].replace("&amp;", "&")


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


def send(browser, address, **fields):
    """Send a form; return where it leads."""
    answer = browser.post(address, fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def draft(browser):
    address = link(read(browser, "/manage/calls"), "Draft a call…")
    rows = [("investment", "First tickets", "1 000 000.00"), ("management-fee", "First half", "234 567.89")]
    fields = {"due_on": "2026-06-15", "memo": "", "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0"}
    for number, (purpose, text, amount) in enumerate(rows):
        fields |= {
            f"lines-{number}-purpose": purpose,
            f"lines-{number}-text": text,
            f"lines-{number}-amount": amount,
            f"lines-{number}-inside_commitment": "on",
        }
    return send(browser, address, **fields)


def confirm(browser, call, words):
    """Read the page that asks once more, and take the step."""
    address = link(read(browser, call), words)
    return send(browser, address, digest=hidden(read(browser, address), "digest"))


def pay(browser, notice, amount, reference):
    """Record a receipt by way of the page that shows what it would pay."""
    commitment = notice.commitment.public_id
    fields = {"commitment": commitment, "amount": str(amount), "received_on": "2026-06-01", "reference": reference}
    shown = browser.post("/manage/receipts/record", fields).content.decode()
    return send(browser, "/manage/receipts/record", **fields, shown=hidden(shown, "shown"), confirmed="1")


def notices():
    """The notices of the first call, by nation."""
    return {notice.commitment.nation_id: notice for notice in CallNotice.objects.filter(call__number=1)}


def figures(fund):
    return performance.figures(fund, as_of=clock.today(), known_at=clock.now())


def test_a_call_is_drafted_approved_issued_and_paid_to_the_last_cent(fund, browsers):
    analyst, manager = browsers["analyst"], browsers["manager"]

    call = draft(analyst)
    assert "Total, 3 Allies" in read(analyst, call)
    send(analyst, f"{call}/submit")
    assert "Approve…" not in read(analyst, call)
    assert "Approve call No. 1" in read(manager, "/manage/")

    confirm(manager, call, "Approve…")
    confirm(manager, call, "Issue…")
    owed = {code: notice.amount for code, notice in notices().items()}
    assert sum(owed.values()) == AMOUNT == figures(fund).called
    for code, amount in owed.items():
        page = read(browsers[code], link(read(browsers[code], "/ally/"), "Read the notice"))
        assert said(amount) in page
        assert [other for other in owed.values() if other != amount and said(other) in page] == []

    pay(analyst, notices()["EE"], Decimal("100000.00"), "EE-1")
    pay(analyst, notices()["FI"], owed["FI"] + Decimal("0.01"), "FI-1")
    pay(analyst, notices()["LU"], owed["LU"], "LU-1")
    page = read(manager, call)
    assert "Paid in part" in page
    assert "in suspense: 0.01" in page
    assert "Nothing to do." in read(browsers["FI"], "/ally/")
    assert CapitalCall.objects.get().state == "issued"

    pay(analyst, notices()["EE"], owed["EE"] - Decimal("100000.00"), "EE-2")
    assert CapitalCall.objects.get().state == "settled"
    assert "Paid in full" in read(manager, call)

    after = figures(fund)
    assert (after.paid_in, after.cash, after.receivables) == (AMOUNT, AMOUNT + Decimal("0.01"), Decimal(0))
    assert sum(paying.suspense(fund, as_of=clock.today(), known_at=clock.now()).values()) == Decimal("0.01")
    assert books.balance(fund.book, "capital", as_of=clock.today(), known_at=clock.now()) == -AMOUNT
    assert invariants.broken(fund.book) == []
    assert audit.verify_all() == []
    steps = (
        AuditEvent.objects.filter(kind__startswith="capital_call").order_by("position").values_list("kind", flat=True)
    )
    assert [step.partition(".")[2] for step in steps] == ["drafted", "submitted", "approved", "issued", "settled"]


def test_the_cent_in_suspense_pays_the_next_call(fund, browsers):
    analyst, manager = browsers["analyst"], browsers["manager"]
    for number in (1, 2):
        call = draft(analyst)
        send(analyst, f"{call}/submit")
        confirm(manager, call, "Approve…")
        confirm(manager, call, "Issue…")
        if number == 1:
            pay(analyst, notices()["FI"], notices()["FI"].amount + Decimal("0.01"), "FI-1")

    address = link(read(analyst, "/manage/receipts"), "Use for open notices…")
    send(analyst, address, shown=hidden(read(analyst, address), "shown"))

    assert paying.suspense(fund, as_of=clock.today(), known_at=clock.now()) == {}
    assert figures(fund).paid_in == notices()["FI"].amount + Decimal("0.01")
    assert invariants.broken(fund.book) == []
