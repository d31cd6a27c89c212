"""A review: opened, answered, assessed, seconded where the risk is high, renewed, closed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.ethics import queries, services
from core.ethics.lifecycle import State
from core.ethics.models import Answer, Condition, Review
from core.ethics.services.reviews import ExpiryInThePast, InWork, NotAnOfficer, OneOfficer, Unanswered, WrongState
from tests.core.ethics.conftest import TODAY
from tests.factories import people

pytestmark = pytest.mark.django_db


def stands(review):
    return Review.objects.get(pk=review.pk)


def test_a_review_asks_the_questions_of_its_families_alone(review):
    assert review.families == ["AI"]
    assert [one.question.code for one in queries.asked(review)] == ["AI-1", "AI-2"]


def test_a_later_answer_stands_beside_the_earlier_one(answered, officer):
    first = queries.asked(answered)[0].question

    services.give_answers(answered, [services.Given(first, "Other words.")], by=officer, at=clock.now())

    assert queries.asked(answered)[0].answer.words == "Other words."
    assert list(Answer.objects.filter(question=first).order_by("pk").values_list("words", flat=True)) == [
        "Words.",
        "Other words.",
    ]


def test_the_same_answer_again_is_not_kept_twice(answered, officer):
    given = [services.Given(one.question, "Words.") for one in queries.asked(answered)]

    kept = services.give_answers(answered, given, by=officer, at=clock.now())

    assert kept == 0
    assert Answer.objects.count() == 2


def test_low_risk_is_in_force_at_once(answered, officer, found):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())

    row = stands(answered)
    assert (row.state, row.concluded_on, row.expires_on) == (State.CONCLUDED, TODAY, date(2027, 6, 1))


def test_high_risk_waits_for_a_second_officer(answered, officer, other_officer, found):
    services.assess(answered, found(risk="high"), on=TODAY, by=officer, at=clock.now())

    with pytest.raises(services.OwnAssessment):
        services.second(answered, on=TODAY, by=officer, at=clock.now())
    assert stands(answered).state == State.ASSESSED
    services.second(answered, on=TODAY, by=other_officer, at=clock.now())

    row = stands(answered)
    assert (row.state, row.seconded_by) == (State.CONCLUDED, other_officer)


@pytest.mark.parametrize(
    ("story", "seconded_on"),
    [
        ("a condition was due the day before", date(2026, 7, 2)),
        ("the review would expire that day", date(2027, 6, 1)),
    ],
)
def test_an_assessment_whose_days_have_passed_is_sent_back_and_not_seconded(
    story, seconded_on, answered, officer, other_officer, manager, found
):
    wanted = [services.NewCondition("Name who answers", "Letter", manager, date(2026, 7, 1))]
    given = found(risk="high", outcome="conditions", conditions=wanted)
    services.assess(answered, given, on=TODAY, by=officer, at=clock.now())

    with pytest.raises(services.Outdated, match="Send the assessment back"):
        services.second(answered, on=seconded_on, by=other_officer, at=clock.now())

    assert (stands(answered).state, stands(answered).seconded_by) == (State.ASSESSED, None)


def test_which_condition_is_due_in_the_past_is_said_by_its_field(answered, officer, manager, found):
    wanted = [
        services.NewCondition("Name who answers", "Letter", manager, due_on)
        for due_on in (date(2026, 7, 1), date(2026, 5, 1))
    ]

    with pytest.raises(services.DueInThePast) as refusal:
        services.assess(answered, found(outcome="conditions", conditions=wanted), on=TODAY, by=officer, at=clock.now())

    assert refusal.value.field == "due_on_2"
    assert not Condition.objects.exists()


def test_the_table_refuses_one_person_for_both(answered, officer, found):
    services.assess(answered, found(risk="high"), on=TODAY, by=officer, at=clock.now())

    with pytest.raises(IntegrityError, match="review_seconded_by_a_second_person"), transaction.atomic():
        Review.objects.filter(pk=answered.pk).update(seconded_by=officer, seconded_at=clock.now())

    assert stands(answered).seconded_by is None


def test_a_second_officer_may_send_it_back_and_its_conditions_fall_away(
    answered, officer, other_officer, manager, found
):
    wanted = services.NewCondition("Name who answers", "Letter", manager, date(2026, 7, 1))
    services.assess(
        answered, found(risk="high", outcome="conditions", conditions=[wanted]), on=TODAY, by=officer, at=clock.now()
    )

    services.return_to_officer(answered, because="The second question is unclear", by=other_officer, at=clock.now())

    row = stands(answered)
    assert (row.state, row.risk, row.assessed_by) == (State.OPEN, "", None)
    assert Condition.objects.get().state == "waived"
    assert AuditEvent.objects.get(kind="ethics.returned").after["because"] == "The second question is unclear"


def test_it_cannot_be_assessed_before_every_question_has_an_answer(review, officer, found):
    with pytest.raises(Unanswered) as refused:
        services.assess(review, found(), on=TODAY, by=officer, at=clock.now())

    assert str(refused.value) == "2 questions have no answer yet. Answer them, then assess."
    assert stands(review).state == State.OPEN


@pytest.mark.parametrize(
    ("story", "given", "refusal"),
    [
        ("no reasons", {"summary": "  "}, services.UnfitAssessment),
        ("conditions without the outcome", {"outcome": "conditions"}, services.UnfitAssessment),
        ("a risk nobody knows", {"risk": "none"}, services.UnfitAssessment),
        ("expired already", {"expires_on": TODAY}, ExpiryInThePast),
    ],
)
def test_an_assessment_that_says_too_little_is_refused(answered, officer, found, story, given, refusal):
    with pytest.raises(refusal):
        services.assess(answered, found(**given), on=TODAY, by=officer, at=clock.now())

    assert stands(answered).state == State.OPEN
    assert not AuditEvent.objects.filter(kind="ethics.assessed").exists()


def test_a_condition_due_in_the_past_takes_the_whole_assessment_back(answered, officer, manager, found):
    wanted = services.NewCondition("Name who answers", "Letter", manager, TODAY - timedelta(days=1))

    with pytest.raises(services.DueInThePast):
        services.assess(
            answered, found(outcome="conditions", conditions=[wanted]), on=TODAY, by=officer, at=clock.now()
        )

    assert stands(answered).state == State.OPEN
    assert not Condition.objects.exists()


def test_a_subject_has_one_review_in_work(review, subject, officer, other_officer):
    with pytest.raises(InWork):
        services.open_review(subject, officer=officer, second=other_officer, on=TODAY, by=officer, at=clock.now())

    assert Review.objects.count() == 1


def test_the_two_officers_are_two_officers(subject, form, officer, manager, system):
    for second, refusal in ((officer, OneOfficer), (manager, NotAnOfficer)):
        with pytest.raises(refusal):
            services.open_review(subject, officer=officer, second=second, on=TODAY, by=officer, at=clock.now())

    assert not Review.objects.exists()


def test_only_an_officer_assesses(manager, answered, found, system):
    for person in (manager, people.person(role="auditor", system=system)):
        with pytest.raises(NotPermitted):
            services.assess(answered, found(), on=TODAY, by=person, at=clock.now())

    assert stands(answered).state == State.OPEN


def test_a_review_with_open_conditions_is_not_closed(condition, officer):
    with pytest.raises(services.OpenConditions) as refused:
        services.close(condition.review, on=TODAY, by=officer)

    assert str(refused.value) == "1 condition is neither met nor waived. Decide on it, then close the review."
    assert stands(condition.review).state == State.CONCLUDED


def test_a_renewal_takes_the_place_of_the_former_when_it_concludes(answered, officer, subject, found):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())
    renewal = services.renew(answered, subject, on=TODAY, by=officer, at=clock.now())
    given = [services.Given(one.question, "Words.") for one in queries.asked(renewal)]
    services.give_answers(renewal, given, by=officer, at=clock.now())
    assert stands(answered).state == State.CONCLUDED

    services.assess(renewal, found(expires_on=date(2028, 6, 1)), on=TODAY, by=officer, at=clock.now())

    assert (stands(answered).state, stands(renewal).state) == (State.CLOSED, State.CONCLUDED)


def test_a_concluded_review_is_not_assessed_again(answered, officer, found):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())

    with pytest.raises(WrongState):
        services.assess(answered, found(risk="high"), on=TODAY, by=officer, at=clock.now())

    assert stands(answered).risk == "low"


def test_how_a_review_stands_is_computed_from_the_day(answered, officer, found):
    services.assess(answered, found(), on=TODAY, by=officer, at=clock.now())
    row = stands(answered)

    told = [
        queries.standing(row, unmet=0, is_blocked=False, today=day)
        for day in (TODAY, date(2027, 5, 1), date(2027, 5, 2), date(2027, 6, 1), date(2027, 6, 2))
    ]

    assert told == ["clear", "clear", "soon", "soon", "expired"]
