"""A closed call with three applications that two reviewers scored: 4 and 5, 3 and 4, 1 and 2 of 5 on every criterion."""

from contextlib import ExitStack

import pytest

from core import clock
from tests.factories import people
from tests.factories import programme_calls as calls
from tests.factories import reviews as factory


@pytest.fixture
def call(allies, programme, manager, second):
    made = calls.published(programme, by=manager, second=second)
    factory.planned(made, by=manager)
    return made


@pytest.fixture
def ann(programme, system):
    return factory.reviewer(programme, system=system)


@pytest.fixture
def bo(programme, system):
    return factory.reviewer(programme, system=system)


@pytest.fixture
def application(call, manager, system):
    """One that passed its screening."""
    return factory.to_review(call, "Deep Ear", by=manager, system=system)


@pytest.fixture
def scored(call, ann, bo, manager, system):
    """The best first."""
    found = []
    for name, *values in (("Best", 4, 5), ("Middle", 3, 4), ("Last", 1, 2)):
        made = factory.to_review(call, name, by=manager, system=system)
        for reviewer, value in zip((ann, bo), values, strict=True):
            factory.reviewed(made, reviewer, value, value, by=manager)
        found.append(made)
    return found


@pytest.fixture
def third(system):
    """A programme manager who did nothing yet."""
    return people.person(role="programme-manager", system=system)


@pytest.fixture
def clock_at():
    """Hold the clock at a moment until the test ends."""
    with ExitStack() as held:
        yield lambda moment: held.enter_context(clock.standing_at(moment))
