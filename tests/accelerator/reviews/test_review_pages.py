"""What a reviewer sees on pages: names and three lines, what was sent, her own review; and nothing against a conflict."""

import pytest
from django.urls import reverse

from accelerator.reviews import queries
from accelerator.reviews.models import Review
from core.notifications import obligations
from core.notifications.models import Message, OutboundMail
from core.people import policy
from core.web import kept
from tests.factories import people
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT, DUE_ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(application, ann, manager):
    return factory.assigned(application, ann, by=manager)


@pytest.fixture
def reviewer(client, ann, clock_at):
    clock_at(CLOSED_AT)
    return people.signed_in(client, ann)


def at(page, *given):
    return reverse(f"review:{page}", args=given)


def review(application, values=("4", "3"), **given):
    scores = {f"score_{order}": value for order, value in enumerate(values, start=1)}
    return {"edition": "0", "comment_1": "Because", "comment_2": "So", "comment": ""} | scores | given


def test_names_and_three_lines_come_first(reviewer, assignment, application):
    home = reviewer.get(at("home")).content.decode()
    assert "Deep Ear" in home
    assert "Say whether you have a conflict" in home

    led = reviewer.get(at("review", assignment.public_id))
    assert led.url == at("declare", assignment.public_id)
    page = reviewer.get(led.url).content.decode()
    assert application.begun_by.name in page
    assert "It hears what others do not." in page
    assert "Proof" not in page


def test_it_is_read_saved_and_submitted(reviewer, assignment, application):
    reviewer.post(at("declare", assignment.public_id), {"says": "none"})
    assert "Proof" in reviewer.get(at("review", assignment.public_id)).content.decode()

    reviewer.post(at("review", assignment.public_id), review(application, ("4", ""), save="1"))
    assert Review.objects.get().state == "draft"
    stale = reviewer.post(at("review", assignment.public_id), review(application, comment="Typed here", save="1"))
    assert stale.status_code == 409
    assert b"Typed here" in stale.content
    reviewer.post(at("review", assignment.public_id), review(application, edition="1", submit="1"))
    assert Review.objects.get().state == "submitted"
    page = reviewer.get(at("review", assignment.public_id)).content.decode()
    assert "You submitted your review" in page
    assert "4 of 5" in page


def test_what_is_not_whole_is_saved_and_not_submitted(reviewer, assignment, application):
    factory.declared(assignment)

    page = reviewer.post(at("review", assignment.public_id), review(application, ("4", ""), submit="1"), follow=True)

    assert b"Score every criterion and say why" in page.content
    assert Review.objects.get().state == "draft"


def test_others_stand_without_names_after_ones_own(reviewer, assignment, application, bo, manager, ann):
    factory.reviewed(application, bo, 2, 2, by=manager)
    factory.declared(assignment)
    assert b"What others found" not in reviewer.get(at("review", assignment.public_id)).content

    reviewer.post(at("review", assignment.public_id), review(application, submit="1"))

    page = reviewer.get(at("review", assignment.public_id)).content.decode()
    assert "Another reviewer (1)" in page
    assert bo.name not in page


@pytest.mark.parametrize("says", ["conflict", "unsure"])
def test_after_a_conflict_it_is_gone_everywhere(reviewer, assignment, application, ann, says):
    """Every page, count, search, mail, reminder and link of hers, from the next request on."""
    told = [OutboundMail.objects.get(recipient=ann.email).body, Message.objects.get(reader=ann).title]
    led = reviewer.post(at("declare", assignment.public_id), {"says": says, "reason": "My cousin"})
    assert led.url == at("home")

    for page in ("review", "declare"):
        assert reviewer.get(at(page, assignment.public_id)).status_code == 404
        assert reviewer.post(at(page, assignment.public_id), review(application)).status_code == 404
    for address in (at("home"), reverse("core:messages"), reverse("core:settings")):
        shown = reviewer.get(address, {"q": "Deep", "page": "1"}, follow=True).content.decode()
        assert "Deep Ear" not in shown
        assert application.public_id not in shown
        assert assignment.public_id not in shown
    for desk in ("application", "screen", "ask-application"):
        assert reviewer.get(reverse(f"accelerator:{desk}", args=[application.public_id])).status_code == 404
    assert reviewer.get(reverse("accelerator:applications-xlsx")).status_code == 403
    assert queries.waiting(ann) == 0
    assert not any("Deep Ear" in one or application.public_id in one for one in told)
    assert [one for one in obligations.open_until(DUE_ON, on=CLOSED_AT.date()) if one.kind == "review-due"] == []


def test_a_review_that_is_owed_is_reminded_of_without_a_name(assignment, ann, manager):
    (due,) = [one for one in obligations.open_until(DUE_ON, on=CLOSED_AT.date()) if one.kind == "review-due"]

    assert due.owners == (ann.pk,)
    assert manager.pk in due.behind
    assert "Deep Ear" not in due.title()
    factory.declared(assignment)
    factory.saved(assignment, 3, 3)
    from accelerator.reviews import services

    services.submit_review(assignment, by=ann, at=CLOSED_AT)
    assert not [one for one in obligations.open_until(DUE_ON, on=CLOSED_AT.date()) if one.kind == "review-due"]


def test_nobody_elses_assignment_opens(reviewer, application, bo, manager):
    other = factory.assigned(application, bo, by=manager)

    assert reviewer.get(at("review", other.public_id)).status_code == 404
    assert reviewer.get(at("declare", other.public_id)).status_code == 404


def test_the_page_keeps_a_review_by_itself_and_says_when(reviewer, assignment, application):
    factory.declared(assignment)

    first = reviewer.post(at("save", assignment.public_id), review(application, ("4", ""), comment_2="")).json()
    again = reviewer.post(at("save", assignment.public_id), review(application, ("4", "2"), edition="1")).json()

    assert [one["edition"] for one in (first, again)] == [1, 2]
    assert again["saved"].startswith("Saved at ")
    draft = Review.objects.get()
    assert (draft.state, [one.value for one in draft.scores.order_by("criterion__order")]) == ("draft", [4, 2])
    page = reviewer.get(at("review", assignment.public_id)).content.decode()
    assert f'data-autosave="{at("save", assignment.public_id)}"' in page
    assert "js/autosave.js" in page


@pytest.mark.parametrize(
    ("story", "given", "said"),
    [
        ("another tab was faster", {"edition": "0"}, "saved elsewhere in the meantime"),
        ("longer than a comment may be", {"edition": "1", "comment_1": "x" * 3001}, "Shorten"),
        ("no score that there is", {"edition": "1", "score_1": "9"}, "Choose one of the values offered."),
        ("a form that was changed", {"edition": "x"}, "Write a number"),
    ],
)
def test_what_cannot_be_kept_is_said_and_changes_nothing(reviewer, assignment, application, story, given, said):
    factory.declared(assignment)
    reviewer.post(at("save", assignment.public_id), review(application))

    answer = reviewer.post(at("save", assignment.public_id), review(application, comment_2="Other") | given)

    assert answer.status_code == 409, story
    assert said in answer.json()["refusal"]
    assert Review.objects.get().edition == 1
    assert Review.objects.get().scores.get(criterion__order=2).comment == "So"


def test_after_the_submission_or_a_conflict_nothing_is_kept(reviewer, assignment, application):
    assert reviewer.post(at("save", assignment.public_id), review(application)).status_code == 409
    factory.declared(assignment)
    reviewer.post(at("review", assignment.public_id), review(application, submit="1"))
    assert reviewer.post(at("save", assignment.public_id), review(application, edition="1")).status_code == 409

    factory.declared(assignment, "conflict")
    assert reviewer.post(at("save", assignment.public_id), review(application, edition="1")).status_code == 404


def test_what_was_typed_as_the_session_ended_is_there_again(reviewer, assignment, application, ann):
    factory.declared(assignment)
    page = at("review", assignment.public_id)
    kept.keep(ann.public_id, page, {name: [value] for name, value in review(application, comment="Typed").items()})

    shown = reviewer.get(page).content.decode()

    assert "What you typed is here again; save it now." in shown
    assert "Typed" in shown
    assert Review.objects.count() == 0
    assert policy.table().find("review:review", "POST").keeps
