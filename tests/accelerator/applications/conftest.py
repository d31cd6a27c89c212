"""A published call that is open, and two start-ups with their people."""

import pytest

from tests.factories import applications as factory
from tests.factories import programme_calls as calls


@pytest.fixture
def call(allies, programme, manager, second):
    return calls.published(programme, by=manager, second=second)


@pytest.fixture
def startup(allies, system):
    return factory.startup(by=system)


@pytest.fixture
def owner(startup, system):
    return factory.owner(startup, system=system)


@pytest.fixture
def colleague(startup, system):
    """Writes for the start-up; does not submit."""
    return factory.member(startup, system=system)


@pytest.fixture
def stranger(allies, system):
    """The owner of another start-up."""
    return factory.owner(factory.startup("Other Ear", by=system), system=system)
