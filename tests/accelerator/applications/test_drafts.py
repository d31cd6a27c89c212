"""Drafts: begun for a start-up, written by several people, kept whatever is in them."""

from datetime import timedelta

import pytest

from accelerator.applications import queries, rules, services
from accelerator.applications.models import Answer, Application, OtherText
from accelerator.applications.rules import TooEarly, TooLate
from core.audit.models import AuditEvent
from core.errors import NotFound, NotPermitted
from tests.factories import accelerator as programmes
from tests.factories import applications as factory
from tests.factories import programme_calls as calls
from tests.factories.applications import CLOSES_AT, OPEN_AT

pytestmark = pytest.mark.django_db


def test_a_draft_is_begun_once(call, startup, owner, colleague):
    first = factory.begun(call, startup, by=owner)
    again = factory.begun(call, startup, by=colleague)

    assert again == first
    assert first.form_digest == call.digest
    assert AuditEvent.objects.filter(kind="application.begun").count() == 1


def test_nobody_begins_for_another_start_up(call, startup, stranger, manager):
    for person in (stranger, manager):
        with pytest.raises(NotPermitted):
            factory.begun(call, startup, by=person)
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("story", "at", "refusal"),
    [
        ("a microsecond before it opens", calls.FACTS.opens_on, TooEarly),
        ("at its closing", CLOSES_AT, TooLate),
    ],
)
def test_a_draft_is_begun_while_the_call_is_open(call, startup, owner, story, at, refusal):
    moment = call.opens_at - timedelta(microseconds=1) if refusal is TooEarly else at

    with pytest.raises(refusal):
        factory.begun(call, startup, by=owner, at=moment)
    assert not Application.objects.exists(), story


def test_a_call_that_is_not_published_takes_no_draft(programme, allies, manager, startup, owner):
    call = calls.submitted(programme, by=manager)

    with pytest.raises(services.NotOpen):
        factory.begun(call, startup, by=owner)


def test_the_challenge_is_one_of_the_programme(call, programme, startup, owner, system):
    other = programmes.challenge(programmes.programme("2030", by=system), code="P30-X", by=system)
    with pytest.raises(services.ChallengeMissing):
        factory.begun(call, startup, by=owner, challenge=other)

    own = programmes.challenge(programme, by=system)
    with pytest.raises(services.ChallengeMissing):
        factory.begun(call, startup, by=owner)
    assert factory.begun(call, startup, by=owner, challenge=own).challenge == own


def test_everything_typed_is_kept_also_what_is_to_correct(call, startup, owner):
    application = factory.begun(call, startup, by=owner)
    long = " ".join(["word"] * 201)

    factory.save(application, {1: long, 2: "9"}, by=owner)

    part = queries.get_part(application, 1)
    assert [one.text for one in part.items] == [long, "9"]
    assert part.to_correct == 2
    assert not part.is_done


def test_saving_tells_what_changed_and_nothing_of_the_text(call, startup, owner):
    application = factory.begun(call, startup, by=owner)

    factory.save(application, {1: "Our secret"}, by=owner)
    factory.save(application, {1: "Our secret"}, edition=1, by=owner)

    event = AuditEvent.objects.get(kind="application.saved")
    assert event.after == {"section": 1, "questions": [1]}
    assert event.chain == startup.public_id
    application.refresh_from_db()
    assert (application.saved_by, application.saved_at) == (owner, OPEN_AT)


def test_a_colleagues_text_is_kept_beside_the_later_one(call, startup, owner, colleague):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, {1: "It listens."}, by=owner)

    (kept,) = factory.save(application, {1: "It hears."}, by=colleague)

    assert (kept.text, kept.edition) == ("It hears.", 2)
    assert (kept.other.text, kept.other.written_by, kept.other.replaced_by) == ("It listens.", owner, colleague)
    question = queries.get_part(application, 1).items[0].question
    assert queries.open_others(application) == {question.pk: [kept.other]}


@pytest.mark.parametrize(
    ("story", "edition", "text"),
    [
        ("the page showed the text that stood", 1, "It hears."),
        ("what stood is part of the new text", 0, "It listens. It hears."),
        ("what stood is the same", 0, "It listens."),
    ],
)
def test_nothing_is_set_aside_where_nothing_is_lost(call, startup, owner, colleague, story, edition, text):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, {1: "It listens."}, by=owner)

    factory.save(application, {1: text}, edition=edition, by=colleague)

    assert not OtherText.objects.exists(), story
    assert Answer.objects.get().text == text


@pytest.mark.parametrize(("takes_it", "stands", "edition"), [(True, "It listens.", 3), (False, "It hears.", 2)])
def test_one_of_two_texts_is_chosen_once(call, startup, owner, colleague, takes_it, stands, edition):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, {1: "It listens."}, by=owner)
    (kept,) = factory.save(application, {1: "It hears."}, by=colleague)

    for _time in range(2):
        services.settle(kept.other, takes_it=takes_it, by=owner, at=OPEN_AT)

    answer = Answer.objects.get()
    assert (answer.text, answer.edition) == (stands, edition)
    assert queries.open_others(application) == {}
    assert AuditEvent.objects.filter(kind="application.text_chosen").count() == 1


def test_a_question_that_the_form_does_not_ask_is_refused(call, startup, owner):
    application = factory.begun(call, startup, by=owner)

    with pytest.raises(services.UnknownQuestion):
        factory.save(application, {1: "Fine", 99: "Forged"}, by=owner)
    with pytest.raises(services.UnknownQuestion):
        factory.save(application, {1: "Fine"}, section=99, by=owner)
    assert not Answer.objects.exists()


def test_a_text_without_any_measure_is_refused(call, startup, owner):
    application = factory.begun(call, startup, by=owner)

    with pytest.raises(services.TooLong) as refused:
        factory.save(application, {1: "x" * 40_001}, by=owner)
    assert refused.value.field == "q1"
    assert not Answer.objects.exists()


def test_nobody_else_reads_or_writes_a_draft(call, startup, owner, stranger, manager):
    application = factory.begun(call, startup, by=owner)

    for person in (stranger, manager):
        with pytest.raises(NotPermitted):
            factory.save(application, {1: "Mine"}, by=person)
        with pytest.raises(NotFound):
            queries.get_application(person, application.public_id)
    assert not Answer.objects.exists()


def test_after_the_closing_a_draft_stays_as_it_is(call, startup, owner):
    application = factory.filled(call, startup, by=owner)

    with pytest.raises(TooLate) as refused:
        factory.save(application, {1: "Late"}, edition=1, by=owner, at=CLOSES_AT)

    assert "17:00, Brussels time" in str(refused.value)
    assert "15:00:00\u00a0UTC" in str(refused.value)
    assert queries.get_part(application, 1).items[0].text == factory.ANSWERS[1]


def test_a_member_writes_and_an_owner_submits(call, startup, colleague, owner):
    application = factory.begun(call, startup, by=colleague)

    refused = rules.permitted(colleague, application, at=OPEN_AT)

    assert refused["write"] is None
    assert isinstance(refused["submit"], rules.OwnersOnly)
    assert rules.permitted(owner, application, at=OPEN_AT)["submit"] is None


def test_the_sheet_is_read_in_few_queries(call, startup, owner, django_assert_num_queries):
    application = factory.filled(call, startup, by=owner)
    fresh = queries.get_application(owner, application.public_id)

    with django_assert_num_queries(5):
        assert queries.sheet(fresh).is_whole


def test_readers_of_a_draft_are_the_start_ups_people(startup, owner, colleague, stranger):
    assert queries.readers_of(startup, at=OPEN_AT) == sorted([owner, colleague], key=lambda one: one.name)
