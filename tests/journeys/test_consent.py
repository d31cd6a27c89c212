"""One company, both worlds: the fund's people see its accelerator timeline while it consents, and not a request longer."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accelerator.cohorts import telling
from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.organisations import queries, services, timeline
from core.organisations.models import Consent
from portfolio.investments import services as investments
from tests.core.people.sessions import fresh
from tests.factories import accelerator, applications, funds, nations, people
from tests.factories import cohorts as factory
from tests.factories.cohorts import OFFERED_AT
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
WHAT = Consent.What.ACCELERATOR_TIMELINE


class World:
    """A start-up with an accepted milestone, which a fund holds too; and everybody around it."""

    def __init__(self, system):
        nations.ally("EE", system=system)
        self.programme = accelerator.programme(by=system)
        self.startup = applications.startup(by=system)
        self.owner = applications.owner(self.startup, system=system)
        self.member = applications.member(self.startup, system=system)
        one, other = (people.person(role="programme-manager", system=system) for _ in range(2))
        made = factory.participating(self.programme, self.startup, by=one, second=other, owner=self.owner)
        factory.accepted(made, by=one, second=other, owner=self.owner)
        self.fund = funds.fund(system=system)
        self.holding = investments.open_holding(
            self.fund, self.startup, kind="direct", technology="AI", currency="EUR", by=system, at=OFFERED_AT
        )
        self.manager = people.person(
            role="fund-manager", scope_kind="fund", scope_ref=self.fund.public_id, system=system
        )
        other_startup = applications.startup("Other Ear", by=system)
        self.stranger = applications.owner(other_startup, system=system)
        self.ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)


@pytest.fixture
def world(system):
    with clock.standing_at(OFFERED_AT):
        yield World(system)


def browser(person):
    return fresh(signed_in(Client(), person), person)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_fund_reads_the_timeline_while_the_consent_stands(world):
    fund, ours = browser(world.manager), browser(world.owner)
    holding = f"/manage/holdings/{world.holding.public_id}"

    assert "Phase 1 began" not in text_of(fund.get(holding))
    assert "Phase 1 began" in text_of(ours.get("/portal/consents"))

    ours.post(f"/portal/consents/{world.startup.public_id}/give")
    page = text_of(fund.get(holding))
    assert "Phase 1 began" in page
    assert "Milestone accepted" in page
    assert world.owner.name in page

    ours.post(f"/portal/consents/{world.startup.public_id}/withdraw")
    assert "Phase 1 began" not in text_of(fund.get(holding))
    assert "Milestone accepted" not in text_of(fund.get(holding))
    assert [one.is_given for one in queries.consents(world.startup, WHAT)] == [False, True]
    kinds = AuditEvent.objects.filter(chain=world.startup.public_id, kind__startswith="consent.")
    assert sorted(one.kind for one in kinds) == ["consent.given", "consent.withdrawn"]


def test_only_its_owners_consent(world):
    for one in (world.member, world.stranger, world.manager, world.ally):
        with pytest.raises(NotPermitted):
            services.give_consent(world.startup, WHAT, by=one, at=OFFERED_AT)
    assert not Consent.objects.exists()
    services.give_consent(world.startup, WHAT, by=world.owner, at=OFFERED_AT)
    for one in (world.member, world.stranger, world.manager):
        with pytest.raises(NotPermitted):
            services.withdraw_consent(world.startup, WHAT, by=one, at=OFFERED_AT)
    assert queries.consent_in_force(world.startup, WHAT)


def test_asking_again_adds_no_edition(world):
    assert services.withdraw_consent(world.startup, WHAT, by=world.owner, at=OFFERED_AT) is None
    for _ in range(2):
        services.give_consent(world.startup, WHAT, by=world.owner, at=OFFERED_AT)
    for _ in range(2):
        services.withdraw_consent(world.startup, WHAT, by=world.owner, at=OFFERED_AT)

    assert [one.edition for one in queries.consents(world.startup, WHAT)] == [2, 1]
    with pytest.raises(services.UnknownConsent):
        services.give_consent(world.startup, "everything", by=world.owner, at=OFFERED_AT)


def test_others_find_no_consent_of_it(world):
    pages = [f"/portal/consents/{world.startup.public_id}/{verb}" for verb in ("give", "withdraw")]

    assert {browser(world.stranger).get(page).status_code for page in pages} == {404}
    assert {browser(world.ally).get(page).status_code for page in (*pages, "/portal/consents")} <= {403, 404}
    assert "Deep Ear" not in text_of(browser(world.stranger).get("/portal/consents"))
    assert {Client().get(page).status_code for page in pages} == {302}


def test_consents_are_written_once_and_in_turn(world):
    services.give_consent(world.startup, WHAT, by=world.owner, at=OFFERED_AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(is_given=False)
    with pytest.raises(DatabaseError, match="in turn"), transaction.atomic():
        Consent.objects.create(
            organisation=world.startup, what=WHAT, edition=2, is_given=True, by=world.owner, at=OFFERED_AT
        )


def test_the_timeline_tells_no_reason_and_no_evidence(world):
    told = " ".join(f"{one.act} {one.detail}" for one in timeline.entries(world.startup, WHAT))

    assert "Phase 1 began" in told
    assert "100,000.00" in told.replace("\u202f", ",").replace("\u00a0", ",")
    assert "It hears." not in told
    assert len(list(telling.entries(world.startup))) == 1
