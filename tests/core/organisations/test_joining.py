"""A start-up that registered itself and a company that is kept are stated to be one: by two people, taken back by one."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.organisations import queries, rules, services, timeline
from core.organisations.models import Consent, OneCompany, OneCompanyAgreed
from core.organisations.timeline import Entry
from core.people import services as people_services
from tests.core.organisations.conftest import found, joined
from tests.factories import people
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
WHAT = Consent.What.ACCELERATOR_TIMELINE
HOW = "The same number in the register of Estonia."


@pytest.fixture
def kept(allies, system):
    return services.register(name="Deep Ear OÜ", kind="company", nation="EE", by=system, at=clock.now())


@pytest.fixture
def manager(system):
    return people.person(role="programme-manager", email="manager@example.org", system=system)


@pytest.fixture
def administrator(system):
    return people.person(role="administrator", email="administrator@example.org", system=system)


@pytest.fixture
def one(startup, kept, manager, administrator):
    """The two, as one company."""
    return agreed(stated(startup, kept, by=manager), by=administrator)


@pytest.fixture
def told(monkeypatch, startup, kept):
    """Something that happened to each of the two."""
    happened = {startup.pk: Entry(date(2026, 5, 1), "Phase 1"), kept.pk: Entry(date(2026, 4, 1), "Published")}
    source = lambda organisation: [happened[organisation.pk]] if organisation.pk in happened else []  # noqa: E731 -- one line
    monkeypatch.setitem(timeline._sources, WHAT, [source])


def stated(startup, kept, *, by, reason=HOW):
    return services.state_one(startup, kept, reason=reason, by=by, at=clock.now())


def agreed(statement, *, by):
    return services.agree_one(statement, by=by, at=clock.now())


def parted(statement, *, by, reason="Another register after all."):
    return services.state_two(statement, reason=reason, by=by, at=clock.now())


def consented(organisation, *, by):
    return services.give_consent(organisation, WHAT, by=by, at=clock.now())


def withdrawn(organisation, *, by):
    return services.withdraw_consent(organisation, WHAT, by=by, at=clock.now())


def read(organisation):
    """What others read of it."""
    shared = timeline.shared(organisation, WHAT)
    return None if shared is None else [entry.act for entry in shared.entries]


def test_it_holds_once_a_second_person_agrees(startup, kept, manager, administrator):
    statement = stated(startup, kept, by=manager)
    assert queries.one_with(kept) == [kept]

    agreed(statement, by=administrator)

    assert queries.one_with(kept) == [kept, startup]
    assert queries.one_with(startup) == [startup, kept]
    kinds = AuditEvent.objects.filter(subject=statement.public_id).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["organisation.stated_one", "organisation.agreed_one"]


def test_nobody_agrees_with_herself_under_any_account(startup, kept, manager, administrator, system):
    statement = stated(startup, kept, by=manager)
    people_services.state_same_person(administrator, manager, reason="She told us", by=system, at=clock.now())
    administrator.refresh_from_db()

    for person in (manager, administrator):
        with pytest.raises(rules.OwnStatement):
            agreed(statement, by=person)
    with pytest.raises(DatabaseError, match="another person agrees"), transaction.atomic():
        OneCompanyAgreed.objects.create(statement=statement, by=manager, at=clock.now())
    assert queries.joined(startup) is None


def test_others_state_agree_and_part_nothing(startup, kept, ada, stranger, manager, system):
    fund = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_of_another", system=system)
    statement = stated(startup, kept, by=manager)

    for person in (ada, stranger, fund):
        with pytest.raises(NotPermitted):
            stated(startup, kept, by=person)
        with pytest.raises(NotPermitted):
            agreed(statement, by=person)
        with pytest.raises(NotPermitted):
            parted(statement, by=person)


def test_whoever_acts_for_the_start_up_says_nothing_of_whose_it_is(startup, kept, manager, system):
    both = joined("startup-member", startup, email="both@example.org", system=system)
    people_services.grant(
        both,
        "programme-manager",
        scope_kind="everywhere",
        scope_ref="",
        starts_on=clock.today(),
        by=system,
        at=clock.now(),
    )
    both.forget_grants()

    with pytest.raises(rules.ActsForIt):
        stated(startup, kept, by=both)
    with pytest.raises(rules.ActsForIt):
        agreed(stated(startup, kept, by=manager), by=both)


def test_from_then_on_the_consent_of_the_start_up_opens_both_timelines(
    told, startup, kept, ada, manager, administrator
):
    consented(startup, by=ada)
    assert read(kept) is None
    statement = stated(startup, kept, by=manager)
    assert read(kept) is None

    agreed(statement, by=administrator)
    assert read(kept) == ["Published", "Phase 1"]

    withdrawn(startup, by=ada)
    assert read(kept) is None
    assert read(startup) is None
    consented(startup, by=ada)
    assert read(kept) == ["Published", "Phase 1"]


def test_what_was_said_last_of_either_counts_for_both(told, one, startup, kept, ada, system):
    eve = joined("startup-owner", kept, email="eve@example.org", system=system)

    consented(kept, by=eve)
    assert read(startup) == ["Published", "Phase 1"]
    withdrawn(startup, by=ada)
    assert read(kept) is None

    parted(one, by=people.person(role="administrator", system=system))
    assert read(kept) is None
    assert read(startup) is None


def test_a_later_withdrawal_of_the_one_outweighs_the_consent_of_the_other(
    told, startup, kept, ada, manager, administrator, system
):
    eve = joined("startup-owner", kept, email="eve@example.org", system=system)
    consented(startup, by=ada)
    consented(kept, by=eve)
    withdrawn(kept, by=eve)

    agreed(stated(startup, kept, by=manager), by=administrator)
    assert read(kept) is None

    consented(startup, by=ada)
    assert read(kept) == ["Published", "Phase 1"]


def test_it_is_taken_back_by_one_person_and_stated_anew(told, one, startup, kept, ada, manager, administrator):
    consented(startup, by=ada)

    parted(one, by=manager)

    assert read(kept) is None
    assert read(startup) == ["Phase 1"]
    assert OneCompany.objects.count() == 2
    for act in (lambda: parted(one, by=manager), lambda: agreed(one, by=administrator)):
        with pytest.raises(rules.CountsNoMore):
            act()
    agreed(stated(startup, kept, by=manager), by=administrator)
    assert read(kept) == ["Published", "Phase 1"]


def test_each_is_one_with_one_other_at_a_time(one, startup, kept, manager, stranger, allies, system):
    other = services.register(name="Deep Ear SA", kind="company", nation="FR", by=system, at=clock.now())
    another = found(stranger, name="Deep Ear too")

    for pair in ((startup, other), (another, kept)):
        with pytest.raises(services.StatedAlready):
            stated(*pair, by=manager)
    with pytest.raises(DatabaseError, match="one with another"), transaction.atomic():
        OneCompany.objects.create(
            registered=another, kept=kept, edition=1, says="one", reason=HOW, by=manager, at=clock.now()
        )


def test_only_one_that_registered_itself_and_a_company_that_is_kept(startup, kept, manager, stranger, system):
    holder = services.register(name="Ministry", kind="state-investor", nation="EE", by=system, at=clock.now())
    another = found(stranger, name="Deep Ear too")

    for pair in ((kept, startup), (startup, another), (startup, holder)):
        with pytest.raises(services.UnfitPair):
            stated(*pair, by=manager)
    with pytest.raises(services.HowMissing):
        stated(startup, kept, by=manager, reason=" ")
    assert not OneCompany.objects.exists()


def test_what_was_stated_is_written_once(one):
    for rows in (OneCompany.objects, OneCompanyAgreed.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(at=clock.now())
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


def test_the_pages_lead_from_the_statement_to_one_company_and_back(client, startup, kept, manager, administrator):
    desk = signed_in(client, manager)
    form = desk.get(reverse("manage:companies_state")).content.decode()
    assert "Deep Ear OÜ, " in form

    given = {"registered": startup.public_id, "kept": kept.public_id, "reason": HOW}
    assert desk.post(reverse("manage:companies_state"), given).url == reverse("manage:companies")
    assert desk.post(reverse("manage:companies_state"), given).status_code == 200
    statement = OneCompany.objects.get()
    listed = desk.get(reverse("manage:companies")).content.decode()
    assert "Waits for another person" in listed
    assert reverse("manage:companies_agree", args=[statement.public_id]) not in listed

    services.agree_one(statement, by=administrator, at=clock.now())
    part = reverse("manage:companies_part", args=[statement.public_id])
    assert part in desk.get(reverse("manage:companies")).content.decode()
    assert HOW in desk.get(part).content.decode()
    desk.post(part, {"reason": "Two numbers."})
    assert queries.joined(kept) is None
    assert desk.get(part).status_code == 409


def test_the_start_up_reads_that_it_counts_as_one(client, one, ada):
    page = signed_in(client, ada).get(reverse("portal:consents")).content.decode()

    assert "Deep Ear OÜ" in page
    assert "count as one company" in page
