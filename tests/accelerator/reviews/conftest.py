"""A closed call with an application that passed its screening, and two reviewers."""

from contextlib import ExitStack

import pytest

from core import clock
from tests.factories import programme_calls as calls
from tests.factories import reviews as factory


@pytest.fixture
def call(allies, programme, manager, second):
    return calls.published(programme, by=manager, second=second)


@pytest.fixture
def plan(call, manager):
    return factory.planned(call, by=manager)


@pytest.fixture
def application(call, plan, manager, system):
    return factory.to_review(call, "Deep Ear", by=manager, system=system)


@pytest.fixture
def ann(programme, system):
    return factory.reviewer(programme, system=system)


@pytest.fixture
def bo(programme, system):
    return factory.reviewer(programme, system=system)


@pytest.fixture
def clock_at():
    """Hold the clock at a moment until the test ends."""
    with ExitStack() as held:
        yield lambda moment: held.enter_context(clock.standing_at(moment))
