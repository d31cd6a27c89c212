"""A questionnaire, two officers, and a company that is reviewed."""

from datetime import date

import pytest

from core import clock
from core.ethics import queries, services, subjects
from core.ethics.services.reviews import Assessment, Given
from core.ethics.subjects import Keeper, Subject
from core.organisations import services as organisations
from core.questionnaires import services as questionnaires
from tests.factories import people

SCOPE = "fund_0123456789abcdef"
TODAY = date(2026, 6, 1)


@pytest.fixture
def officer(system):
    return people.person(role="ethics-officer", email="officer@example.org", system=system)


@pytest.fixture
def other_officer(system):
    return people.person(role="ethics-officer", email="other@example.org", language="fr", system=system)


@pytest.fixture
def manager(system):
    return people.person(
        role="fund-manager", scope_kind="fund", scope_ref=SCOPE, email="manager@example.org", system=system
    )


@pytest.fixture
def form(system):
    return questionnaires.publish(
        "responsible-use",
        version=1,
        title_en="Responsible use",
        title_fr="Usage responsable",
        origin_en="Ours",
        origin_fr="Le nôtre",
        asked=[
            questionnaires.Asked("AI-1", "text", "Who answers for it?", "Qui en répond ?", "AI"),
            questionnaires.Asked("AI-2", "yes-no", "Could it select targets?", "Peut-il choisir des cibles ?", "AI"),
            questionnaires.Asked("Q-1", "text", "What of private data?", "Qu’en est-il des données ?", "QUANTUM"),
        ],
        by=system,
        at=clock.now(),
    )


@pytest.fixture
def subject(system, monkeypatch):
    """A company with a page of its own, kept by a keeper that exists in tests alone."""
    company = organisations.register(name="Alder Robotics", kind="company", nation=None, by=system, at=clock.now())
    found = Subject("test-thing", "thing_1", company.pk, "Alder Robotics", SCOPE, ("AI",), "/")
    monkeypatch.setattr(subjects, "_keepers", {})
    keeper = Keeper("Thing", lambda ids: {"thing_1": found} if "thing_1" in ids else {}, lambda _person: [found])
    subjects.register("test-thing", keeper)
    return found


@pytest.fixture
def review(subject, form, officer, other_officer):
    return services.open_review(subject, officer=officer, second=other_officer, on=TODAY, by=officer, at=clock.now())


@pytest.fixture
def answered(review, officer):
    given = [Given(one.question, "Words.") for one in queries.asked(review)]
    services.give_answers(review, given, by=officer, at=clock.now())
    return review


@pytest.fixture
def found(manager):
    """What an officer finds, with what differs given by name."""

    def made(**given):
        usual = {"risk": "low", "outcome": "clear", "summary": "No question.", "expires_on": date(2027, 6, 1)}
        return Assessment(**(usual | given))

    return made


@pytest.fixture
def condition(answered, officer, manager, found):
    wanted = services.NewCondition("Name who answers", "Letter", manager, date(2026, 7, 1), is_blocking=True)
    services.assess(answered, found(outcome="conditions", conditions=[wanted]), on=TODAY, by=officer, at=clock.now())
    return answered.conditions.get()
