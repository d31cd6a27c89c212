"""Ranking, selection and feedback on pages; what a start-up reads of its decision."""

import pytest
from django.urls import reverse

from accelerator.challenges import queries as challenges
from accelerator.panels import services
from accelerator.panels.models import Selection
from accelerator.reviews import services as reviews
from tests.core.people import sessions
from tests.factories import panels as factory
from tests.factories import people
from tests.factories import reviews as reviewing
from tests.factories.panels import RELEASED_AT
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, manager, clock_at):
    clock_at(CLOSED_AT)
    return people.signed_in(client, manager)


def at(page, *given):
    return reverse(f"accelerator:{page}", args=given)


def test_the_ranking_is_read(desk, call, scored):
    page = desk.get(at("ranking", call.public_id)).content.decode()

    assert page.index("Best") < page.index("Middle") < page.index("Last")
    assert "Tied with others" in page
    assert "4.50" in page
    assert "1 to 2" in page


def test_a_selection_goes_through_two_people(client, desk, call, scored, second, clock_at):
    best, middle, _last = (one.public_id for one in scored)
    given = {
        **{f"outcome_{one.public_id}": "not_selected" for one in scored},
        f"outcome_{best}": "selected",
        f"outcome_{middle}": "reserve",
        f"place_{middle}": "1",
        "reason": "The panel agreed.",
        "release_on": "2026-10-01",
    }
    refused = desk.post(at("propose-selection", call.public_id), given | {"release_on": "2026-08-01"})
    assert b"cannot be told before tomorrow" in refused.content
    assert b"The panel agreed." in refused.content
    led = desk.post(at("propose-selection", call.public_id), given)
    made = Selection.objects.get()
    assert led.url == at("selection", made.public_id)
    assert b"Approve" not in desk.get(led.url).content

    sessions.fresh(people.signed_in(client, second), second)
    page = client.get(at("approve-selection", made.public_id))
    client.post(at("approve-selection", made.public_id), {"digest": page.context["selection"].digest})
    made.refresh_from_db()
    assert made.state == "approved"
    assert client.post(at("release-selection", made.public_id)).status_code == 409


def test_the_best_are_listed_and_as_many_more_as_are_asked_for(desk, call, scored):
    """What is not listed is not selected; what the form speaks of counts, should its rank have fallen meanwhile."""
    best, _middle, last = (one.public_id for one in scored)
    address = at("propose-selection", call.public_id)

    page = desk.get(address, {"list": "1"}).content.decode()
    assert "Best" in page
    assert "Middle" not in page
    assert "2 more applications are ranked below these" in page
    assert "ranked below these" not in desk.get(address).content.decode()

    given = {"reason": "The panel agreed.", "release_on": "2026-10-01", f"outcome_{best}": "not_selected"}
    desk.post(f"{address}?list=1", given | {f"outcome_{last}": "selected"})
    said = {one.application: one.outcome for one in Selection.objects.get().lines.all()}
    assert [said[one] for one in scored] == ["not_selected", "not_selected", "selected"]


def test_only_what_would_be_taken_is_offered(client, desk, call, scored, application, ann, manager, second, third):
    """No button that the service refuses: while something waits, to a reviewer of it, and once it is decided."""
    offered = at("propose-selection", call.public_id).encode()
    ranking = lambda person: people.signed_in(client, person).get(at("ranking", call.public_id)).content  # noqa: E731 -- one line
    waiting = ranking(manager)
    assert offered not in waiting
    assert b"let each that passed have a review" in waiting
    early = client.get(at("propose-selection", call.public_id)).content
    assert b"let each that passed have a review" in early
    assert b'class="grid" method="post"' not in early

    reviewing.reviewed(application, ann, 3, 3, by=manager)
    assert offered in ranking(manager)
    reviews.declare(scored[0], says="conflict", by=third, at=CLOSED_AT)
    assert offered not in ranking(third)

    factory.approved(call, selected=scored[:1], by=manager, second=second)
    assert offered not in ranking(manager)
    page = client.get(at("application", scored[0].public_id)).content.decode()
    for step in ("screen", "reopen-screening", "assign-reviewer"):
        assert at(step, scored[0].public_id) not in page
    assert "Take it from" not in page
    assert "The programme decided on this application" in page
    assert at("write-feedback", scored[0].public_id) in page
    for step in ("screen", "reopen-screening", "assign-reviewer"):
        answer = client.get(at(step, scored[0].public_id))
        assert (answer.status_code, b'class="form" method="post"' in answer.content) == (200, False)
        assert b"The programme decided on this application" in answer.content
    assert client.get(at("ask-application", scored[0].public_id)).status_code == 200
    again = client.get(at("propose-selection", call.public_id))
    assert again.status_code == 200
    assert b"is proposed or decided already" in again.content
    assert b'class="grid" method="post"' not in again.content


def test_it_is_sent_back(client, desk, call, scored, manager, second):
    made = factory.proposed(call, selected=scored[:1], by=manager)
    people.signed_in(client, second)

    client.post(at("send-back-selection", made.public_id), {"because": "Too few"})

    made.refresh_from_db()
    assert (made.state, made.decided_because) == ("sent_back", "Too few")


def test_whoever_proposed_hears_why_she_does_not_approve(client, desk, call, scored, manager):
    made = factory.proposed(call, selected=scored[:1], by=manager)
    sessions.fresh(client, manager)

    page = client.get(at("approve-selection", made.public_id))

    assert page.status_code == 403
    assert b"another programme manager has to decide" in page.content


def test_a_conflict_takes_it_from_ranking_selection_and_feedback(desk, call, scored, manager, second):
    made = factory.proposed(call, selected=scored[:1], by=second)
    reviews.declare(scored[0], says="unsure", by=manager, at=CLOSED_AT)

    assert b"Best" not in desk.get(at("ranking", call.public_id)).content
    assert b"Best" not in desk.get(at("propose-selection", call.public_id)).content
    for page in ("selection", "approve-selection", "send-back-selection"):
        assert desk.get(at(page, made.public_id)).status_code in {302, 404}
    assert desk.post(at("release-selection", made.public_id)).status_code == 404
    assert desk.get(at("write-feedback", scored[0].public_id)).status_code == 404


def test_feedback_names_nobody_and_keeps_what_was_typed(desk, scored, ann):
    ann.name = "Åsa Lindqvist"
    ann.save()
    address = at("write-feedback", scored[0].public_id)

    refused = desk.post(address, {"criterion_1": "Lindqvist says no.", "criterion_2": "Fine."})
    assert b"Take the name" in refused.content
    assert b"Lindqvist says no." in refused.content
    desk.post(address, {"criterion_1": "Well shown.", "criterion_2": ""})
    assert b"Well shown." in desk.get(address).content


def test_feedback_that_was_told_is_read_and_no_form(desk, call, scored, manager, second, clock_at):
    keys = [one.pk for one in challenges.criteria(call)]
    services.write_feedback(scored[0], {keys[0]: "Shown in part."}, by=manager, at=CLOSED_AT)
    factory.released(call, selected=scored[:1], by=manager, second=second)
    clock_at(RELEASED_AT)

    page = people.signed_in(desk, manager).get(at("write-feedback", scored[0].public_id)).content

    assert b"Shown in part." in page
    assert b"The start-up was told already" in page
    assert b"<textarea" not in page


def test_the_start_up_reads_the_decision_without_a_name_or_a_score(
    client, call, scored, manager, second, ann, clock_at
):
    best, middle, _last = scored
    keys = [one.pk for one in challenges.criteria(call)]
    services.write_feedback(middle, {keys[0]: "Shown in part."}, by=manager, at=CLOSED_AT)
    factory.approved(call, selected=[best], reserve=[middle], by=manager, second=second)
    clock_at(CLOSED_AT)
    people.signed_in(client, middle.begun_by)
    address = reverse("portal:feedback", args=[middle.public_id])
    assert client.get(address).status_code == 404

    services.release(Selection.objects.get(), by=manager, at=RELEASED_AT)

    page = client.get(address).content.decode()
    assert "On the reserve list" in page
    assert "Your place on the reserve list is 1." in page
    assert "Shown in part." in page
    for hidden in (ann.name, manager.name, second.name, "3.50", "The panel of September"):
        assert hidden not in page
    assert client.get(reverse("portal:feedback", args=[best.public_id])).status_code == 404
    own = client.get(reverse("portal:application", args=[middle.public_id])).content.decode()
    assert "On the reserve list" in own
    assert address in own
