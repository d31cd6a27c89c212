"""The list of commitments, the history of one, and both in the web admin."""

from datetime import date, datetime, timezone

import pytest

from tests.factories import funds, people

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
