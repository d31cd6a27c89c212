"""Admitting members: what a source says, what was inferred, and what is refused."""

import pytest
from django.db import IntegrityError, transaction

from accelerator.challenges import services as programmes
from accelerator.cohorts import queries, services
from accelerator.cohorts.models import CohortMember
from accelerator.cohorts.queries import Filters
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations
from tests.factories import accelerator as factory
from tests.factories import nations


def test_a_member_keeps_what_was_inferred_apart_from_what_was_published(programme, space, manager_of_one, system):
    company = factory.company(by=system)

    member = services.admit(
        programme,
        company,
        challenge=space,
        is_challenge_inferred=True,
        technology="SPACE",
        highest_phase=1,
        basis="partial",
        source="a newspaper",
        by=manager_of_one,
        at=factory.PUBLISHED_AT,
    )

    (shown,) = queries.members(programme.public_id)
    assert (shown.name, shown.challenge_code, shown.is_challenge_inferred) == ("Example Space", "P26-SPACE", True)
    assert (shown.technology, shown.is_technology_inferred, shown.nation_code) == ("SPACE", False, "")
    event = AuditEvent.objects.get(kind="cohort.member_admitted")
    assert (event.chain, event.subject) == (programme.public_id, member.public_id)
    assert (event.after["organisation"], event.after["organisation_id"]) == ("Example Space", company.public_id)


def test_whoever_only_reads_admits_nobody(programme, reader, system):
    company = factory.company(by=system)
    before = AuditEvent.objects.count()

    with pytest.raises(NotPermitted):
        services.admit(
            programme,
            company,
            challenge=None,
            highest_phase=1,
            basis="solid",
            source="x",
            by=reader,
            at=factory.PUBLISHED_AT,
        )

    assert not CohortMember.objects.exists()
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("story", "given", "error"),
    [
        ("nobody can look it up", {"source": ""}, programmes.NoSource),
        ("from memory", {"basis": "unconfirmed"}, programmes.NotConfirmed),
        ("no such technology", {"technology": "MAGIC"}, services.UnknownTechnology),
        ("no such phase", {"highest_phase": 3}, services.UnfitPhase),
        ("no challenge to infer", {"is_challenge_inferred": True}, services.NothingInferred),
        ("no technology to infer", {"is_technology_inferred": True}, services.NothingInferred),
    ],
)
def test_an_unfit_member_is_refused(story, given, error, programme, system):
    with pytest.raises(error):
        factory.member(programme, by=system, **given)

    assert not CohortMember.objects.exists()


def test_a_challenge_of_another_programme_does_not_fit(programme, system):
    other = factory.challenge(factory.programme("2025", by=system), "P25-SEA", by=system)

    with pytest.raises(services.ChallengeOfAnother):
        factory.member(programme, by=system, challenge=other)


def test_only_companies_become_members(programme, system):
    centre = organisations.register(
        name="A centre", kind="test-centre", nation=None, by=system, at=factory.PUBLISHED_AT
    )

    with pytest.raises(services.NotACompany):
        services.admit(
            programme,
            centre,
            challenge=None,
            highest_phase=1,
            basis="solid",
            source="x",
            by=system,
            at=factory.PUBLISHED_AT,
        )


def test_a_company_joins_a_cohort_once(programme, system):
    member = factory.member(programme, by=system)

    with pytest.raises(services.AlreadyMember):
        services.admit(
            programme,
            member.organisation,
            challenge=None,
            highest_phase=2,
            basis="solid",
            source="x",
            by=system,
            at=factory.PUBLISHED_AT,
        )

    assert CohortMember.objects.get().highest_phase == 1


@pytest.mark.parametrize("changes", [{"highest_phase": 3}, {"highest_phase": 0}, {"source": ""}])
def test_the_table_itself_refuses_an_unfit_member(changes, programme, system):
    factory.member(programme, by=system)

    with pytest.raises(IntegrityError), transaction.atomic():
        CohortMember.objects.update(**changes)


@pytest.fixture
def three(programme, space, system):
    """An Estonian space company in phase 2, a Finnish quantum company, and one whose nation nobody confirms."""
    for code in ("EE", "FI"):
        nations.ally(code, system=system)
    factory.member(programme, "Alfa", nation="EE", challenge=space, technology="SPACE", highest_phase=2, by=system)
    factory.member(programme, "Bravo", nation="FI", technology="QUANTUM", by=system)
    factory.member(programme, "Charlie", technology="QUANTUM", by=system)
    return programme


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), ["Alfa", "Bravo", "Charlie"]),
        (Filters(name="rAv"), ["Bravo"]),
        (Filters(name="%"), []),
        (Filters(nation="EE"), ["Alfa"]),
        (Filters(nation=queries.NO_NATION), ["Charlie"]),
        (Filters(challenge="P26-SPACE"), ["Alfa"]),
        (Filters(technology="QUANTUM"), ["Bravo", "Charlie"]),
        (Filters(phase=2), ["Alfa"]),
        (Filters(technology="QUANTUM", nation="FI"), ["Bravo"]),
        (Filters(technology="SPACE", nation="FI"), []),
    ],
)
def test_members_are_found_by_what_is_known_of_them(filters, names, three):
    assert [one.name for one in queries.members(three.public_id, filters)] == names


def test_only_what_occurs_is_offered_to_choose_from(three):
    facets = queries.facets(three.public_id)

    assert facets.total == 3
    assert [code for code, _name in facets.nations] == ["EE", "FI"]
    assert facets.has_unconfirmed_nation
    assert [code for code, _title in facets.challenges] == ["P26-SPACE"]
    assert (facets.technologies, facets.phases) == (("QUANTUM", "SPACE"), (1, 2))


def test_an_organisation_is_found_by_its_name(three):
    assert organisation_queries.named(" Alfa ", "company").name == "Alfa"
    assert organisation_queries.named("Alfa", "test-centre") is None
    assert [one.name for one in organisation_queries.companies()] == ["Alfa", "Bravo", "Charlie"]
