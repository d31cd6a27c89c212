"""What a national portal does: brings applications in one by one and many at once, tries first, changes, is never done twice."""

import json

import pytest

from accelerator.applications import api, rules
from accelerator.applications.models import Answer, Application, Batch, Intake, Submission
from core import clock
from core.audit.models import AuditEvent
from core.errors import NotPermitted
from core.jobs.models import Job
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.roles import Permission
from tests.api import checking
from tests.api.accelerator.conftest import CLOSED_AT, OPEN_AT, applied, body, portal_of
from tests.factories import jobs

pytestmark = pytest.mark.django_db
KEPT = (Application, Answer, Intake, Submission, Organisation, AuditEvent, Batch, Job)


def _kept():
    return {one.__name__: one.objects.count() for one in KEPT}


def test_an_application_is_begun_for_a_start_up_in_the_name_of_the_service_account(portal, world):
    answer = portal.post("applications", body(world.ours))

    checking.fits(answer, "POST", "applications")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    row = Application.objects.get()
    assert (row.state, row.begun_by, row.organisation.registered_by) == ("draft", portal.client.person, row.begun_by)
    assert (told["external_id"], told["is_own"], told["state"], told["number"]) == ("ee-1", True, "draft", None)
    assert {one["question"]: one["text"] for one in told["answers"]} == body(world.ours)["answers"]
    assert told["to_correct"] == []
    assert answer.headers["Location"] == f"/api/v1/applications/{told['id']}"
    assert portal.get(f"applications/{told['id']}").headers["ETag"] == answer.headers["ETag"]
    noted = AuditEvent.objects.get(kind="application.brought")
    assert (noted.client, noted.actor) == (portal.client.public_id, portal.client.person.public_id)


def test_it_is_submitted_where_that_is_asked_and_has_its_receipt(portal, world):
    answer = portal.post("applications", body(world.ours, submit=True))

    sent = Submission.objects.get()
    told = answer.json()
    assert (told["state"], told["number"], told["digest"]) == ("submitted", sent.number, sent.digest)
    assert sent.submitted_by == portal.client.person
    assert sent.content["sections"][0]["answers"][1]["text"] == "1"


@pytest.mark.parametrize(
    ("given", "status", "pointer", "code"),
    [
        ({"answers": {"1.1": "word " * 300, "1.2": "1", "2.1": "x", "2.2": "0"}}, 400, "/answers/1.1", "unfit_answer"),
        ({"answers": {"1.1": "x", "1.2": "1", "2.1": "x"}}, 400, "/answers/2.2", "answer_missing"),
        ({"answers": {"9.9": "x"}}, 400, "/answers/9.9", "unknown_question"),
        ({"answers": {"1.1": 7}}, 400, "/answers/1.1", "invalid"),
        ({"answers": ["x"]}, 400, "/answers", "not_a_dict"),
        ({"challenge": "none"}, 400, "/challenge", "challenge_missing"),
        ({"call": "cfa_none"}, 404, "/call", "not_found"),
        ({"organisation": {"name": "X", "nation": "LU"}}, 403, "/organisation/nation", "nation_out_of_reach"),
        ({"organisation": {"name": "X", "nation": "Estonia"}}, 400, "/organisation/nation", "invalid"),
        ({"organisation": {"name": "X", "nation": "EE", "tax": 1}}, 400, "/organisation/tax", "unknown"),
        ({"external_id": ""}, 400, "/external_id", "blank"),
        ({"submit": "yes"}, 400, "/submit", "invalid"),
    ],
)
def test_what_does_not_fit_is_pointed_at_and_leaves_nothing(portal, world, given, status, pointer, code):
    before = _kept()

    answer = portal.post("applications", body(world.ours, submit=True) | given)

    checking.fits(answer, "POST", "applications")
    assert answer.status_code == status, answer.content
    first = answer.json()["errors"][0]
    assert (first["pointer"], first["code"]) == (pointer, code)
    assert _kept() == before


def test_a_call_of_another_programme_is_not_there(portal, world):
    assert portal.post("applications", body(world.theirs)).status_code == 404
    assert not Application.objects.exists()


def test_a_call_that_has_closed_takes_nothing(portal, world):
    with clock.standing_at(CLOSED_AT):
        answer = portal.post("applications", body(world.ours))
    checking.fits(answer, "POST", "applications")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert not Organisation.objects.filter(registered_by=portal.client.person).exists()


def test_a_start_up_out_of_the_calls_rules_is_refused_when_it_is_sent(portal, world, system):
    us = portal_of(world, nation="US")
    answer = us.post("applications", body(world.ours, nation="US", submit=True))
    assert (answer.status_code, answer.json()["code"]) == (400, "not_eligible")
    assert not Application.objects.exists()


def test_the_same_under_the_same_name_is_one_application(portal, world):
    first = portal.post("applications", body(world.ours))
    again = portal.post("applications", body(world.ours))
    other = portal.post("applications", body(world.ours, answers={"1.1": "Another."}))
    renamed = portal.post("applications", body(world.ours, "ee-2"))

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "external_id_reused")
    assert (renamed.status_code, renamed.json()["code"]) == (409, "application_stands")
    assert Application.objects.count() == 1


def test_one_start_up_stands_once_and_two_portals_have_each_their_own(portal, world):
    portal.post("applications", body(world.ours))
    other = portal_of(world)
    told = other.post("applications", body(world.ours)).json()

    assert Organisation.objects.filter(name="Sügav Kõrv OÜ").count() == 2
    assert portal.get(f"applications/{told['id']}").status_code == 404
    assert [one["external_id"] for one in other.walk("applications")] == ["ee-1"]


def test_a_request_under_one_key_is_done_once(portal, world):
    first = portal.post("applications", body(world.ours), key="one")
    again = portal.post("applications", body(world.ours), key="one")
    other = portal.post("applications", body(world.ours, "ee-2"), key="one")

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert Application.objects.count() == 1
    assert portal.send("POST", "applications", body(world.ours)).json()["errors"][0]["code"] == "key_missing"


def test_a_draft_is_changed_by_whoever_read_it_last(portal, world):
    made = portal.post("applications", body(world.ours))
    path, tag = f"applications/{made.json()['id']}", made.headers["ETag"]

    blind = portal.send("PATCH", path, {"answers": {"1.1": "A."}})
    changed = portal.send("PATCH", path, {"answers": {"1.1": "A."}}, **{"If-Match": tag})
    stale = portal.send("PATCH", path, {"answers": {"1.1": "B."}}, **{"If-Match": tag})

    assert [one.status_code for one in (blind, changed, stale)] == [428, 200, 412]
    for one in (blind, changed, stale):
        checking.fits(one, "PATCH", path)
    assert changed.json()["answers"][0]["text"] == "A."
    sent = portal.send("PATCH", path, {"submit": True}, **{"If-Match": changed.headers["ETag"]})
    assert sent.json()["state"] == "submitted"
    assert Submission.objects.get().content["sections"][0]["answers"][0]["text"] == "A."
    with clock.standing_at(CLOSED_AT):
        late = portal.send("PATCH", path, {"answers": {"1.1": "C."}}, **{"If-Match": sent.headers["ETag"]})
    assert (late.status_code, late.json()["code"]) == (409, "too_late")


def test_what_is_unfit_in_a_change_is_pointed_at_and_nothing_is_changed(portal, world):
    made = portal.post("applications", body(world.ours))
    path, tag = f"applications/{made.json()['id']}", made.headers["ETag"]

    answer = portal.send("PATCH", path, {"answers": {"1.1": "A.", "1.2": ""}, "submit": True}, **{"If-Match": tag})

    checking.fits(answer, "PATCH", path)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/answers/1.2"]
    assert portal.get(path).headers["ETag"] == tag


def test_nobody_changes_what_another_brought_in(portal, world):
    theirs = portal_of(world).post("applications", body(world.ours))
    own = applied(world, world.ours, "By itself")
    with clock.standing_at(CLOSED_AT):
        assert portal.get(f"applications/{own.public_id}").status_code == 200
        for one in (theirs.json()["id"], own.public_id):
            answer = portal.send("PATCH", f"applications/{one}", {"answers": {}}, **{"If-Match": "*"})
            assert answer.status_code == 404


def test_words_are_told_in_the_language_asked_for(portal, world):
    answer = portal.post("applications", body(world.ours, submit=True), **{"Accept-Language": "fr"})
    assert answer.json()["said"] in {"Soumise", "Remise"}


def _bulk(world, *items, dry_run=False):
    return {"dry_run": dry_run, "items": list(items)}


def _mixed(world):
    return [
        body(world.ours, "a", name="A", submit=True),
        body(world.ours, "b", name="B", answers={"1.1": "x"}, submit=True),
        body(world.ours, "a", name="C"),
        body(world.ours, "d", name="D", nation="LU"),
        {"external_id": "e", "colour": "blue"},
        body(world.ours, "f", name="F"),
        body(world.theirs, "g", name="G"),
    ]


OUTCOMES = ["submitted", "refused", "refused", "refused", "refused", "begun", "refused"]


def test_of_many_each_stands_alone(portal, world):
    answer = portal.post("applications/bulk", _bulk(world, *_mixed(world)))

    checking.fits(answer, "POST", "applications/bulk")
    assert answer.status_code == 200, answer.content
    results = answer.json()["results"]
    assert [one["index"] for one in results] == list(range(7))
    assert [one["outcome"] for one in results] == OUTCOMES
    assert [one["pointer"] for one in results[1]["errors"]] == [
        f"/items/1/answers/{one}" for one in ("1.2", "2.1", "2.2")
    ]
    assert results[2]["errors"][0]["code"] == "twice"
    assert results[3]["errors"][0]["pointer"] == "/items/3/organisation/nation"
    assert {"/items/4/colour"} <= {one["pointer"] for one in results[4]["errors"]}
    assert {one.intake.external_id for one in Application.objects.all()} == {"a", "f"}


def test_a_trial_says_the_same_and_leaves_nothing(portal, world):
    before = _kept()

    answer = portal.post("applications/bulk", _bulk(world, *_mixed(world), dry_run=True))

    assert [one["outcome"] for one in answer.json()["results"]] == OUTCOMES
    assert all(one["application"] is None and one["number"] is None for one in answer.json()["results"])
    assert _kept() == before


def test_what_was_sent_before_stands(portal, world):
    portal.post("applications/bulk", _bulk(world, *_mixed(world)))
    again = portal.post("applications/bulk", _bulk(world, *_mixed(world)))
    assert [one["outcome"] for one in again.json()["results"]] == ["stands", *OUTCOMES[1:5], "stands", "refused"]
    assert again.json()["results"][0]["number"]
    assert Application.objects.count() == 2


@pytest.mark.parametrize("items", [[], "none", [7], [{}] * 101])
def test_a_bulk_has_a_hundred_items_at_most_and_each_is_an_object(portal, world, items):
    answer = portal.post("applications/bulk", {"items": items})
    checking.fits(answer, "POST", "applications/bulk")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith("/items")


@pytest.mark.parametrize("dry_run", [False, True])
def test_more_than_twenty_are_a_jobs_work(portal, world, dry_run):
    items = [body(world.ours, f"n-{number}", name=f"Start-up {number}", submit=True) for number in range(24)]
    items.insert(3, {"external_id": "bad"})

    answer = portal.post("applications/bulk", _bulk(world, *items, dry_run=dry_run))

    checking.fits(answer, "POST", "applications/bulk")
    assert answer.status_code == 202, answer.content
    told = answer.json()
    path = answer.headers["Location"].removeprefix("/api/v1/")
    waits = portal.get(path)
    checking.fits(waits, "GET", path)
    assert (waits.json()["state"], waits.json()["results"]) == ("queued", [])
    with clock.standing_at(CLOSED_AT):  # it arrived in time, however long the queue is
        assert jobs.done(Job.objects.get(public_id=told["job"])).state == "done"
    done = portal.get(path)
    checking.fits(done, "GET", path)
    assert [one["outcome"] for one in done.json()["results"]] == ["submitted"] * 3 + ["refused"] + ["submitted"] * 21
    assert Application.objects.count() == (0 if dry_run else 24)
    assert Batch.objects.get().items == []
    assert portal.get(f"jobs/{told['job']}").json()["state"] == "done"
    assert portal_of(world).get(path).status_code == 404


def test_what_is_kept_of_a_batch_can_be_read_back_as_it_was_sent(portal, world):
    """What waits for a job holds answers of start-ups: it is emptied with the last result."""
    items = [body(world.ours, f"n-{number}", name=f"S {number}") for number in range(21)]
    portal.post("applications/bulk", _bulk(world, *items))
    kept = Batch.objects.get()
    assert [one["external_id"] for one in kept.items] == [one["external_id"] for one in items]
    assert json.loads(json.dumps(kept.items[0]["answers"])) == items[0]["answers"]


def test_a_portal_may_write_for_what_it_brought_in_and_nothing_else(portal, world):
    portal.post("applications", body(world.ours))
    row, person = Application.objects.get(), portal.client.person
    other = portal_of(world).client.person

    assert rules.refusal(person, row, rules.Act.SUBMIT, at=OPEN_AT) is None
    assert isinstance(rules.refusal(other, row, rules.Act.WRITE, at=OPEN_AT), NotPermitted)
    assert not rules.may(person, Permission.ORGANISATION_RUN, row.organisation)
    assert people_rules.scopes_of(person, Permission.APPLICATION_WRITE) == frozenset()
    own = applied(world, world.ours, "By itself")
    assert isinstance(rules.refusal(person, own, rules.Act.WRITE, at=OPEN_AT), NotPermitted)


def test_every_example_of_the_contract_does_what_it_shows(portal, world):
    def filled(example):
        told = json.dumps(example).replace("{call}", world.ours.call.public_id)
        return json.loads(told.replace("{challenge}", world.ours.challenge.code))

    tried = portal.post("applications/bulk", filled(api.Bulk.examples["POST"]))
    made = portal.post("applications", filled(api.Applications.examples["POST"]))
    path, tag = f"applications/{made.json()['id']}", made.headers["ETag"]
    changed = portal.send("PATCH", path, filled(api.OneApplication.examples["PATCH"]), **{"If-Match": tag})

    assert [one.status_code for one in (tried, made, changed)] == [200, 201, 200]
    assert tried.json()["results"][0]["outcome"] == made.json()["state"] == changed.json()["state"] == "submitted"
