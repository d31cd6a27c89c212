"""Two people of the secretariat, and three Allies with somebody who speaks for each."""

import pytest

from core.decisions import kinds
from tests.factories import decisions


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    """The only thing that can be decided here; its effect is counted."""
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(decisions.kind())


@pytest.fixture
def writer(system):
    return decisions.manager(system, email="writer@example.org")


@pytest.fixture
def secretary(system):
    return decisions.manager(system, email="secretary@example.org")


@pytest.fixture
def allies(system):
    return decisions.allies(system)


@pytest.fixture
def draft(writer, allies):
    return decisions.drafted(writer)


@pytest.fixture
def running(draft, secretary):
    """A circulation under silence until the last of March 2027, 16:00 in Brussels."""
    return decisions.circulated(draft, secretary)
