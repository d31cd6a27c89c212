"""The list of commitments, the history of one, both as workbooks, and both in the web admin."""

import io
from datetime import date, datetime, timezone

import openpyxl
import pytest

from core import clock
from tests.factories import funds, nations, people

LIST = "/manage/commitments"
CORRECTED_AT = datetime(2025, 3, 1, 9, tzinfo=timezone.utc)
MODELS = ("fund", "closing", "commitment", "commitmentterms")


def text_of(response):
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def commitment(fund, closing, estonia, system):
    return funds.commitment(fund, estonia, "30000000.00", at_closing=closing, system=system)


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


def test_the_list_shows_the_terms_in_force(as_manager, commitment):
    page = text_of(as_manager.get(LIST))

    assert "1 commitment" in page
    assert '<data class="n" value="30000000.00">30 000 000.00</data>' in page


def test_the_list_before_anything_was_recorded_is_empty(as_manager, commitment):
    assert "No commitment was recorded by then." in text_of(as_manager.get(LIST, {"known_at": "2023-01-01T00:00:00Z"}))


def test_a_commitment_known_but_not_yet_in_force_says_so(as_manager, commitment):
    assert "not yet in force" in text_of(as_manager.get(LIST, {"as_of": "2023-07-31"}))


def test_the_history_keeps_what_was_known(as_manager, commitment, system):
    funds.amendment(commitment, "31000000.00", effective_on=funds.FIRST_CLOSING, at=CORRECTED_AT, system=system)
    address = f"{LIST}/{commitment.public_id}"

    now, then = text_of(as_manager.get(address)), text_of(as_manager.get(address, {"known_at": "2025-01-01T00:00:00Z"}))

    assert "31 000 000.00" in now
    assert "30 000 000.00" in now
    assert "Replaced" in now
    assert "31 000 000.00" not in then


def test_terms_of_a_later_day_are_marked_as_later(as_manager, commitment, system):
    funds.amendment(commitment, "31000000.00", effective_on=date(2030, 1, 1), at=CORRECTED_AT, system=system)

    assert "Later" in text_of(as_manager.get(f"{LIST}/{commitment.public_id}"))


def test_a_forged_number_is_not_there(as_manager, commitment):
    assert as_manager.get(f"{LIST}/commitment_0000000000000000").status_code == 404


def test_the_commitment_of_another_fund_is_not_there(client, commitment, system):
    other = funds.fund(name="Other fund", system=system)
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)

    assert people.signed_in(client, stranger).get(f"{LIST}/{commitment.public_id}").status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_the_web_admin_shows_ones_own_funds_alone(client, commitment, system, model):
    other = funds.fund(name="Other fund", system=system)
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    page = text_of(people.signed_in(client, stranger).get(f"/admin/portfolio/{model}/"))

    assert "Test fund" not in page
    assert "Estonia" not in page
    assert "30000000" not in page.replace(",", "").replace(" ", "")


@pytest.mark.parametrize("model", MODELS)
def test_a_row_of_another_fund_is_not_there_in_the_web_admin(client, commitment, system, model):
    other = funds.fund(name="Other fund", system=system)
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    rows = {
        "fund": commitment.fund_id,
        "closing": commitment.closing_id,
        "commitment": commitment.pk,
        "commitmentterms": commitment.terms.get().pk,
    }

    response = people.signed_in(client, stranger).get(f"/admin/portfolio/{model}/{rows[model]}/change/")

    assert response.status_code in {302, 404}


def sheet_of(response, name):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return list(book[name].iter_rows(min_row=2, values_only=True))


def test_the_workbook_of_the_list_holds_what_the_page_shows(as_manager, commitment, fund, closing, system):
    funds.commitment(fund, nations.ally("LV", system=system), "20000000.01", at_closing=closing, system=system)

    answer = as_manager.get(f"{LIST}.xlsx")
    rows, about = sheet_of(answer, "Commitments"), dict(sheet_of(answer, "About"))

    day = datetime(2023, 8, 1)  # noqa: DTZ001 -- a day in a sheet has no zone
    assert [(row[0], row[2], row[3], row[4], row[8]) for row in rows] == [
        ("Estonia", day, 30000000, day, 1),
        ("Nation LV", day, 20000000.01, day, 1),
        ("Total", None, 50000000.01, None, None),
    ]
    assert about["As of"] == clock.today().isoformat()
    assert about["Title"] == "Test fund: commitments"
    assert f'href="{LIST}.xlsx' in text_of(as_manager.get(LIST))


def test_a_commitment_not_yet_in_force_has_no_amount_in_the_workbook(as_manager, commitment):
    rows = sheet_of(as_manager.get(f"{LIST}.xlsx", {"as_of": "2023-07-31"}), "Commitments")

    assert [row[3] for row in rows] == [None, 0]


def test_the_workbook_of_one_commitment_keeps_what_was_known(as_manager, commitment, system):
    funds.amendment(commitment, "31000000.00", effective_on=funds.FIRST_CLOSING, at=CORRECTED_AT, system=system)
    funds.amendment(commitment, "32000000.00", effective_on=date(2030, 1, 1), at=clock.now(), system=system)
    address = f"{LIST}/{commitment.public_id}/export.xlsx"

    now = sheet_of(as_manager.get(address), "Terms")
    then = sheet_of(as_manager.get(address, {"known_at": "2025-01-01T00:00:00Z"}), "Terms")

    assert [(row[2], row[6]) for row in now] == [
        (32000000, "Later"),
        (31000000, "In force"),
        (30000000, "Replaced"),
    ]
    assert [(row[2], row[6]) for row in then] == [(30000000, "In force")]


def test_the_workbooks_say_what_is_illustrative_in_french(client, fund, closing, estonia, system):
    invented = funds.commitment(
        fund, estonia, "30000000.00", at_closing=closing, system=system, basis="illustrative", source=""
    )
    reader = people.signed_in(client, people.person(role="auditor", language="fr", system=system))

    one = sheet_of(reader.get(f"{LIST}/{invented.public_id}/export.xlsx"), "Conditions")
    every = sheet_of(reader.get(f"{LIST}.xlsx"), "Engagements")

    assert [(row[3], row[6], row[8]) for row in one] == [("illustratif", "En vigueur", "oui")]
    assert every[0][10] == "oui"


@pytest.mark.parametrize("what", ["", ".xlsx"])
def test_a_stranger_finds_nothing_of_the_fund(client, commitment, fund, system, what):
    other = funds.fund(name="Other fund", system=system)
    stranger = people.signed_in(
        client, people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    )

    assert stranger.get(f"{LIST}{what}", {"fund": fund.public_id}).status_code == 404
    assert stranger.get(f"{LIST}/{commitment.public_id}/export.xlsx").status_code == 404
    assert [row[0] for row in sheet_of(stranger.get(f"{LIST}.xlsx"), "Commitments")] == ["Total"]
