"""A further account is its holder's: what nobody does to or for herself, she does not do under it either."""

from datetime import date

import pytest

from core import clock
from core.errors import NotPermitted
from core.ethics import queries, services
from core.people import queries as people_queries
from core.people import services as people_services
from core.people.models import RoleGrant, User
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def stated(system):
    """Two accounts of one person, as another administrator stated."""
    stating = people.person(role="administrator", system=system)

    def state(first, further):
        people_services.state_same_person(further, first, reason="She told us", by=stating, at=clock.now())
        return tuple(User.objects.get(pk=one.pk) for one in (first, further))

    return state


@pytest.fixture
def administrator(system, stated):
    """An administrator and her further account."""
    return stated(
        people.person(role="administrator", system=system), people.person(role="administrator", system=system)
    )


def grants(by, person):
    people_services.grant(person, "auditor", scope_kind="everywhere", starts_on=date(2026, 6, 1), by=by, at=clock.now())


def revokes(by, person):
    people_services.revoke(RoleGrant.objects.get(person=person), by=by, at=clock.now())


def disables(by, person):
    people_services.disable(person, by=by)


@pytest.mark.parametrize("acts", [grants, revokes, disables])
@pytest.mark.parametrize("under", ["the first account", "the further one"])
def test_nobody_changes_what_an_own_account_may(administrator, acts, under):
    by, person = administrator if under == "the first account" else reversed(administrator)

    with pytest.raises(NotPermitted):
        acts(by, person)

    shown = people_queries.permitted(by, person)
    assert (shown.grant, shown.disable, shown.is_oneself) == (False, False, True)
    assert RoleGrant.objects.get(person=person).revoked_at is None
    assert User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize("under", ["the first account", "the further one"])
def test_nobody_accepts_evidence_of_an_own_account(condition, officer, other_officer, stated, under):
    by, other = (
        stated(officer, other_officer) if under == "the further one" else reversed(stated(officer, other_officer))
    )
    services.answer(condition, evidence="Letter", by=by, at=clock.now())
    condition.refresh_from_db()

    with pytest.raises(services.OwnEvidence):
        services.accept(condition, by=other, at=clock.now())

    assert queries.is_own_evidence(other, condition)
    assert list(queries.answered_by_others(other)) == []


def test_an_own_assessment_is_said_to_be_so(answered, officer, other_officer, stated, found):
    services.assess(answered, found(risk="high"), on=date(2026, 6, 1), by=officer, at=clock.now())
    answered.refresh_from_db()
    assert queries.permitted(other_officer, answered).second

    _first, further = stated(officer, other_officer)

    shown = queries.permitted(further, answered)
    assert (shown.second, shown.is_own_assessment) == (False, True)
