"""Rounds on their page: recorded as published, refused in words, and bought into from the form that asked for them."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from core.audit.models import AuditEvent
from portfolio.investments import services as investments
from portfolio.investments.models import Round, Transaction
from tests.factories import funds, people
from tests.portfolio.investments.test_pages import key_of, page_of, text_of

ACT = "rounds/record"


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def company(holding):
    return holding("USD")


@pytest.fixture
def typed():
    def _typed(**given):
        published = {"name": "Series B", "held_on": "2026-05-04", "precision": "day", "basis": "solid"}
        return published | {"source": "https://example.org/news"} | given

    return _typed


@pytest.fixture
def send(as_manager, company, typed):
    def _send(query="", **given):
        return as_manager.post(page_of(company, ACT) + query, typed(**given))

    return _send


def test_a_round_is_recorded_as_it_was_published(as_manager, company, manager, send):
    told = {
        "total": "12 000 000.00",
        "currency": "USD",
        "role": "lead",
        "co_investors": "Example Partners",
        "note": "x",
    }

    answer = send(**told)

    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(company))
    made = Round.objects.get()
    assert (made.organisation, made.name, made.held_on) == (company.organisation, "Series B", date(2026, 5, 4))
    assert (made.total, made.currency_id, made.role) == (Decimal("12000000.00"), "USD", "lead")
    assert (made.co_investors, made.basis, made.note) == ("Example Partners", "solid", "x")
    assert AuditEvent.objects.get(kind="round.recorded").actor == manager.public_id
    page = text_of(as_manager.get(page_of(company)))
    assert "Recorded." in page
    assert "posted to the ledger" not in page
    assert '<data class="n" value="12000000.00">12 000 000.00</data> USD' in page


@pytest.mark.parametrize(
    ("precision", "first"),
    [
        ("day", date(2026, 5, 20)),
        ("month", date(2026, 5, 1)),
        ("quarter", date(2026, 4, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_a_day_is_kept_no_more_exactly_than_it_is_known(send, precision, first):
    send(held_on="2026-05-20", precision=precision)

    made = Round.objects.get()
    assert (made.held_on, made.precision, made.total, made.currency) == (first, precision, None, None)


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("without a name", {"name": " "}, "Fill in “Round”."),
        ("on no day", {"held_on": "31 June"}, "Write the day like 2026-09-30."),
        ("on a day to come", {"held_on": "2026-12-01"}, "Choose a day from 1 Jan 2000 to 1 Jun 2026."),
        ("known to the week", {"precision": "week"}, "Choose one of the values offered."),
        ("of a total in nothing", {"total": "5.00"}, "Choose the currency of the total."),
        ("in a currency of nothing", {"currency": "EUR"}, "Fill in the total, or choose no currency for it."),
        ("of no money", {"total": "0", "currency": "EUR"}, "An amount is above zero, in whole cents"),
        ("without a basis", {"basis": ""}, "Choose “Basis”."),
        ("published nowhere", {"source": " "}, "Name the source of a published figure, or mark it as illustrative."),
        ("in too many words", {"note": "n" * 401}, "to 400 characters. It has 401."),
    ],
)
def test_a_round_that_cannot_be_is_refused_beside_its_field(send, story, given, sentence):
    page = text_of(send(**given))

    assert sentence in page, story
    assert "<title>Error: " in page
    name, typed = next(iter(given.items()))
    kept = {"name": "https://example.org/news", "source": "Series B"}.get(name, "Series B")
    assert f'value="{kept}"' in page
    assert name in {"name", "source", "precision", "basis", "currency", "note"} or f'value="{typed}"' in page
    assert not Round.objects.exists()


def test_an_illustrative_round_needs_no_source(send):
    assert send(basis="illustrative", source="").status_code == 302
    assert Round.objects.get().source == ""


def test_sent_twice_it_is_one_round_and_with_other_contents_it_is_refused(send):
    assert {send().status_code, send().status_code} == {302}

    page = text_of(send(role="lead"))

    assert "A round of this name and day was already recorded with other contents." in page
    assert 'value="lead"' in page
    assert Round.objects.get().role == ""
    assert AuditEvent.objects.filter(kind="round.recorded").count() == 1


def test_a_follow_on_is_bought_in_a_new_round(as_manager, company, money, send):
    money()
    page = text_of(as_manager.get(page_of(company, "buy")))
    assert "No round of this company is recorded yet." in page
    assert f'href="{page_of(company, ACT)}?then=buy"' in page

    answer = send("?then=buy")

    made = Round.objects.get()
    assert answer.headers["Location"] == f"{page_of(company, 'buy')}?round={made.public_id}"
    form = text_of(as_manager.get(answer.headers["Location"]))
    assert f'<option value="{made.public_id}" selected>Series B, 4 May 2026</option>' in form
    assert "No round of this company is recorded yet." not in form
    bought = {"round": made.public_id, "quantity": "10", "amount": "1100.00", "tranche": "1", "key": key_of(form)}
    assert as_manager.post(page_of(company, "buy"), bought | {"effective_on": "2026-05-04"}).status_code == 302
    assert Transaction.objects.get().round == made


def test_a_purchase_is_not_offered_another_companys_round(as_manager, company, holding, bought, money):
    money()
    other = bought(holding(name="Example Optics"), "100.00").round

    page = text_of(as_manager.get(page_of(company, "buy"), {"round": other.public_id}))

    assert f'value="{other.public_id}"' not in page


def test_a_stake_has_no_rounds(as_manager, holding):
    stake = holding(kind="fund", name="Example Ventures")

    assert ACT not in text_of(as_manager.get(page_of(stake)))
    assert as_manager.get(page_of(stake, ACT)).status_code == 409


@pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee", "auditor"])
def test_others_record_none(client, company, fund, system, typed, role):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    signed_in = people.signed_in(client, people.person(role=role, system=system, **where))

    assert ACT not in text_of(signed_in.get(page_of(company)))
    assert signed_in.get(page_of(company, ACT)).status_code == 403
    assert signed_in.post(page_of(company, ACT), typed()).status_code == 403
    assert not Round.objects.exists()


def test_none_is_recorded_of_another_funds_holding(client, company, system, typed):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    assert people.signed_in(client, stranger).post(page_of(company, ACT), typed()).status_code == 404
    assert not Round.objects.exists()


def test_a_published_round_names_its_source_to_the_service_too(company, fund, manager):
    with pytest.raises(investments.SourceMissing):
        investments.record_round(
            company.organisation, name="Seed", held_on=date(2026, 5, 4), precision="day", total=None, currency=None, role="",
            co_investors="", basis="solid", source="", note="", fund=fund, by=manager, at=clock.now(),
        )  # fmt: skip
    assert not Round.objects.exists()
