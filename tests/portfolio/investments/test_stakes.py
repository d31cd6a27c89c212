"""Committing to a fund on its page: what stands is shown, what is committed later replaces it and stays on record."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from core import clock
from core.audit.models import AuditEvent
from portfolio.investments import services as investments
from portfolio.investments.models import StakeTerms
from tests.factories import funds, people
from tests.portfolio.investments.test_pages import page_of, sheet_of, text_of

MAY, JULY = date(2026, 5, 4), date(2026, 7, 1)


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def stake(holding):
    return holding(kind="fund", name="Example Ventures")


@pytest.fixture
def typed():
    def _typed(**given):
        stated = {
            "amount": "5 000.00",
            "effective_on": "2026-05-04",
            "precision": "day",
            "source": "Agreement of 4 May",
        }
        return stated | given

    return _typed


@pytest.fixture
def send(as_manager, stake, typed):
    def _send(**given):
        return as_manager.post(page_of(stake, "commit"), typed(**given))

    return _send


@pytest.fixture
def committed(stake, manager):
    def _committed(amount="1000.00", on=MAY, **given):
        stated = {"basis": "solid", "source": "Letter", "by": manager, "at": clock.now()} | given
        return investments.commit_to_stake(stake, amount=Decimal(amount), effective_on=on, **stated)

    return _committed


@pytest.fixture
def paid(stake, manager, money):
    def _paid(amount):
        money()
        dated = {"effective_on": MAY, "key": "paid", "by": manager, "at": clock.now()}
        return investments.pay_stake(stake, amount=Decimal(amount), **dated)

    return _paid


def test_a_stake_is_committed_to_from_a_day_on(as_manager, stake, manager, send):
    page = text_of(as_manager.get(page_of(stake)))
    assert f'href="{page_of(stake, "commit")}"' in page
    form = text_of(as_manager.get(page_of(stake, "commit")))
    assert "Nothing is committed to this fund yet." in form
    assert 'name="effective_on" value="2026-06-01"' in form

    answer = send()

    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(stake))
    terms = StakeTerms.objects.get()
    assert (terms.amount, terms.effective_on) == (Decimal("5000.00"), MAY)
    assert (terms.basis, terms.source) == ("solid", "Agreement of 4 May")
    event = AuditEvent.objects.get(kind="stake.committed")
    assert (event.actor, event.subject) == (manager.public_id, stake.public_id)
    page = text_of(as_manager.get(page_of(stake)))
    assert "Recorded." in page
    assert '<dt>Committed to the fund, EUR</dt><dd><data class="n" value="5000.00">' in page


def test_what_stands_is_shown_beside_the_form(as_manager, stake, committed):
    committed()
    committed("3000.00", JULY)

    page = text_of(as_manager.get(page_of(stake, "commit")))

    assert '<dt>Committed to the fund</dt><dd><data class="n" value="1000.00">' in page
    assert page.index("4 May 2026") < page.index("1 Jul 2026")
    assert '<data class="n" value="3000.00">3 000.00</data>' in page
    assert "Letter" in page


def test_more_is_committed_and_then_paid(as_manager, stake, committed, paid, send):
    committed()
    paid("600.00")

    assert send(amount="2000.00", effective_on="2026-06-01").status_code == 302

    assert StakeTerms.objects.count() == 2
    assert '<dt>Committed to the fund, EUR</dt><dd><data class="n" value="2000.00">' in text_of(
        as_manager.get(page_of(stake))
    )


@pytest.mark.parametrize(
    ("precision", "first", "said"),
    [
        ("month", date(2026, 5, 1), "May 2026"),
        ("quarter", date(2026, 4, 1), "Q2 2026"),
        ("year", date(2026, 1, 1), "2026"),
    ],
)
def test_a_stake_is_told_no_more_exactly_than_it_is_known(as_manager, stake, send, precision, first, said):
    send(precision=precision, note="Listed by then; the day is not confirmed")

    terms = StakeTerms.objects.get()
    assert (terms.effective_on, terms.precision, terms.note) == (
        first,
        precision,
        "Listed by then; the day is not confirmed",
    )
    page = text_of(as_manager.get(page_of(stake)))
    assert f'<span class="when">{said}</span><b>Committed to the fund</b>, 5 000.00 EUR in all' in page
    assert f'<th scope="row" class="d">{said}<span' in page
    assert page.count('lang="en">Listed by then; the day is not confirmed') == 2
    assert f'datetime="{first.isoformat()}"' not in page
    row = sheet_of(as_manager.get(page_of(stake, "export.xlsx")), "Committed to the fund")[0]
    assert (row[0].replace("\u00a0", " "), row[2], row[5], row[6]) == (
        said,
        5000,
        "Listed by then; the day is not confirmed",
        "no",
    )


def test_the_story_tells_the_latest_terms_of_a_day_before_what_was_paid(as_manager, stake, committed, send, paid):
    committed("1000.00", at=clock.now() - timedelta(hours=1))
    send(amount="2000.00")
    committed("3000.00", JULY)
    paid("600.00")

    told = re.findall(r"</time><b>([^<]+)</b>, ([^<]+?) *<", text_of(as_manager.get(page_of(stake))))
    later = text_of(as_manager.get(page_of(stake), {"as_of": "2026-07-01"}))

    assert [(act, sentence.strip()) for act, sentence in told] == [
        ("Committed to the fund", "2 000.00 EUR in all"),
        ("Paid to the fund", "600.00 EUR"),
    ]
    assert "3 000.00 EUR in all" in later


@pytest.mark.parametrize("better", [{"precision": "month"}, {"note": "Confirmed"}, {"source": "The agreement"}])
def test_what_is_known_better_of_the_same_amount_is_a_further_row(committed, better):
    first = committed(at=clock.now() - timedelta(hours=1))

    assert committed(at=clock.now(), **better) != first
    assert committed(at=clock.now() + timedelta(hours=1), **better) != first
    assert StakeTerms.objects.count() == 2


def test_the_database_knows_how_exactly_a_day_can_be_known(stake):
    terms = {"amount": Decimal("1.00"), "effective_on": MAY, "recorded_at": clock.now(), "basis": "solid"}

    with pytest.raises(IntegrityError, match="stake_terms_precision_known"):
        StakeTerms.objects.create(holding=stake, **terms, precision="week")


def test_sent_twice_it_is_committed_once(send):
    assert {send().status_code, send().status_code} == {302}
    assert StakeTerms.objects.count() == 1
    assert AuditEvent.objects.filter(kind="stake.committed").count() == 1


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("nothing", {"amount": "0"}, "An amount is above zero, in whole cents"),
        ("less than nothing", {"amount": "-5"}, "An amount is above zero, in whole cents"),
        ("a tenth of a cent", {"amount": "1.001"}, "An amount is above zero, in whole cents"),
        ("a number in words", {"amount": "a lot"}, "Write a number, such as 1234.56."),
        ("no amount", {"amount": ""}, "Fill in “Committed in all”."),
        ("in a long remark", {"note": "n" * 401}, "to 400 characters. It has 401."),
        ("from no day", {"effective_on": "31 June"}, "Write the day like 2026-09-30."),
        ("on nobody's word", {"source": " "}, "Fill in “Source”."),
        ("in too many words", {"source": "s" * 401}, "to 400 characters. It has 401."),
        ("less than is paid", {"amount": "599.99"}, "600.00 is paid into the stake already, so 599.99 cannot be all"),
    ],
)
def test_what_cannot_be_committed_is_refused_beside_its_field(committed, paid, send, story, given, sentence):
    committed()
    paid("600.00")

    page = text_of(send(**given))

    assert sentence in page, story
    assert "<title>Error: " in page
    name, value = next(iter(given.items()))
    assert value.strip() == "" or f'value="{value}"' in page
    assert name == "source" or 'value="Agreement of 4 May"' in page
    assert StakeTerms.objects.count() == 1


def test_less_than_is_paid_stands_where_more_is_committed_later(committed, paid, send):
    committed("1000.00", JULY)
    assert send(amount="500.00", effective_on="2026-05-04").status_code == 302
    paid("500.00")

    assert send(amount="400.00", effective_on="2026-05-05").status_code == 302
    assert "is paid into the stake already" in text_of(send(amount="400.00", effective_on="2026-07-01"))


def test_an_illustrative_stake_needs_no_source(fund, stake, send):
    fund.is_illustrative = True
    fund.save()

    assert send(source="").status_code == 302
    terms = StakeTerms.objects.get()
    assert (terms.basis, terms.source) == ("illustrative", "")


def test_the_service_wants_a_source_too(stake, manager):
    done = {"amount": Decimal("1.00"), "effective_on": MAY, "by": manager, "at": clock.now()}
    with pytest.raises(investments.SourceMissing):
        investments.commit_to_stake(stake, basis="solid", source="", **done)
    assert not StakeTerms.objects.exists()


def test_nothing_is_committed_to_a_company(as_manager, holding):
    company = holding()

    assert page_of(company, "commit") not in text_of(as_manager.get(page_of(company)))
    assert as_manager.get(page_of(company, "commit")).status_code == 409


@pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee", "auditor"])
def test_others_commit_nothing(client, stake, fund, system, typed, role):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    signed_in = people.signed_in(client, people.person(role=role, system=system, **where))

    assert page_of(stake, "commit") not in text_of(signed_in.get(page_of(stake)))
    assert signed_in.get(page_of(stake, "commit")).status_code == 403
    assert signed_in.post(page_of(stake, "commit"), typed()).status_code == 403
    assert not StakeTerms.objects.exists()


def test_nothing_is_committed_for_another_fund(client, stake, system, typed):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    assert people.signed_in(client, stranger).post(page_of(stake, "commit"), typed()).status_code == 404
    assert not StakeTerms.objects.exists()
