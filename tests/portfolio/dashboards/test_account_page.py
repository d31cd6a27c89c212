"""An Ally's account: its own line to the cent, and not one figure of another's."""

from datetime import date, datetime, timezone

import pytest

from tests.factories import funds, people
from tests.portfolio.dashboards.conftest import FIRST_CLOSING_CELL, sheets, text_of

ACCOUNT, WORKBOOK = "/ally/", "/ally/figures.xlsx"
OTHERS = ["51.2", "51,2", "51230000", "51 230 000", "18.5", "18510000", "18 510 000", "Sweden", "Suède", "Iceland"]
"""Every form in which the amounts and names of the other Allies could stand somewhere."""


def test_an_ally_sees_its_own_line(as_estonian):
    page = text_of(as_estonian.get(ACCOUNT))

    assert "<h1>Estonia</h1>" in page
    assert "limited partner since 1 Aug 2023" in page
    assert '<dd class="fig">30.26</dd>' in page
    assert '<dd class="fig">30.2600 %</dd>' in page
    assert '<data class="n" value="30260000.00">30 260 000.00</data>' in page
    assert '<dd class="fig">100.00</dd><dd>3 Allies</dd>' in page


def test_an_ally_sees_nothing_of_the_others(as_estonian):
    page = text_of(as_estonian.get(ACCOUNT))

    assert [words for words in OTHERS if words in page] == []


def test_the_workbook_holds_nothing_of_the_others(as_estonian):
    book = sheets(as_estonian.get(WORKBOOK))

    everything = repr(book)
    assert [words for words in OTHERS if words in everything] == []
    assert list(book) == [
        "About", "Account", "Calls and payments", "Notices", "Payments", "Returns", "Terms", "Defence expenditure",
    ]  # fmt: skip
    assert book["Account"][1] == [
        "Estonia", "", FIRST_CLOSING_CELL, 30260000, 0.3026, 100000000, 3, "no", "well attested",
        "https://example.org/commitment",
    ]  # fmt: skip
    assert [row[:3] for row in book["Defence expenditure"][1:]] == [[2023, 0.0302, "no"], [2024, 0.0338, "yes"]]


@pytest.mark.parametrize("address", [ACCOUNT, WORKBOOK])
@pytest.mark.parametrize("query", [{"nation": "SE"}, {"nation": "XX"}, {"commitment": "commitment_0000000000000000"}])
def test_another_nation_is_not_there(as_estonian, address, query):
    assert as_estonian.get(address, query).status_code == 404


@pytest.mark.parametrize("address", [ACCOUNT, WORKBOOK])
def test_the_commitment_of_another_nation_is_not_there(as_estonian, world, address):
    assert as_estonian.get(address, {"commitment": world[1]["SE"].public_id}).status_code == 404


@pytest.mark.parametrize("address", ["/manage/pool", "/manage/pool.xlsx", "/manage/commitments"])
def test_the_pages_of_the_fund_are_not_an_allys(as_estonian, address):
    assert as_estonian.get(address).status_code == 403


def test_a_commitment_page_is_not_an_allys(as_estonian, world):
    assert as_estonian.get(f"/manage/commitments/{world[1]['EE'].public_id}").status_code == 404


def test_an_illustrative_amount_says_so(client, world, system):
    swede = people.person(role="ally-representative", scope_kind="nation", scope_ref="SE", system=system)
    page = text_of(people.signed_in(client, swede).get(ACCOUNT))

    assert "they are not a fact" in page
    assert page.count('<span class="illus">') >= 3
    assert "public figure" not in page


def test_a_nation_that_is_no_partner_has_no_account(client, world, system):
    frenchman = people.person(role="ally-representative", scope_kind="nation", scope_ref="FR", system=system)
    signed_in = people.signed_in(client, frenchman)

    assert "France is not a limited partner" in text_of(signed_in.get(ACCOUNT))
    assert sheets(signed_in.get(WORKBOOK))["Account"][1:] == []


def test_before_its_closing_the_account_says_when_it_was(client, world, system):
    swede = people.person(role="ally-representative", scope_kind="nation", scope_ref="SE", system=system)
    page = text_of(people.signed_in(client, swede).get(ACCOUNT, {"as_of": "2024-04-18"}))

    assert "Sweden had not committed on that day." in page
    assert "Its closing was on 19 Apr 2024." in page
    assert "51.23" not in page


def test_an_ally_without_a_figure_is_told_why(client, world, system):
    icelander = people.person(role="ally-representative", scope_kind="nation", scope_ref="IS", system=system)

    assert "No figure of defence expenditure" in text_of(people.signed_in(client, icelander).get(ACCOUNT))


def test_the_finding_of_an_ally_is_made_from_its_figures(as_estonian):
    assert "Estonia: from 3.02 % in 2023 to 3.38 % in 2024" in text_of(as_estonian.get(ACCOUNT))


def test_somebody_who_speaks_for_two_nations_chooses(client, world, system):
    envoy = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    people.services.grant(
        envoy, "ally-representative", scope_kind="nation", scope_ref="SE", starts_on=date(2024, 1, 1), by=system,
        at=datetime(2024, 1, 1, tzinfo=timezone.utc),
    )  # fmt: skip
    signed_in = people.signed_in(client, envoy)

    page = text_of(signed_in.get(ACCOUNT))
    assert "<h1>Estonia</h1>" in page
    assert "?nation=SE" in page
    assert "<h1>Sweden</h1>" in text_of(signed_in.get(ACCOUNT, {"nation": "SE"}))


def test_an_ally_of_two_funds_chooses_the_fund(as_estonian, world, system):
    other = funds.fund(name="Innovation Fund Two", system=system)
    second = funds.commitment(
        other, world[1]["EE"].nation, "7.00", at_closing=funds.closing(other, system=system), system=system
    )

    assert f"commitment={second.public_id}" in text_of(as_estonian.get(ACCOUNT))
    assert "7.00" in text_of(as_estonian.get(ACCOUNT, {"commitment": second.public_id}))


def test_an_impossible_day_is_an_error_with_the_range(as_estonian):
    assert "Enter a day from 4 Apr 1949" in text_of(as_estonian.get(ACCOUNT, {"as_of": "9999-01-01"}))
    assert as_estonian.get(WORKBOOK, {"as_of": "9999-01-01"}).status_code == 400
