"""The desk on pages: the list, the workbook, one application, screening, asking, assigning."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accelerator.applications import services as applications
from accelerator.reviews import queries, services
from accelerator.reviews.models import Assignment, Declaration, ReviewPlan, Screening
from core.jobs import worker
from tests.factories import people
from tests.factories import reviews as factory
from tests.factories.reviews import CLOSED_AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, manager, clock_at):
    clock_at(CLOSED_AT)
    return people.signed_in(client, manager)


def at(page, *given):
    return reverse(f"accelerator:{page}", args=given)


def test_before_the_closing_a_count_and_no_name(client, manager, call, system, clock_at):
    factory.sent(call, "Deep Ear", system=system)
    clock_at(factory.applications.OPEN_AT)

    page = people.signed_in(client, manager).get(at("applications"))

    assert b"1 application sent" in page.content
    assert b"Deep Ear" not in page.content


def test_the_list_is_read_narrowed_and_exported(desk, application, call, manager, system):
    factory.sent(call, "=Other Ear", system=system)

    page = desk.get(at("applications"), {"screened": "waits"})

    assert b"=Other Ear" in page.content
    assert b"Deep Ear" not in page.content
    answer = desk.get(at("applications-xlsx"), {"q": "ear"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["'=Other Ear", "Deep Ear"]
    assert sheet["H3"].value == "Complete and eligible"


def test_an_application_is_read_as_it_was_sent(desk, application, ann, manager):
    factory.reviewed(application, ann, 4, 3, by=manager)

    page = desk.get(at("application", application.public_id)).content.decode()

    assert "It hears what others do not." in page
    assert "Proof" in page
    assert "Mean 3.60 of 5" in page
    assert ann.name in page
    assert "Rule kept" in page


def test_it_is_screened_and_opened_again_on_pages(desk, call, plan, system):
    sent = factory.sent(call, "Deep Ear", system=system)
    given = {"is_complete": "yes", "is_eligible": "no", "rule": "", "reasons": "The head office moved."}

    refused = desk.post(at("screen", sent.public_id), given)
    assert b"Name the rule of the call" in refused.content
    assert b"The head office moved." in refused.content
    done = desk.post(at("screen", sent.public_id), given | {"rule": "One of these nations"}, follow=True)
    assert b"Complete, not eligible" in done.content
    desk.post(at("reopen-screening", sent.public_id), {"because": "It moved back"})
    assert [one.is_eligible for one in Screening.objects.order_by("pk")] == [False, None]


def test_a_form_that_would_be_refused_is_not_shown(desk, application, ann, manager):
    """What is screened, what waits and what was withdrawn: opened by hand the page says how it stands."""
    button = b'class="form" method="post"'

    screened = desk.get(at("screen", application.public_id))
    assert (screened.status_code, button in screened.content) == (200, False)
    assert b"It was screened already" in screened.content
    assert button in desk.get(at("reopen-screening", application.public_id)).content

    services.reopen_screening(application, because="Again", by=manager, at=CLOSED_AT)
    assert b"no screening to open again" in desk.get(at("reopen-screening", application.public_id)).content
    assert button in desk.get(at("screen", application.public_id)).content

    applications.withdraw(application, by=application.begun_by, at=CLOSED_AT)
    for page in ("screen", "reopen-screening", "assign-reviewer", "ask-application"):
        answer = desk.get(at(page, application.public_id))
        assert (answer.status_code, button in answer.content) == (200, False)
        assert b"The start-up withdrew this application" in answer.content
    assert button in desk.get(at("own-conflict", application.public_id)).content


def test_a_question_goes_to_the_start_up(desk, application):
    given = {"question": "Which depth?", "due_on": "2026-08-25"}

    desk.post(at("ask-application", application.public_id), given)

    asked = application.clarifications.get()
    assert asked.due_at.isoformat() == "2026-08-25T22:00:00+00:00"
    late = desk.post(at("ask-application", application.public_id), given | {"due_on": "2026-08-01"})
    assert b"cannot be due before now" in late.content


def test_reviewers_are_assigned_in_bulk_as_tried(desk, call, application, ann, bo):
    page = desk.get(at("assign-reviewers", call.public_id))
    trial = page.context["trial"]
    assert len(trial.pairs) == 2
    assert not Assignment.objects.exists()

    stale = desk.post(at("assign-reviewers", call.public_id), {"assign": "1", "read": "0" * 64})
    assert stale.status_code == 409
    desk.post(at("assign-reviewers", call.public_id), {"assign": "1", "read": trial.digest})
    worker.drain()

    assert {one.reviewer for one in Assignment.objects.all()} == {ann, bo}


def test_a_plan_is_kept(desk, call):
    given = {"plan": "1", "reviewers_each": "3", "most_each": "12", "due_on": "2026-10-01"}

    desk.post(at("assign-reviewers", call.public_id), given)
    assert ReviewPlan.objects.get().most_each == 12
    past = desk.post(at("assign-reviewers", call.public_id), given | {"due_on": "2026-08-01"})
    assert b"a day that is still to come" in past.content


def test_one_is_given_taken_and_cleared(desk, application, ann, bo, manager):
    desk.post(at("assign-reviewer", application.public_id), {"reviewer": ann.public_id})
    made = Assignment.objects.get()
    factory.declared(made, "unsure", "A secret of mine")
    page = desk.get(at("application", application.public_id)).content.decode()
    assert "Unsure" in page
    assert "A secret of mine" not in page

    desk.post(at("clear-doubt", application.public_id, made.public_id), {"because": "They met once"})
    assert queries.visible_to(ann).exists()
    desk.post(at("end-assignment", application.public_id, made.public_id), {"because": "She is away"})
    assert not queries.visible_to(ann).exists()


def test_ones_own_conflict_takes_it_from_every_page(desk, application, manager):
    desk.post(at("own-conflict", application.public_id), {"says": "conflict", "reason": "My brother"})

    assert Declaration.objects.get().says == "conflict"
    for page in ("application", "screen", "reopen-screening", "ask-application", "assign-reviewer", "own-conflict"):
        assert desk.get(at(page, application.public_id)).status_code == 404
    assert b"Deep Ear" not in desk.get(at("applications")).content
    assert b"0 applications" in desk.get(at("applications"), {"q": "Deep"}).content
    book = openpyxl.load_workbook(io.BytesIO(desk.get(at("applications-xlsx")).content))
    assert book.worksheets[1].max_row == 1


def test_a_manager_of_another_programme_finds_nothing(client, application, system, call, clock_at):
    clock_at(CLOSED_AT)
    other = people.person(role="programme-manager", scope_kind="programme", scope_ref="programme_x", system=system)
    people.signed_in(client, other)

    assert b"Deep Ear" not in client.get(at("applications")).content
    assert client.get(at("application", application.public_id)).status_code == 404
    assert client.get(at("assign-reviewers", call.public_id)).status_code == 404


def test_what_was_withdrawn_is_listed_and_closed(desk, application):
    from accelerator.applications import services as applications

    applications.withdraw(application, by=application.begun_by, at=CLOSED_AT)

    page = desk.get(at("application", application.public_id))
    assert b"It hears what others do not." not in page.content
    assert b"The start-up withdrew it" in page.content
    assert services.NotScreened  # the services say so themselves
    assert (
        desk.post(at("screen", application.public_id), {"is_complete": "yes", "is_eligible": "yes"}).status_code == 409
    )
