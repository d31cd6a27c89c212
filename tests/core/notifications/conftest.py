"""Things that fall due, told by a source that exists in tests alone."""

from dataclasses import replace
from datetime import date

import pytest

from core.notifications import obligations
from core.notifications.obligations import Obligation
from core.people.roles import Permission
from tests.factories import people

DUE_ON = date(2026, 7, 1)


@pytest.fixture
def open_things(monkeypatch):
    """The list that the source tells from; a test changes it as the world would."""
    things: list[Obligation] = []
    monkeypatch.setattr(obligations, "_sources", {})
    obligations.register("test-thing", "Things of tests", lambda day, _on: [one for one in things if one.due_on <= day])
    return things


@pytest.fixture
def owner(system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_one", system=system)


@pytest.fixture
def behind(system):
    return people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_one", language="fr", system=system)


@pytest.fixture
def thing(owner, behind):
    def made(subject="thing_1", **given):
        usual = Obligation(
            kind="test-thing",
            subject=subject,
            due_on=DUE_ON,
            since=date(2026, 1, 1),
            title=lambda: f"Review {subject}",
            address="/manage/reviews/one",
            scope="fund_one",
            readers=frozenset({Permission.FUND_READ}),
            owners=(owner.pk,),
            behind=(behind.pk,),
        )
        return replace(usual, **given)

    return made
