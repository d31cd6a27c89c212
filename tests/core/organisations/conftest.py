"""A start-up that registered itself, its owner, a second owner and a member."""

import pytest

from core import clock
from core.organisations import services
from core.people import services as people_services
from tests.factories import nations, people


@pytest.fixture
def allies(system):
    return [nations.ally(code, system=system) for code in ("EE", "FR")]


@pytest.fixture
def ada(allies, system):
    """Signed up a moment ago."""
    return people.person(email="ada@example.org", system=system)


@pytest.fixture
def startup(ada):
    return found(ada)


@pytest.fixture
def bea(startup, system):
    """The second owner."""
    return joined("startup-owner", startup, email="bea@example.org", system=system)


@pytest.fixture
def cy(startup, system):
    """A member."""
    return joined("startup-member", startup, email="cy@example.org", system=system)


@pytest.fixture
def stranger(allies, system):
    """The owner of another start-up."""
    person = people.person(email="stranger@example.org", system=system)
    found(person, name="Other Ear")
    return person


def found(by, **changes):
    given = {
        "name": "Deep Ear",
        "nation": "EE",
        "founded_on": clock.today().replace(year=2024),
        "registration_number": "",
        "website": "",
    }
    return services.found(**(given | changes), by=by, at=clock.now())


def joined(role, startup, *, email, system):
    person = people.person(email=email, system=system)
    people_services.grant(
        person,
        role,
        scope_kind="organisation",
        scope_ref=startup.public_id,
        starts_on=clock.today(),
        by=system,
        at=clock.now(),
    )
    return person
