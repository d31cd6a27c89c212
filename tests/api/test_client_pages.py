"""Pages of partner systems: one person asks, another decides; the secret is shown once; revoked at once."""

from datetime import timedelta

import pytest

from core import clock
from core.clients.models import Client
from tests.factories import clients, funds, nations
from tests.factories.people import person, signed_in

pytestmark = pytest.mark.django_db
LIST = "/manage/partner-systems"


@pytest.fixture
def fund(system):
    nations.ally("EE", system=system)
    return funds.fund(system=system)


@pytest.fixture
def managers(system, fund):
    given = {"role": "fund-manager", "scope_kind": "fund", "scope_ref": fund.public_id, "system": system}
    return [person(**given), person(**given)]


def _form(fund, **given):
    return {
        "organisation": clients.organisation().public_id,
        "name": "Treasury interface",
        "what_for": "Reads its notices.",
        "scopes": ["notices:read", "pool:read"],
        "reach": [f"fund:{fund.public_id}", "nation:EE"],
        "addresses": "192.0.2.0/24\n2001:db8::/32",
        "calls_a_minute": "60",
        "expires_on": (clock.today() + timedelta(days=90)).isoformat(),
    } | given


def test_one_asks_and_another_approves_and_makes_the_secret(client, managers, fund):
    asking, deciding = managers
    answer = signed_in(client, asking).post(f"{LIST}/ask/fund", _form(fund))
    assert answer.status_code == 302, answer.content.decode()
    made = Client.objects.get()
    page = client.get(f"{LIST}/{made.public_id}").content.decode()
    assert "Somebody else decides on it" in page
    assert "Approve…" not in page
    signed_in(client, deciding)
    assert "Approve…" in client.get(f"{LIST}/{made.public_id}").content.decode()


def test_what_a_client_may_see_ends_with_its_last_day(system, fund):
    made = clients.client(system=system, scopes=["pool:read"], reach=[f"fund:{fund.public_id}"])

    ends = {grant.ends_before for grant in made.person.grants.all()}

    assert ends == {made.expires_on + timedelta(days=1)}


def test_who_asked_cannot_approve(client, managers, fund, system):
    from core.clients import services
    from core.clients.services import SameHuman

    signed_in(client, managers[0]).post(f"{LIST}/ask/fund", _form(fund))
    with pytest.raises(SameHuman):
        services.approve(Client.objects.get(), by=managers[0], on=clock.today(), at=clock.now())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scopes": ["applications:read"]}, "aria-invalid"),
        ({"scopes": []}, "required"),
        ({"reach": ["nation:XX"]}, "aria-invalid"),
        ({"addresses": "not an address"}, "Write each address"),
        ({"expires_on": "2031-01-01"}, "within a year"),
        ({"calls_a_minute": "0"}, "1"),
        ({"name": ""}, "required"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(client, managers, fund, given, said):
    answer = signed_in(client, managers[0]).post(f"{LIST}/ask/fund", _form(fund, **given))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "Reads its notices." in page
    assert not Client.objects.exists()


def test_a_fund_manager_asks_for_nothing_of_the_accelerator(client, managers):
    assert signed_in(client, managers[0]).get(f"{LIST}/ask/accelerator").status_code == 404


def test_the_secret_is_shown_once(client, managers, system, fund):
    made = clients.client(system=system, scopes=["pool:read"], reach=[f"fund:{fund.public_id}"])
    answer = signed_in(client, managers[0]).get(f"{LIST}/{made.public_id}")
    assert "no secret that holds" in answer.content.decode()


def test_other_funds_people_do_not_see_it(client, managers, system, fund):
    other = funds.fund(system=system, name="Another fund")
    made = clients.client(system=system, scopes=["pool:read"], reach=[f"fund:{other.public_id}"])
    assert signed_in(client, managers[0]).get(f"{LIST}/{made.public_id}").status_code == 404
    assert made.name not in client.get(LIST).content.decode()


def test_the_interface_is_told_as_a_page_and_as_a_document(client, managers):
    page = signed_in(client, managers[0]).get(f"{LIST}/interface").content.decode()
    assert "/api/v1/funds/{public_id}/pool" in page
    assert client.get(f"{LIST}/interface/openapi.json").json()["openapi"].startswith("3.1")
