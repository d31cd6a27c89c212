"""Holdings on their pages: what was paid in both currencies, what it comes to, and forms that refuse in words."""

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from core import clock
from portfolio.investments import services as investments
from portfolio.investments.models import Transaction
from portfolio.ledger.models import Entry
from tests.factories import funds, people
from tests.portfolio.investments.conftest import MAY

HOLDINGS = "/manage/holdings"


def sheet_of(response, name):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return list(book[name].iter_rows(min_row=2, values_only=True))


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


def page_of(holding, act=""):
    return f"{HOLDINGS}/{holding.public_id}{act and '/'}{act}"


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def held(money, holding, bought):
    """A company bought into in dollars: 110 000 at 1.10."""
    money()
    held = holding("USD")
    bought(held)
    return held


@pytest.fixture
def stake(money, holding, manager):
    money()
    held = holding(kind="fund", name="Example Ventures")
    investments.commit_to_stake(
        held, amount=Decimal("1000.00"), effective_on=MAY, basis="illustrative", source="", by=manager, at=clock.now()
    )
    return held


@pytest.fixture
def send(as_manager):
    """Open a form, fill it in with what is given, and send it."""

    def _send(holding, act, **given):
        key = key_of(text_of(as_manager.get(page_of(holding, act))))
        return as_manager.post(page_of(holding, act), {"key": key, "effective_on": "2026-05-20", **given})

    return _send


def test_the_list_has_each_holding_and_its_sums(as_manager, held):
    page = text_of(as_manager.get(HOLDINGS))

    assert "Example Robotics" in page
    assert page.count('<data value="100000.00">0.1</data>') == 6
    assert '<data value="100000.00">0.1</data><span class="sub">at cost</span>' in page
    assert page.count('<td class="n p3">0.00×</td><td class="n p3">1.00×</td><td class="n p2">1.00×</td>') == 2
    assert page.count('<td class="n p2">0.0 %</td>') == 2
    assert "1 holding" in page


@pytest.mark.parametrize("key", ["", "short", "a" * 16 + "\x00"])
def test_a_form_whose_key_was_bent_says_to_open_it_anew(as_manager, held, key):
    before = Transaction.objects.count()

    page = text_of(as_manager.post(page_of(held, "write-off"), {"key": key, "cost": "1.00", "reason": "lost"}))

    assert "This form was changed on its way. Open it anew and fill it in again." in page
    assert "Key" not in page
    assert Transaction.objects.count() == before


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, True),
        ({"kind": "direct"}, True),
        ({"kind": "fund"}, False),
        ({"technology": "AI"}, True),
        ({"technology": "SPACE"}, False),
        ({"nation": "unknown"}, True),
        ({"nation": "FR"}, False),
        ({"year": "2026"}, True),
        ({"year": "2025"}, False),
        ({"kind": "<script>"}, False),
        ({"as_of": "2026-05-03"}, False),
        ({"known_at": "2026-05-31T00:00:00Z"}, False),
    ],
)
def test_the_list_is_narrowed(as_manager, held, asked, shown):
    page = text_of(as_manager.get(HOLDINGS, asked))

    assert (page_of(held) in page) is shown
    assert "<script>" not in page.replace("<script src=", "")


def test_a_holding_shows_both_currencies_with_rate_day_and_source(as_manager, held):
    page = text_of(as_manager.get(page_of(held)))

    assert '<data class="n" value="110000.00">110 000.00</data>' in page
    assert '<data class="n" value="100000.00">100 000.00</data>' in page
    assert '<data class="n" value="1.100000">1.100000</data>' in page
    assert "4 May 2026, ECB" in page
    assert f"/manage/ledger/entries/{Entry.objects.get(kind='purchase').public_id}" in page


def test_without_a_mark_a_holding_stands_at_cost_and_says_so(as_manager, held):
    page = text_of(as_manager.get(page_of(held)))

    assert (
        '<dt>Fair value</dt><dd class="fig"><a href="#h-transactions"><data value="100000.00">0.10</data></a>' in page
    )
    assert "at cost: no mark is approved" in page
    assert '<dt>TVPI (MOIC)</dt><dd class="fig">1.00×</dd><dd>received and fair value, over invested</dd>' in page
    assert '<dt>IRR</dt><dd class="fig">0.0 %</dd><dd>per year: one rate</dd>' in page


def test_a_correction_later_leaves_what_was_known(as_manager, held, send):
    before = text_of(as_manager.get(page_of(held), {"known_at": "2026-06-01T12:00:00Z"}))
    with clock.standing_at(clock.now().replace(minute=5)):
        send(held, "write-off", cost="10000.00", reason="closed", effective_on="2026-05-10")
        after = text_of(as_manager.get(page_of(held), {"known_at": "2026-06-01T12:00:00Z"}))
        now = text_of(as_manager.get(page_of(held)))

    assert "Write-off</b>" not in before + after
    assert "Write-off</b>" in now


def test_a_purchase_is_recorded_once_however_often_it_is_sent(as_manager, held, manager, fund):
    round_ = held.transactions.get().round
    page = text_of(as_manager.get(page_of(held, "buy")))
    sent = {
        "round": round_.public_id,
        "quantity": "10",
        "amount": "1 200.00",
        "tranche": "2",
        "effective_on": "2026-05-20",
        "key": key_of(page),
    }

    answers = [as_manager.post(page_of(held, "buy"), sent) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {302}
    bought = Transaction.objects.get(tranche=2)
    assert (bought.amount, bought.fund_amount) == (Decimal("1200.00"), Decimal("1000.00"))


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("before its round", {"effective_on": "2026-05-03"}, "The purchase lies before its round"),
        ("on a day without a rate", {"effective_on": "2026-05-12"}, "There is no rate for USD"),
        ("for more than there is", {"amount": "99999999.00"}, "Call capital first."),
        ("for nothing", {"amount": "0"}, "An amount is above zero, in whole cents"),
        ("for less than nothing", {"amount": "-5"}, "An amount is above zero, in whole cents"),
        ("for a tenth of a cent", {"amount": "1.001"}, "An amount is above zero, in whole cents"),
        ("for thirty digits", {"amount": "9" * 30}, "An amount is above zero, in whole cents"),
        ("in words", {"amount": "a lot"}, "Write a number, such as 1234.56."),
        ("of no share", {"quantity": "0"}, "A quantity is above zero, with at most six decimal places."),
        (
            "of a seventh decimal",
            {"quantity": "0.0000001"},
            "A quantity is above zero, with at most six decimal places.",
        ),
        ("of another company's round", {"round": "round_0000000000000000"}, "Choose one of the values offered."),
        ("on no day", {"effective_on": "31 June"}, "Write the day like 2026-09-30."),
    ],
)
def test_a_purchase_that_cannot_be_is_refused_beside_its_field(held, send, story, given, sentence):
    sent = {"round": held.transactions.get().round.public_id, "quantity": "10", "amount": "1200.00", "tranche": "1"}

    page = text_of(send(held, "buy", **(sent | given)))

    assert sentence in page, story
    assert "<title>Error: " in page
    name, typed = next(iter(given.items()))
    assert name == "round" or f'value="{typed}"' in page
    assert Transaction.objects.count() == 1
    assert Entry.objects.filter(kind="purchase").count() == 1


def test_no_more_is_sold_than_is_held(held, send):
    page = text_of(send(held, "sell", quantity="1000.5", amount="1.00"))

    assert "cannot be sold or written off" in page
    assert 'value="1000.5"' in page
    assert Transaction.objects.count() == 1


def test_a_sale_and_a_write_off_are_recorded(as_manager, held, send):
    assert send(held, "sell", quantity="400", amount="60000.00").status_code == 302
    assert send(held, "write-off", cost="6000.00", reason="market closed").status_code == 302

    page = text_of(as_manager.get(page_of(held)))
    assert '<dt>At cost, USD</dt><dd><data class="n" value="60000.00">' in page
    assert "market closed" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"cost": "110000.01", "reason": "x"}, "cannot be sold or written off"),
        ({"cost": "1.00", "reason": " "}, "Fill in “Reason”."),
    ],
)
def test_a_write_off_is_refused_beside_its_field(held, send, given, sentence):
    assert sentence in text_of(send(held, "write-off", **given))
    assert Transaction.objects.count() == 1


def test_a_stake_is_paid_within_its_commitment_and_pays_out(as_manager, stake, send):
    assert send(stake, "pay", amount="600.00").status_code == 302
    assert "of the stake is unpaid" in text_of(send(stake, "pay", amount="400.01"))
    assert send(stake, "receive", amount="250.00", returned_capital="200.00").status_code == 302
    assert "cannot be sold" in text_of(send(stake, "receive", amount="1.00", returned_capital="2.00"))

    page = text_of(as_manager.get(page_of(stake)))
    assert '<dt>At cost, EUR</dt><dd><data class="n" value="400.00">' in page
    assert "What stands, by the day from which it is committed" in page
    assert Transaction.objects.count() == 2


def test_shares_are_not_bought_of_a_stake(as_manager, stake):
    assert as_manager.get(page_of(stake, "buy")).status_code == 409


@pytest.mark.parametrize(("role", "list_status", "form_status"), [("fund-analyst", 200, 403), ("auditor", 200, 403)])
def test_others_read_and_do_not_record(client, held, fund, system, role, list_status, form_status):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    signed_in = people.signed_in(client, people.person(role=role, system=system, **where))

    page = signed_in.get(page_of(held))
    assert (page.status_code, signed_in.get(HOLDINGS).status_code) == (200, list_status)
    assert "/buy" not in text_of(page)
    assert signed_in.get(page_of(held, "buy")).status_code == form_status
    assert signed_in.post(page_of(held, "sell"), {"quantity": "1"}).status_code == form_status


def test_another_funds_holding_is_not_there(client, held, system):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    signed_in = people.signed_in(client, stranger)

    for path in (page_of(held), page_of(held, "buy"), page_of(held, "export.xlsx")):
        assert signed_in.get(path).status_code == 404, path
    assert signed_in.get(HOLDINGS, {"fund": held.fund.public_id}).status_code == 404


def test_reading_the_past_offers_nothing_to_record(as_manager, held):
    assert "/buy" in text_of(as_manager.get(page_of(held)))
    assert "/buy" not in text_of(as_manager.get(page_of(held), {"known_at": "2026-06-01T12:00:00Z"}))


def test_both_workbooks_hold_exact_numbers(as_manager, held):
    listed = openpyxl.load_workbook(io.BytesIO(as_manager.get(f"{HOLDINGS}.xlsx").content), read_only=True)
    rows = list(listed["Holdings"].iter_rows(values_only=True))
    assert (rows[1][0], rows[1][6], rows[1][8], rows[-1][9]) == ("Example Robotics", 110000, 100000, 100000)
    assert rows[1][11:18] == (100000, "cost: no mark is approved", 0, 1, 1, 0, "one rate")
    assert rows[-1][8:12] == (100000, 100000, 0, 100000)
    whole = openpyxl.load_workbook(io.BytesIO(as_manager.get(page_of(held, "export.xlsx")).content), read_only=True)
    assert whole.sheetnames == ["About", "Figures", "Transactions", "Rounds as published"]
    bought = list(whole["Transactions"].iter_rows(values_only=True))[1]
    assert (bought[4], bought[6], bought[8], bought[10]) == (110000, 100000, 1.1, "ECB")


def test_a_quarter_is_said_no_more_exactly_than_known(as_manager, held, fund, manager):
    investments.record_round(
        held.organisation, name="Growth", held_on=date(2024, 10, 1), precision="quarter", total=Decimal("5000000.00"),
        currency="EUR", role="lead", co_investors="", basis="solid", source="https://example.org/news", note="",
        fund=fund, by=manager, at=clock.now(),
    )  # fmt: skip

    page = text_of(as_manager.get(page_of(held)))

    assert '<span class="when">Q4 2024</span><b>Growth</b>' in page
    assert "2024-10-01" not in page


def test_the_pages_speak_french(client, held, fund, system):
    reader = people.person(
        role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, language="fr", system=system
    )
    page = text_of(people.signed_in(client, reader).get(page_of(held)))

    assert "110 000,00" in page
    assert "4 mai 2026" in page
