"""A programme with one challenge, and somebody who may only read."""

import pytest

from tests.factories import accelerator as factory
from tests.factories import nations, people


@pytest.fixture
def programme(system):
    return factory.programme(by=system)


@pytest.fixture
def space(programme, system):
    return factory.challenge(programme, by=system)


@pytest.fixture
def reader(system):
    """An ethics officer: reads programmes, publishes none."""
    return people.person(role="ethics-officer", system=system)


@pytest.fixture
def manager(system):
    """A programme manager of every programme."""
    return people.person(role="programme-manager", system=system)


@pytest.fixture
def manager_of_one(system, programme):
    """A programme manager of the one programme alone."""
    return people.person(role="programme-manager", scope_kind="programme", scope_ref=programme.public_id, system=system)


@pytest.fixture
def second(system):
    """Another programme manager, who publishes what the first drafted."""
    return people.person(role="programme-manager", system=system)


@pytest.fixture
def allies(system):
    for code in ("EE", "LU", "US"):
        nations.ally(code, system=system)
