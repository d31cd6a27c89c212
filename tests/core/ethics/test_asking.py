"""A review put before the start-up that it is about: its people answer, read no assessment, and give evidence."""

from datetime import date

import pytest

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotFound, NotPermitted
from core.ethics import queries, services
from core.notifications.models import Message
from core.organisations.models import Organisation
from tests.core.ethics.conftest import TODAY
from tests.factories import applications as startups
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(subject):
    return Organisation.objects.get(pk=subject.organisation_id)


@pytest.fixture
def owner(company, system):
    return startups.owner(company, system=system)


@pytest.fixture
def colleague(company, system):
    return startups.member(company, system=system)


@pytest.fixture
def stranger(system):
    return startups.owner(startups.startup("Other", nation=None, by=system), system=system)


@pytest.fixture
def asked(review, owner, colleague, officer):
    return services.ask_startup(review, by=officer, at=clock.now())


def given(review, words="We do."):
    return [services.Given(one.question, words) for one in queries.asked(review)]


def condition(asked, officer, owner, **more):
    services.give_answers(asked, given(asked), by=officer, at=clock.now())
    wanted = services.NewCondition("Name who answers", "A letter", owner, date(2026, 7, 1), **more)
    found = services.Assessment("low", "conditions", "One thing.", date(2027, 6, 1), [wanted])
    return services.assess(asked, found, on=TODAY, by=officer, at=clock.now()).conditions.get()


def test_its_people_are_told_and_answer(asked, owner, colleague, officer):
    assert {one.reader for one in Message.objects.all()} == {owner, colleague}
    assert AuditEvent.objects.filter(kind="ethics.startup_asked").count() == 1

    assert services.give_answers(asked, given(asked), by=colleague, at=clock.now()) == 2

    assert {one.answer.given_by for one in queries.asked(asked)} == {colleague}


def test_before_they_are_asked_and_without_an_account_nobody_answers(review, officer, company, system):
    with pytest.raises(services.NobodyToAsk):
        services.ask_startup(review, by=officer, at=clock.now())
    owner = startups.owner(company, system=system)
    with pytest.raises(NotPermitted):
        services.give_answers(review, given(review), by=owner, at=clock.now())
    assert not queries.asked_of(owner).exists()


def test_a_stranger_and_a_manager_neither_ask_nor_answer(asked, review, stranger, manager):
    for person in (stranger, manager):
        with pytest.raises(NotPermitted):
            services.give_answers(asked, given(asked), by=person, at=clock.now())
        with pytest.raises(NotPermitted):
            services.ask_startup(review, by=person, at=clock.now())
    with pytest.raises(NotFound):
        queries.get_asked(stranger, asked.public_id)


def test_it_is_asked_once_while_its_questions_are_open(asked, officer):
    with pytest.raises(services.NotToAsk):
        services.ask_startup(asked, by=officer, at=clock.now())


def test_a_condition_of_the_start_ups_is_answered_by_its_owner_or_an_owner_of_its_page(
    asked, officer, owner, colleague, stranger
):
    made = condition(asked, officer, colleague)

    assert owner in queries.owners(asked, on=TODAY)
    assert queries.conditions_of_startups(owner).get() == made
    assert not queries.conditions_of_startups(stranger).exists()
    with pytest.raises(NotPermitted):
        services.answer(made, evidence="Here", by=stranger, at=clock.now())
    assert services.answer(made, evidence="Here", by=owner, at=clock.now()).answered_by == owner


def test_a_condition_of_the_officers_stays_with_them(asked, officer, owner):
    made = condition(asked, officer, officer)

    assert not queries.conditions_of_startups(owner).exists()
    with pytest.raises(NotFound):
        queries.get_condition_of_startup(owner, made.public_id)


def test_in_the_portal_they_answer_and_read_no_assessment(client, asked, officer, owner, stranger):
    mine = signed_in(client, owner)
    page = f"/portal/organisations/responsible-use/{asked.public_id}"
    assert "Open for your answers" in mine.get("/portal/organisations/responsible-use").content.decode()
    assert "Who answers for it?" in mine.get(page).content.decode()

    mine.post(page, {"AI-1-words": "The pilot.", "AI-2-yes": "no", "AI-2-words": ""})

    assert next(one.answer.words for one in queries.asked(asked) if one.answer) == "The pilot."
    made = condition(asked, officer, owner)
    after = mine.get(page).content.decode()
    assert "its answers stay as they are" in after
    assert "One thing." not in after
    evidence = f"/portal/organisations/responsible-use/conditions/{made.public_id}"
    assert "A letter" in mine.get(evidence).content.decode()
    mine.post(evidence, {"evidence": "Letter of 3 June"})
    made.refresh_from_db()
    assert (made.state, made.evidence) == ("answered", "Letter of 3 June")
    assert mine.get(f"/manage/ethics/conditions/{made.public_id}")["Location"] == evidence
    assert signed_in(client, stranger).get(page).status_code == 404
    assert client.get(evidence).status_code == 404


def test_the_officer_asks_from_the_page_of_the_review(client, review, owner, officer):
    desk = signed_in(client, officer)
    page = f"/manage/ethics/{review.public_id}"
    assert "Ask the start-up…" in desk.get(page).content.decode()

    desk.post(f"{page}/ask")

    assert "The start-up is asked" in desk.get(page).content.decode()
    assert queries.asked_of(owner).get() == review
