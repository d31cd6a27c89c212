"""What the programme asks about an application, and the answer until its moment."""

from datetime import timedelta

import pytest

from accelerator.applications import due, queries, rules, services, standing
from core.errors import NotPermitted
from core.notifications.models import Message, OutboundMail
from tests.factories import applications as factory
from tests.factories.applications import CLOSES_AT

pytestmark = pytest.mark.django_db
ASKED_AT = CLOSES_AT + timedelta(days=1)
DUE_AT = ASKED_AT + timedelta(days=7)


@pytest.fixture
def application(call, startup, owner):
    return factory.submitted(call, startup, by=owner)


def ask(application, *, by, question="Which depth?", due_at=DUE_AT):
    return services.ask(application, question=question, due_at=due_at, by=by, at=ASKED_AT)


def test_the_start_up_is_told_and_answers_once(application, manager, owner, colleague):
    asked = ask(application, by=manager)
    assert {one.reader for one in Message.objects.all()} == {owner, colleague}
    assert OutboundMail.objects.filter(body__contains="Which depth?").count() == 2
    assert standing.of(application, at=ASKED_AT).by == DUE_AT
    assert standing.waiting(owner, at=ASKED_AT) == [asked]

    answered = services.answer(asked, text="300 m\r\nand more", by=owner, at=DUE_AT - timedelta(microseconds=1))

    assert answered.answer == "300 m\nand more"
    assert standing.waiting(owner, at=ASKED_AT) == []
    with pytest.raises(services.AlreadyAnswered):
        services.answer(asked, text="Other", by=owner, at=ASKED_AT)


def test_an_answer_at_its_moment_is_late(application, manager, owner):
    asked = ask(application, by=manager)

    with pytest.raises(services.AnswerTooLate, match="was due by"):
        services.answer(asked, text="300 m", by=owner, at=DUE_AT)
    asked.refresh_from_db()
    assert asked.answer == ""


def test_only_owners_answer_and_only_the_programme_asks(application, manager, owner, colleague, stranger):
    asked = ask(application, by=manager)

    with pytest.raises(rules.OwnersOnly):
        services.answer(asked, text="300 m", by=colleague, at=ASKED_AT)
    for person in (stranger, manager):
        with pytest.raises(NotPermitted):
            services.answer(asked, text="300 m", by=person, at=ASKED_AT)
    for person in (owner, stranger):
        with pytest.raises(NotPermitted):
            ask(application, by=person)


@pytest.mark.parametrize(
    ("question", "due_at", "refusal"),
    [
        ("  ", DUE_AT, services.QuestionMissing),
        ("x" * 2001, DUE_AT, services.QuestionMissing),
        ("Which depth?", ASKED_AT, services.DueTooSoon),
    ],
)
def test_an_unfit_question_is_not_asked(application, manager, question, due_at, refusal):
    with pytest.raises(refusal):
        ask(application, by=manager, question=question, due_at=due_at)
    assert not queries.clarifications(application).exists()


def test_nobody_is_asked_about_a_draft(call, startup, owner, manager):
    draft = factory.begun(call, startup, by=owner)

    with pytest.raises(rules.WrongState):
        ask(draft, by=manager)


def test_the_owners_are_reminded_of_what_is_asked(application, manager, owner, colleague):
    asked = ask(application, by=manager)

    (found,) = due.asked(DUE_AT.date(), ASKED_AT.date())

    assert (found.subject, found.due_on, found.since) == (asked.public_id, DUE_AT.date(), ASKED_AT.date())
    assert found.owners == (owner.pk,)
    assert "A question about your application to" in found.title()
    assert list(due.asked(DUE_AT.date() - timedelta(days=1), ASKED_AT.date())) == []
    services.answer(asked, text="300 m", by=owner, at=ASKED_AT)
    assert list(due.asked(DUE_AT.date(), ASKED_AT.date())) == []
