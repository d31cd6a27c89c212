"""The fund's endpoints: figures as the pool page has them, own nations alone, announced payments, reported values."""

from datetime import date
from decimal import Decimal

import pytest

from core.audit.models import AuditEvent
from portfolio.capital_calls.models import ReceiptNotice
from portfolio.valuations.models import ReportedNav
from tests.api import checking
from tests.factories import clients, pools

pytestmark = pytest.mark.django_db
EVERYTHING = [
    *("funds:read", "pool:read", "navs:read", "commitments:read", "calls:read", "notices:read", "receipts:read"),
    *("receipts:write", "holdings:read", "reported-navs:read", "reported-navs:write", "organisations:read"),
]
LISTS = ["funds", "commitments", "capital-calls", "notices", "receipt-notices", "holdings", "reported-navs"]


@pytest.fixture
def pool(system):
    return pools.played(system=system)


@pytest.fixture
def treasury(system, pool):
    """Estonia's system: its own account, and nothing of the fund as a whole."""
    return clients.Caller(clients.client(system=system, scopes=EVERYTHING, reach=["nation:EE"]))


@pytest.fixture
def observer(system, pool):
    """A system that reaches the fund as a whole, and no nation's account."""
    return clients.Caller(clients.client(system=system, scopes=EVERYTHING, reach=[f"fund:{pool.fund.public_id}"]))


def _day(pool):
    return "as_of=2026-05-31"


def test_the_pool_is_that_of_the_pool_page(observer, pool):
    answer = observer.get(f"funds/{pool.fund.public_id}/pool?{_day(pool)}")
    checking.fits(answer, "GET", f"funds/{pool.fund.public_id}/pool")
    amounts = {name: one["amount"] for name, one in answer.json()["amounts"].items()}
    assert amounts == {name: pools.FIGURES[name] for name in amounts}


def test_the_pool_is_hidden_from_whoever_does_not_reach_it(treasury, pool):
    assert treasury.get(f"funds/{pool.fund.public_id}/pool").status_code == 404
    assert treasury.get(f"funds/{pool.fund.public_id}").status_code == 200


def test_a_nation_sees_its_own_account_alone(treasury, observer):
    (commitment,) = treasury.walk(f"commitments?{_day(None)}")
    assert (commitment["nation"], commitment["amount"]) == ("EE", {"amount": "100.00", "currency": "EUR"})
    notices = treasury.walk(f"notices?{_day(None)}&limit=1")
    assert [(one["nation"], one["amount"]["amount"], one["paid"]["amount"]) for one in notices] == [
        ("EE", "26.00", "26.00"),
        ("EE", "15.00", "0.00"),
    ]
    assert observer.walk("commitments") == observer.walk("notices") == []


def test_figures_are_as_of_a_day_and_as_known_on_a_moment(treasury):
    before = treasury.walk("notices?as_of=2026-02-08")
    assert before[0]["paid"]["amount"] == "0.00"
    known = treasury.walk("notices?as_of=2026-05-31&known_at=2026-02-05T00:00:00Z")
    assert known[0]["paid"]["amount"] == "0.00"


def test_a_draft_of_a_call_is_not_there(observer, treasury, pool):
    assert [one["number"] for one in observer.walk("capital-calls")] == [1, 2]
    draft = pool.fund.capital_calls.get(number=3)
    assert observer.get(f"capital-calls/{draft.public_id}").status_code == 404


@pytest.mark.parametrize("path", LISTS)
def test_every_list_keeps_to_the_contract(observer, treasury, path):
    for caller in (observer, treasury):
        answer = caller.get(path)
        assert answer.status_code == 200
        checking.fits(answer, "GET", path)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_one(
    observer, treasury, path, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        observer.get(path)


def _announced(notice, /, **given):
    return {
        "notice": notice["id"],
        "amount": {"amount": "15.00", "currency": "EUR"},
        "value_on": "2026-05-20",
        "reference": "EE-7",
    } | given


def test_a_payment_is_announced_and_nothing_is_booked(treasury, pool):
    notice = treasury.walk("notices")[-1]
    answer = treasury.post("receipt-notices", _announced(notice))
    checking.fits(answer, "POST", "receipt-notices")
    assert answer.status_code == 201, answer.content
    assert pool.fund.receipts.count() == 3
    noted = AuditEvent.objects.get(kind="receipt.announced")
    assert (noted.client, noted.actor) == (treasury.client.public_id, treasury.client.person.public_id)
    assert treasury.walk(f"receipt-notices?notice={notice['id']}") == [answer.json()]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"amount": {"amount": "15.00", "currency": "USD"}}, "/amount", "receipt_notice_in_another_currency"),
        ({"amount": {"amount": "0.00", "currency": "EUR"}}, "", "unfit_amount"),
        ({"amount": {"amount": "-1.00", "currency": "EUR"}}, "", "unfit_amount"),
        ({"amount": {"amount": "1.001", "currency": "EUR"}}, "", "unfit_amount"),
        ({"amount": "15.00"}, "/amount", "shape"),
        ({"amount": {"amount": 15, "currency": "EUR"}}, "/amount", "amount"),
        ({"value_on": "2025-01-01"}, "/value_on", "receipt_notice_unfit_day"),
        ({"value_on": "20.5.2026"}, "/value_on", "invalid"),
        ({"reference": ""}, "/reference", "blank"),
        ({"reference": 7}, "/reference", "invalid"),
        ({"notice": None}, "/notice", "null"),
    ],
)
def test_an_announcement_that_does_not_fit_is_pointed_at(treasury, given, pointer, code):
    answer = treasury.post("receipt-notices", _announced(treasury.walk("notices")[-1], **given))
    checking.fits(answer, "POST", "receipt-notices")
    assert answer.status_code == 400, answer.content
    told = answer.json()
    assert code in {told["code"], *(one["code"] for one in told.get("errors", []))}, told
    assert not pointer or told["errors"][0]["pointer"] == pointer
    assert not ReceiptNotice.objects.exists()


def test_another_nations_notice_is_not_there(treasury, pool):
    other = pool.fund.capital_calls.get(number=2).notices.exclude(commitment__nation="EE").first()
    answer = treasury.post("receipt-notices", _announced({"id": other.public_id}))
    assert answer.status_code == 404
    assert treasury.get(f"notices/{other.public_id}").status_code == 404


def test_a_manager_reports_the_value_of_its_own_fund_alone(system, pool):
    stake = pool.fund.holdings.get(kind="fund")
    manager = clients.Caller(clients.client(system=system, scopes=EVERYTHING, partner=stake.organisation))
    body = {
        "holding": stake.public_id,
        "as_of": "2026-03-31",
        "amount": {"amount": "12.50", "currency": "EUR"},
        "source": "Report of the first quarter",
    }
    answer = manager.post("reported-navs", body)
    assert answer.status_code == 201, answer.content
    checking.fits(answer, "POST", "reported-navs")
    told = ReportedNav.objects.get()
    assert (told.amount, told.as_of) == (Decimal("12.50"), date(2026, 3, 31))
    assert [one["id"] for one in manager.walk("holdings")] == [stake.public_id]
    direct = pool.fund.holdings.filter(kind="direct").first()
    assert manager.post("reported-navs", body | {"holding": direct.public_id}).status_code == 404
    assert manager.post("reported-navs", body | {"as_of": "2999-01-01"}).json()["code"] == "reported_nav_not_yet"


def test_the_manager_of_no_fund_reports_nothing(observer, pool):
    stake = pool.fund.holdings.get(kind="fund")
    body = {
        "holding": stake.public_id,
        "as_of": "2026-03-31",
        "amount": {"amount": "1.00", "currency": "EUR"},
        "source": "x",
    }
    assert observer.post("reported-navs", body).status_code == 404
