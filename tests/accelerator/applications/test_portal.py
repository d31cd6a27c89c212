"""The portal: from the call to the receipt, by hand and as the page keeps it by itself."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from accelerator.applications import queries, services
from accelerator.applications.models import Answer, Application, OtherText, Submission
from core import clock
from tests.factories import accelerator as programmes
from tests.factories import applications as factory
from tests.factories import people
from tests.factories.applications import CLOSES_AT, OPEN_AT
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_it_is_open():
    with clock.standing_at(OPEN_AT):
        yield


@pytest.fixture
def mine(client, owner):
    return signed_in(client, owner)


def text_of(response):
    return " ".join(response.content.decode().split())


def address(application, rest=""):
    return f"/portal/applications/{application.public_id}{rest}"


def test_from_the_call_to_the_receipt(mine, call, startup):
    page = mine.get(f"/programmes/calls/{call.public_id}/")
    assert f"/portal/calls/{call.public_id}/apply" in text_of(page)

    begun = mine.post(f"/portal/calls/{call.public_id}/apply", {"organisation": startup.public_id}, follow=True)
    application = Application.objects.get()
    assert begun.redirect_chain[-1][0] == address(application)
    assert "0 of 2 sections done" in text_of(begun)

    first = mine.post(address(application, "/sections/1"), {"q1": "It hears.", "q2": "1", "e1": "0", "e2": "0"})
    assert first["Location"] == address(application, "/sections/2")
    mine.post(address(application, "/sections/2"), {"q1": "Us.", "q2": "0", "later": "1"})
    check = mine.get(address(application, "/check"))
    assert "This is what the reviewers will read." in text_of(check)
    assert "Proof" in text_of(check)

    sent = mine.post(address(application, "/check"), {"read": check.context["read"]}, follow=True)
    submission = Submission.objects.get()
    assert submission.number in text_of(sent)
    assert "12:00:00\u00a0UTC" in sent.content.decode()
    pdf = mine.get(address(application, f"/submissions/{submission.public_id}/receipt.pdf"))
    assert pdf["Content-Disposition"] == f'attachment; filename="{submission.number}.pdf"'
    assert pdf.content.startswith(b"%PDF-")


def test_who_reads_it_is_said_of_a_draft_and_of_what_was_sent(mine, call, startup, owner):
    written = factory.filled(call, startup, by=owner)
    page = text_of(mine.get(address(written)))
    assert "Nobody at the programme sees anything before you submit." in page
    assert "The programme reads what you sent once the call has closed" not in page

    factory.submit(written, by=owner)
    page = text_of(mine.get(address(written)))
    assert "Nobody at the programme sees anything before you submit." not in page
    assert "The programme reads what you sent once the call has closed" in page


def test_whoever_has_no_start_up_is_told_what_to_do(client, call, system):
    page = signed_in(client, people.person(system=system)).get(f"/portal/calls/{call.public_id}/apply")

    assert "You act for no start-up yet." in text_of(page)


def test_a_challenge_is_chosen_where_there_are_some(mine, call, programme, startup, system):
    space = programmes.challenge(programme, by=system)
    page = f"/portal/calls/{call.public_id}/apply"

    refused = mine.post(page, {"organisation": startup.public_id})
    assert "Choose “The challenge that you answer”." in text_of(refused)
    mine.post(page, {"organisation": startup.public_id, "challenge": space.public_id})

    assert Application.objects.get().challenge == space


def test_a_limit_passed_by_one_word_is_said_and_the_text_kept(mine, call, startup, owner):
    application = factory.begun(call, startup, by=owner)
    long = " ".join(["word"] * 201)

    page = mine.post(address(application, "/sections/1"), {"q1": long, "e1": "0"})

    assert "Shorten the answer by 1 word. It has 201, the limit is 200." in text_of(page)
    assert "Choose an answer: How ready is it?" in text_of(page)
    assert "2 things to correct" in text_of(page)
    assert "201 of 200 words, 1 too many" in text_of(page)
    assert Answer.objects.get().text == long


def test_the_page_keeps_what_changed_by_itself(mine, call, startup, owner):
    application = factory.begun(call, startup, by=owner)

    answer = mine.post(address(application, "/sections/1/save"), {"q1": "It hears.", "e1": "0"})

    told = json.loads(answer.content)
    assert told == {"saved": "Saved at 12:00\u00a0UTC", "answers": {"q1": {"edition": 1, "problem": ""}}}
    assert Answer.objects.get().text == "It hears."


def test_a_colleagues_text_is_offered_for_comparison(mine, call, startup, owner, colleague):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, {1: "It listens."}, by=colleague)

    told = json.loads(mine.post(address(application, "/sections/1/save"), {"q1": "It hears.", "e1": "0"}).content)

    other = OtherText.objects.get()
    assert told["answers"]["q1"]["other"]["address"] == address(application, f"/texts/{other.public_id}")
    assert "changed this at" in told["answers"]["q1"]["other"]["said"]
    page = mine.get(address(application, f"/texts/{other.public_id}"))
    assert "It listens." in text_of(page)
    assert "It hears." in text_of(page)
    mine.post(address(application, f"/texts/{other.public_id}"), {"take": "1"})
    assert Answer.objects.get().text == "It listens."


@pytest.mark.parametrize("way", ["", "/save"])
def test_one_second_late_nothing_changes_and_the_text_is_still_there(mine, call, startup, owner, way):
    application = factory.begun(call, startup, by=owner)

    with clock.standing_at(CLOSES_AT + timedelta(seconds=1)):
        signed_in(mine, owner)
        page = mine.post(address(application, f"/sections/1{way}"), {"q1": "Late words", "e1": "0"})

    assert page.status_code == 409
    assert "The call closed at 14" in page.content.decode()
    assert not Answer.objects.exists()
    if not way:
        assert "Late words" in text_of(page)


def test_submitting_one_second_late_is_refused_with_both_times(mine, call, startup, owner):
    application = factory.filled(call, startup, by=owner)

    with clock.standing_at(CLOSES_AT + timedelta(seconds=1)):
        signed_in(mine, owner)
        page = mine.post(address(application, "/check"), {"read": queries.digest(application)})

    assert page.status_code == 409
    assert "15:00:01\u00a0UTC" in page.content.decode()
    assert not Submission.objects.exists()


def test_a_forged_version_is_refused_in_words(mine, call, startup, owner):
    application = factory.filled(call, startup, by=owner)

    page = mine.post(address(application, "/check"), {"read": "0" * 64})

    assert page.status_code == 409
    assert "Somebody changed an answer since you checked them." in text_of(page)


@pytest.mark.parametrize("edition", ["", "-1", "x", "9" * 40, "٣"])
def test_a_forged_edition_counts_as_none(mine, call, startup, owner, edition):
    application = factory.begun(call, startup, by=owner)
    factory.save(application, {1: "It listens."}, by=owner)

    mine.post(address(application, "/sections/1/save"), {"q1": "It hears.", "e1": edition})

    assert Answer.objects.get().text == "It hears."
    assert OtherText.objects.get().text == "It listens."


def test_another_start_ups_pages_are_not_there(client, call, startup, owner, stranger, system):
    application = factory.submitted(call, startup, by=owner)
    sent = queries.last_submission(application)
    theirs = signed_in(client, stranger)
    own = factory.submitted(call, queries.organisations_of(stranger).get(), by=stranger)

    for rest in ("", "/sections/1", "/check", "/withdraw", f"/submissions/{sent.public_id}"):
        assert theirs.get(address(application, rest)).status_code == 404
    assert theirs.get(address(own, f"/submissions/{sent.public_id}")).status_code == 404
    assert theirs.post(address(application, "/sections/1/save"), {"q1": "Mine"}).status_code == 404
    assert theirs.post(address(application, "/take-up")).status_code == 404
    apply = theirs.post(f"/portal/calls/{call.public_id}/apply", {"organisation": startup.public_id})
    assert "Choose one of the values offered." in text_of(apply)


def test_withdrawn_and_taken_up_again(mine, call, startup, owner):
    application = factory.submitted(call, startup, by=owner)

    page = mine.post(address(application, "/withdraw"), follow=True)
    assert "You can take it up again until the call closes." in text_of(page)
    section = mine.get(address(application, "/sections/1"))
    assert "The application is withdrawn. Take it up again to change it." in text_of(section)
    assert "data-autosave" not in section.content.decode()

    assert "What you sent before counts again." in text_of(mine.post(address(application, "/take-up"), follow=True))


def test_a_question_is_answered_in_the_portal(mine, call, startup, owner, manager):
    application = factory.submitted(call, startup, by=owner)
    at = CLOSES_AT + timedelta(days=1)
    asked = services.ask(application, question="Which depth?", due_at=at + timedelta(days=5), by=manager, at=at)

    with clock.standing_at(at):
        signed_in(mine, owner)
        home = mine.get("/portal/")
        assert "Answer a question about your application" in text_of(home)
        page = address(application, f"/questions/{asked.public_id}")
        assert "Fill in “Your answer”." in text_of(mine.post(page, {"answer": ""}))
        mine.post(page, {"answer": "300 m"})
        assert "300 m" in text_of(mine.get(page))


def test_home_says_what_comes_next(mine, call, startup, owner):
    assert "No application yet." in text_of(mine.get("/portal/"))
    factory.begun(call, startup, by=owner)

    page = text_of(mine.get("/portal/"))

    assert "Answer every section, check the answers and submit." in page


def test_all_of_it_is_there_in_french(client, call, startup, system):
    owner = factory.owner(startup, system=system, language="fr")
    application = factory.submitted(call, startup, by=owner)
    sent = queries.last_submission(application)
    french = signed_in(client, owner)

    for rest in ("", "/sections/1", "/check", f"/submissions/{sent.public_id}", "/withdraw"):
        page = french.get(address(application, rest))
        assert page.status_code == 200
        assert 'lang="fr"' in page.content.decode()


def test_what_was_typed_while_the_session_ended_is_there_after_signing_in(mine, call, startup, owner, stranger):
    application = factory.begun(call, startup, by=owner)
    page = address(application, "/sections/1")

    with clock.standing_at(OPEN_AT + timedelta(days=1)):
        refused = mine.post(page, {"q1": "Ended words", "e1": "0"})
        assert refused["Location"] == f"/account/login/?next={page}"
        assert not Answer.objects.exists()
        signed_in(mine, stranger)
        assert mine.get(page).status_code == 404

        signed_in(mine, owner)
        again = text_of(mine.get(page))
        assert "What you typed is here again; save it now." in again
        assert "Ended words" in again
        assert "Ended words" not in text_of(mine.get(page))


def test_nothing_is_kept_of_a_visitor_or_of_another_sites_form(client, call, startup, owner):
    application = factory.begun(call, startup, by=owner)
    page = address(application, "/sections/1")
    client.post(page, {"q1": "A visitor's words"})
    guarded = signed_in(Client(enforce_csrf_checks=True), owner)

    with clock.standing_at(OPEN_AT + timedelta(days=1)):
        assert guarded.post(page, {"q1": "Forged words"}).status_code == 403
        signed_in(client, owner)
        again = text_of(client.get(page))

    assert "Forged words" not in again
    assert "A visitor" not in again
