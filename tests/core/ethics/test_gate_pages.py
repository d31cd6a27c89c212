"""The gate's own pages: an officer puts it in force; an officer and a manager let one thing pass together."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.ethics import gate
from core.ethics.lifecycle import Money
from core.ethics.models import Override
from tests.factories import funds, investments
from tests.factories.people import person, signed_in

pytestmark = pytest.mark.django_db
LIST = "/manage/ethics/gate"


@pytest.fixture
def fund(system):
    return funds.fund(system=system)


@pytest.fixture
def holding(fund, system):
    return investments.holding(fund, system=system)


@pytest.fixture
def officer(system):
    return person(role="ethics-officer", system=system)


@pytest.fixture
def manager(fund, system):
    return person(role="fund-manager", scope_kind="fund", scope_ref=fund.public_id, system=system)


@pytest.fixture
def stepped_up(monkeypatch):
    from core.people import factors

    monkeypatch.setattr(factors, "is_fresh", lambda _request: True)


def test_an_officer_puts_it_in_force_with_a_reason(client, officer, fund, stepped_up):
    signed_in(client, officer)
    empty = client.post(
        f"{LIST}/start", {"scope": fund.public_id, "from_day": clock.today().isoformat(), "because": ""}
    )
    assert empty.status_code == 200
    assert gate.in_force_from(fund.public_id) is None
    form = {"scope": fund.public_id, "from_day": clock.today().isoformat(), "because": "From the first day of reviews."}
    assert client.post(f"{LIST}/start", form).status_code == 302
    assert gate.in_force_from(fund.public_id) == clock.today()
    assert "From the first day of reviews." in client.get(LIST).content.decode()


def test_a_manager_puts_nothing_in_force(client, manager, stepped_up):
    assert signed_in(client, manager).get(f"{LIST}/start").status_code == 403


def _wish(holding, **given):
    return {
        "subject": holding.public_id,
        "kind": "purchase",
        "amount": "1000.00",
        "expires_on": (clock.today() + timedelta(days=3)).isoformat(),
        "because": "The round closes on Friday.",
    } | given


def test_a_manager_asks_and_an_officer_approves(client, manager, officer, holding, stepped_up):
    signed_in(client, manager)
    assert client.get(f"{LIST}/ask?subject={holding.public_id}&kind=purchase").status_code == 200
    assert client.post(f"{LIST}/ask", _wish(holding)).status_code == 302
    wish = Override.objects.get()
    assert (wish.amount, wish.kind, wish.asked_by) == (Decimal("1000.00"), Money.PURCHASE, manager)
    assert "Approve…" not in client.get(LIST).content.decode()
    own = client.post(f"{LIST}/{wish.public_id}/approve")
    assert own.status_code == 409
    assert "another person" in own.content.decode()
    signed_in(client, officer)
    assert "Approve…" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}/{wish.public_id}/approve").status_code == 302
    assert wish.approval.by == officer
    assert client.post(f"{LIST}/{wish.public_id}/approve").status_code == 409


@pytest.mark.parametrize(
    "given",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "many"},
        {"expires_on": "2001-01-01"},
        {"because": ""},
        {"subject": "holding_x"},
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(client, manager, holding, given):
    answer = signed_in(client, manager).post(f"{LIST}/ask", _wish(holding, **given))
    assert answer.status_code == 200
    assert "aria-invalid" in answer.content.decode()
    assert not Override.objects.exists()


def test_people_of_another_fund_know_nothing_of_it(client, manager, officer, holding, system, stepped_up):
    signed_in(client, manager).post(f"{LIST}/ask", _wish(holding))
    wish = Override.objects.get()
    other = funds.fund(system=system, name="Another fund")
    stranger = person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    signed_in(client, stranger)
    assert client.get(f"{LIST}/{wish.public_id}/approve").status_code == 404
    assert "The round closes" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}/ask", _wish(holding)).status_code == 200
    assert Override.objects.count() == 1


def test_whoever_runs_all_programmes_is_no_manager_of_a_fund(client, manager, officer, holding, system, stepped_up):
    runs_all = person(role="programme-manager", system=system)
    signed_in(client, officer).post(f"{LIST}/ask", _wish(holding))
    wish = Override.objects.get()
    signed_in(client, runs_all)
    assert "The round closes" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}/{wish.public_id}/approve").status_code == 404
    assert client.post(f"{LIST}/{wish.public_id}/approve").status_code == 404
    assert not hasattr(Override.objects.get(), "approval")
