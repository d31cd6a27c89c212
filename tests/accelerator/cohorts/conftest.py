"""A start-up with its people, what it is offered, and its participation."""

import pytest

from tests.factories import applications, people
from tests.factories import cohorts as factory


@pytest.fixture
def startup(allies, system):
    return applications.startup(by=system)


@pytest.fixture
def owner(startup, system):
    return applications.owner(startup, system=system)


@pytest.fixture
def colleague(startup, system):
    """Writes for the start-up; does not sign."""
    return applications.member(startup, system=system)


@pytest.fixture
def stranger(allies, system):
    """The owner of another start-up."""
    return applications.owner(applications.startup("Other Ear", by=system), system=system)


@pytest.fixture
def offer(programme, startup, manager, second):
    """Released, and not answered yet."""
    return factory.released(programme, startup, by=manager, second=second)


@pytest.fixture
def participation(offer, owner):
    return factory.accept(offer, by=owner)


@pytest.fixture
def officers(system):
    """Two ethics officers."""
    return [people.person(role="ethics-officer", system=system) for _ in range(2)]


@pytest.fixture
def milestone(participation, manager, second, owner):
    """Of phase 1, accepted: it releases 40,000.00 of its 100,000.00 EUR."""
    return factory.accepted(participation, "40000.00", "60000.00", by=manager, second=second, owner=owner)
