"""New holdings on their page: in what is known or in what is named there, refused in words, and found again."""

import re

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.organisations import services as organisations
from core.organisations.models import Organisation
from portfolio.investments import services as investments
from portfolio.investments.models import Holding
from tests.factories import funds, nations, people
from tests.portfolio.investments.test_pages import HOLDINGS, page_of, text_of

NEW = f"{HOLDINGS}/new"


@pytest.fixture
def as_manager(client, manager):
    return people.signed_in(client, manager)


@pytest.fixture
def known(system):
    """An organisation of the directory in which the fund holds nothing."""

    def _known(name="Example Optics", kind="company", nation=None):
        return organisations.register(name=name, kind=kind, nation=nation, by=system, at=clock.now())

    return _known


@pytest.fixture
def estonia(system):
    return nations.ally("EE", system=system)


@pytest.fixture
def send(as_manager):
    def _send(**given):
        return as_manager.post(NEW, {"kind": "direct", "technology": "AI", "currency": "EUR", **given})

    return _send


def test_a_company_of_the_directory_is_chosen(as_manager, known, fund, manager, send):
    company = known()
    assert f'<option value="{company.public_id}">Example Optics</option>' in text_of(as_manager.get(NEW))

    answer = send(organisation=company.public_id, currency="USD")

    holding = Holding.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(holding))
    assert (holding.fund, holding.organisation, holding.kind) == (fund, company, "direct")
    assert (holding.technology, holding.currency_id) == ("AI", "USD")
    event = AuditEvent.objects.get(kind="holding.opened")
    assert (event.actor, event.subject) == (manager.public_id, holding.public_id)
    assert "The holding is open." in text_of(as_manager.get(page_of(holding)))


def test_a_company_is_made_known_with_its_holding(send, estonia, fund):
    assert send(name=" Example Acoustics ", nation="EE").status_code == 302

    holding = Holding.objects.get()
    assert (holding.organisation.name, holding.organisation.kind) == ("Example Acoustics", "company")
    assert (holding.organisation.nation, holding.organisation.is_illustrative) == (estonia, False)
    assert AuditEvent.objects.filter(chain=fund.public_id, kind="organisation.registered").count() == 1


def test_a_stake_is_with_a_fund_manager_and_has_no_technology(send):
    assert send(kind="fund", technology="", name="Example Capital").status_code == 302

    holding = Holding.objects.get()
    assert (holding.kind, holding.technology, holding.organisation.kind) == ("fund", "", "fund-manager")


@pytest.mark.parametrize("chosen", [True, False])
def test_sent_twice_it_opens_one_holding(known, send, chosen):
    given = {"organisation": known().public_id} if chosen else {"name": "Example Acoustics"}

    answers = [send(**given) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert {answer.headers["Location"] for answer in answers} == {page_of(Holding.objects.get())}
    assert AuditEvent.objects.filter(kind="holding.opened").count() == 1


@pytest.mark.parametrize(
    ("story", "given", "sentence"),
    [
        ("of no kind", {"kind": ""}, "Choose “Kind”."),
        ("in nothing", {}, "Choose one that is known, or name a new one below."),
        ("in blanks", {"name": "  "}, "Choose one that is known, or name a new one below."),
        ("in something of no directory", {"organisation": "org_0000000000000000"}, "Choose one of the values offered."),
        ("of no technology", {"name": "Example", "technology": ""}, "Choose the technology of the company."),
        ("of a stake with one", {"name": "Example", "kind": "fund"}, "A stake in a fund has no technology of its own."),
        ("in no currency", {"name": "Example", "currency": "XXX"}, "Choose one of the values offered."),
        ("of a nation elsewhere", {"name": "Example", "nation": "QZ"}, "Choose one of the values offered."),
        ("under too long a name", {"name": "n" * 201}, "to 200 characters. It has 201."),
        ("under a known name in another case", {"name": "EXAMPLE OPTICS"}, "kind and nation is already registered."),
    ],
)
def test_what_cannot_be_opened_is_refused_beside_its_field(known, send, story, given, sentence):
    known()

    page = text_of(send(**given))

    assert sentence in page, story
    assert "<title>Error: " in page
    assert '<option value="EUR" selected>' in page or "currency" in given
    name = given.get("name", "").strip()
    assert not name or f'name="name" value="{name}"' in page
    assert not Holding.objects.exists()
    assert Organisation.objects.filter(kind="company").count() == 1


def test_one_that_is_known_is_chosen_or_a_new_one_named(known, send, estonia):
    company = known()

    page = text_of(send(organisation=company.public_id, name="Example Acoustics", nation="EE"))

    assert "Choose one that is known or name a new one, not both." in page
    assert "Of one that is known the nation is kept already." in page
    assert f'<option value="{company.public_id}" selected>' in page
    assert not Holding.objects.exists()


def test_shares_are_held_in_a_company(known, send):
    manager = known("Example Capital", kind="fund-manager")

    page = text_of(send(organisation=manager.public_id))

    assert "Shares are held in a company, a stake with a fund manager." in page
    assert not Holding.objects.exists()


def test_a_holding_that_stands_is_not_opened_as_another(as_manager, holding, send):
    held = holding("USD")
    assert held.organisation.public_id not in text_of(as_manager.get(NEW))

    page = text_of(send(organisation=held.organisation.public_id, currency="EUR"))
    assert "The fund has a holding in Example Robotics already, of another kind, technology or currency." in page
    named = text_of(send(name="Example Robotics", currency="EUR"))
    assert "The fund has a holding in Example Robotics already" in named
    assert Holding.objects.get().currency_id == "USD"


def test_what_is_open_and_empty_stands_below_the_list(as_manager, holding, fund, bought, money):
    assert f'href="{NEW}?fund={fund.public_id}"' in text_of(as_manager.get(HOLDINGS))
    held = holding()

    page = text_of(as_manager.get(HOLDINGS))
    assert "Open, with nothing bought or paid yet" in page
    assert page_of(held) in page
    for before in ({"as_of": "2026-05-01"}, {"known_at": "2026-05-31T00:00:00Z"}):
        assert page_of(held) not in text_of(as_manager.get(HOLDINGS, before)), before

    money()
    bought(held, "100.00")
    page = text_of(as_manager.get(HOLDINGS))
    assert "Open, with nothing bought or paid yet" not in page
    assert len(re.findall(page_of(held), page)) == 1


def test_reading_the_past_offers_no_new_holding(as_manager):
    assert NEW not in text_of(as_manager.get(HOLDINGS, {"known_at": "2026-05-31T00:00:00Z"}))


@pytest.mark.parametrize("role", ["fund-analyst", "valuation-committee", "auditor"])
def test_others_open_none(client, fund, system, role):
    where = {} if role == "auditor" else {"scope_kind": "fund", "scope_ref": fund.public_id}
    signed_in = people.signed_in(client, people.person(role=role, system=system, **where))

    assert NEW not in text_of(signed_in.get(HOLDINGS))
    assert signed_in.get(NEW).status_code == 403
    assert signed_in.post(NEW, {"kind": "direct", "name": "Example", "technology": "AI"}).status_code == 403
    assert not Holding.objects.exists()


def test_no_holding_is_opened_in_another_fund(client, fund, system):
    other = funds.fund(system=system, name="Other fund")
    stranger = people.person(role="fund-manager", scope_kind="fund", scope_ref=other.public_id, system=system)
    sent = {"kind": "direct", "name": "Example", "technology": "AI", "currency": "EUR"}

    assert people.signed_in(client, stranger).post(f"{NEW}?fund={fund.public_id}", sent).status_code == 404
    with pytest.raises(NotPermitted):
        investments.open_holding_in_new(
            fund,
            name="Example",
            nation=None,
            kind="direct",
            technology="AI",
            currency="EUR",
            by=stranger,
            at=clock.now(),
        )
    assert not Holding.objects.exists()
    assert not Organisation.objects.filter(name="Example").exists()
