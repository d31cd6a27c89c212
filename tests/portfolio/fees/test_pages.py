"""Fees on their page: paid out of cash, posted once, refused in words."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from tests.factories import funds, investments, people
from tests.portfolio.investments.test_pages import key_of, text_of

LEDGER, PAY = "/manage/ledger", "/manage/ledger/fees/pay"
FEES = ("management-fees", "expenses")


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def manager(fund, system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def money(fund, system):
    return investments.money(fund, "100000.00", system=system)


@pytest.fixture
def send(as_manager):
    """Open the form, fill it in with what is given, and send it."""

    def _send(key=None, **given):
        typed = {"line": "expenses", "amount": "1 250.40", "effective_on": "2026-05-20", "memo": "Audit of 2025"}
        return as_manager.post(PAY, {"key": key or key_of(text_of(as_manager.get(PAY))), **typed, **given})

    return _send


def paid():
    return Entry.objects.filter(kind__in=FEES)


@pytest.mark.parametrize("line", FEES)
def test_a_fee_is_paid_out_of_cash_and_leads_to_its_entry(as_manager, money, fund, manager, send, line):
    assert f'href="{PAY}?fund={fund.public_id}"' in text_of(as_manager.get(LEDGER))

    answer = send(line=line)

    entry = paid().get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LEDGER}/entries/{entry.public_id}")
    assert (entry.kind, entry.effective_on, entry.memo) == (line, date(2026, 5, 20), "Audit of 2025")
    posting = entry.postings.get()
    assert (posting.debit.code, posting.credit.code, posting.amount) == (line, "cash", Decimal("1250.40"))
    assert AuditEvent.objects.get(kind="fee.paid").actor == manager.public_id
    page = text_of(as_manager.get(answer.headers["Location"]))
    assert "Recorded and posted to the ledger." in page
    assert "Audit of 2025" in page


def test_what_is_there_and_what_was_paid_stands_beside_the_form(as_manager, money, send):
    send()

    page = text_of(as_manager.get(PAY))

    assert '<dt>Cash at bank</dt><dd><data class="n" value="98749.60">' in page
    assert '<dt>Fund expenses</dt><dd><data class="n" value="1250.40">' in page


def test_sent_twice_it_is_paid_once(as_manager, money, send):
    key = key_of(text_of(as_manager.get(PAY)))

    answers = [send(key) for _ in range(3)]

    assert {answer.headers["Location"] for answer in answers} == {f"{LEDGER}/entries/{paid().get().public_id}"}
    assert AuditEvent.objects.filter(kind="fee.paid").count() == 1
    assert "Something else was already posted under this key." in text_of(send(key, amount="1.00"))


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("of no line", {"line": ""}, "Choose “What is paid”."),
        ("of a line without fees", {"line": "cash"}, "Choose one of the values offered."),
        ("of more than there is", {"amount": "100000.01"}, "Call capital first."),
        ("of nothing", {"amount": "0"}, "An amount is above zero, in whole cents"),
        ("of less than nothing", {"amount": "-5"}, "An amount is above zero, in whole cents"),
        ("of a tenth of a cent", {"amount": "1.001"}, "An amount is above zero, in whole cents"),
        ("of thirty digits", {"amount": "9" * 30}, "An amount is above zero, in whole cents"),
        ("in words", {"amount": "a lot"}, "Write a number, such as 1234.56."),
        ("on no day", {"effective_on": "31 June"}, "Write the day like 2026-09-30."),
        ("before there was money", {"effective_on": "2025-12-31"}, "Call capital first."),
        ("for nothing", {"memo": " "}, "Fill in “What it was for”."),
        ("in too many words", {"memo": "m" * 201}, "to 200 characters. It has 201."),
        ("under a bent key", {"key": "short"}, "This form was changed on its way. Open it anew and fill it in again."),
    ],
)
def test_a_fee_that_cannot_be_is_refused_beside_its_field(money, send, story, given, sentence):
    page = text_of(send(**given))

    assert sentence in page, story
    assert "<title>Error: " in page
    name, value = next(iter(given.items()))
    assert name in {"line", "memo", "key"} or f'value="{value}"' in page
    assert name == "memo" or 'value="Audit of 2025"' in page
    assert not paid().exists()


def test_no_fee_is_dated_into_a_closed_period(fund, money, system, send):
    ledger.close(fund.book, through=date(2026, 5, 20), today=clock.today(), by=system, at=clock.now())

    page = text_of(send())

    assert "The books are closed to 20 May 2026. Date it 21 May 2026, the first open day, or later." in page
    assert "is taken back from its entry, and what was right is recorded anew." in page
    assert 'value="2026-05-20"' in page
    assert not paid().exists()


@pytest.fixture
def closed(fund, money, system):
    return ledger.close(fund.book, through=date(2026, 5, 20), today=clock.today(), by=system, at=clock.now())


LEFT_OUT = "Left out of a closed period on"


def test_what_was_left_out_of_a_closed_period_is_paid_on_an_open_day_and_names_it(as_manager, closed, send):
    assert LEFT_OUT in text_of(as_manager.get(PAY))
    key = key_of(text_of(as_manager.get(PAY)))

    for _turn in range(2):
        answer = send(key, effective_on="2026-05-21", left_out_on="2026-05-20")

    entry = paid().get()
    assert (entry.effective_on, entry.adjusts) == (date(2026, 5, 21), closed)
    assert AuditEvent.objects.get(kind="fee.paid").after["left_out_on"] == "2026-05-20"
    page = text_of(as_manager.get(answer.headers["Location"]))
    assert "the closed period that ended before 21 May 2026" in page


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("of a day that is open", {"left_out_on": "2026-05-21"}, "The books of 21 May 2026 are open. Leave this empty"),
        ("of no day", {"left_out_on": "soon"}, "Write the day like 2026-09-30."),
        ("and dated into it", {"left_out_on": "2026-05-01", "effective_on": "2026-05-20"}, "the first open day"),
    ],
)
def test_what_was_not_left_out_is_refused_beside_its_field(closed, send, story, given, sentence):
    page = text_of(send(**{"effective_on": "2026-05-21", **given}))

    assert sentence in page, story
    assert f'value="{given["left_out_on"]}"' in page
    assert not paid().exists()


def test_nothing_is_left_out_of_books_that_were_never_closed(as_manager, money):
    assert LEFT_OUT not in text_of(as_manager.get(PAY))


@pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee", "auditor"])
def test_others_pay_none(client, fund, money, system, role):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    signed_in = people.signed_in(client, people.person(role=role, system=system, **where))
    sent = {"line": "expenses", "amount": "1.00", "effective_on": "2026-05-20", "memo": "x", "key": "k" * 20}

    assert PAY not in text_of(signed_in.get(LEDGER))
    assert signed_in.get(PAY).status_code == 403
    assert signed_in.post(PAY, sent).status_code == 403
    assert not paid().exists()


def test_none_is_paid_for_another_fund(client, fund, money, system):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    sent = {"line": "expenses", "amount": "1.00", "effective_on": "2026-05-20", "memo": "x", "key": "k" * 20}

    assert people.signed_in(client, stranger).post(f"{PAY}?fund={fund.public_id}", sent).status_code == 404
    assert not paid().exists()


def test_reading_the_past_offers_nothing_to_pay(as_manager, money):
    assert PAY not in text_of(as_manager.get(LEDGER, {"known_at": "2026-05-31T00:00:00Z"}))
