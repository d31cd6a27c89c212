"""Every endpoint of the accelerator, asked with scope and reach, without the scope, and from another programme or nation."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accelerator.applications.models import Application, Intake
from accelerator.cohorts.models import CohortMember, Participation
from accelerator.policy import API_ROWS
from core import clock
from core.nations.models import Basis
from core.organisations.models import Organisation
from core.webhooks.models import Event
from core.webhooks.services import dispatching
from tests.api import checking
from tests.api.accelerator.conftest import CANARY, CLOSED_AT, OPEN_AT, applied, body, portal_of, takes_part
from tests.factories import accelerator as programmes
from tests.factories import pools

pytestmark = pytest.mark.django_db
READ = sorted({row.route.partition(":")[2] for row in API_ROWS if "GET" in row.methods})
SHOWN_ELSEWHERE = {"documents", "document", "content", "batch"} | {
    "milestones",
    "milestone",
    "evidence-files",
    "evidence-file",
}
"""Of files and batches it is told in their own tests: each is its client's alone."""
DETAILS = {"programme", "call", "participation", "payment", "application"}
MANY = 100
HEARING = ["events:read", "programmes:read", "challenges:read", "cohorts:read", "funding:read"]


@pytest.fixture
def peopled(world, portal):
    """Something to see behind every address; and for each a thing that is not to be seen."""
    world.payment = takes_part(world, world.ours, "Paid one")
    world.participation = Participation.objects.get()
    world.hidden_payment = takes_part(world, world.ours, f"{CANARY} paid", nation="LU")
    world.member = programmes.member(world.ours.row, "Published one", by=world.system, nation="LU")
    programmes.member(world.theirs.row, f"{CANARY} member", by=world.system, nation="EE")
    world.sent = applied(world, world.ours, "Sent by itself")
    applied(world, world.ours, f"{CANARY} draft", is_sent=False)
    applied(world, world.ours, f"{CANARY} abroad", nation="LU")
    applied(world, world.theirs, f"{CANARY} elsewhere")
    world.own = portal.post("applications", body(world.ours)).json()["id"]
    return world


@pytest.fixture(autouse=True)
def _after_the_closing(request):
    for name in {"peopled", "many"} & set(request.fixturenames):
        request.getfixturevalue(name)
    with clock.standing_at(CLOSED_AT):
        yield


def _path(world, route):
    return {
        "programmes": "programmes",
        "programme": f"programmes/{world.ours.row.public_id}",
        "challenges": "challenges",
        "calls": "calls",
        "call": f"calls/{world.ours.call.public_id}",
        "members": "cohort-members",
        "participations": "participations",
        "participation": f"participations/{world.participation.public_id}",
        "payments": "payments",
        "payment": f"payments/{world.payment.public_id}",
        "applications": "applications",
        "application": f"applications/{world.own}",
    }[route]


@pytest.mark.parametrize("route", [one for one in READ if one not in SHOWN_ELSEWHERE])
def test_it_answers_whoever_has_scope_and_reach_and_nobody_else(peopled, portal, route):
    path = _path(peopled, route)

    seen = portal.get(path)
    checking.fits(seen, "GET", path)
    assert seen.status_code == 200, seen.content
    assert route in DETAILS or seen.json()["data"]

    barred = portal_of(peopled, scopes=["organisations:read"]).get(path)
    checking.fits(barred, "GET", path)
    assert (barred.status_code, barred.json()["code"]) == (403, "scope_missing")

    outside = portal_of(peopled, programme=peopled.theirs, nation="US").get(path)
    checking.fits(outside, "GET", path)
    if route in DETAILS:
        assert outside.status_code == 404
    else:
        told = json.dumps(outside.json())
        assert peopled.ours.row.public_id not in told
        assert peopled.ours.call.public_id not in told
        assert route in {"programmes", "challenges", "calls", "members"} or outside.json()["data"] == []

    if route in DETAILS:
        tag = seen.headers["ETag"]
        assert portal.get(path, **{"If-None-Match": tag}).status_code == 304
    else:
        assert portal.get(f"{path}?colour=blue").status_code == 400
        assert portal.get(f"{path}?fields=id").json()["data"][0].keys() == {"id"}


def test_nothing_of_another_nation_programme_or_draft_is_ever_told(peopled, portal):
    told = "".join(
        json.dumps(portal.walk(one))
        for one in ("programmes", "challenges", "calls", "cohort-members", "participations", "payments", "applications")
    )
    assert CANARY not in told
    assert CANARY not in json.dumps(portal.walk("organisations"))
    for one in Application.objects.filter(organisation__name__startswith=CANARY):
        assert portal.get(f"applications/{one.public_id}").status_code == 404
    assert portal.get(f"payments/{peopled.hidden_payment.public_id}").status_code == 404


def test_organisations_are_those_behind_what_is_seen(peopled, portal):
    names = {one["name"] for one in portal.walk("organisations")}
    assert {"Paid one", "Published one", "Sent by itself", "Sügav Kõrv OÜ"} < names


def _ids_told(caller, path, name):
    return {one[name] for one in caller.get(path).json()["data"]}


def test_ethics_states_are_those_of_own_nations_start_ups(peopled):
    hidden = peopled.hidden_payment.milestone.phase.participation.public_id
    told = {}
    for nation in ("EE", "LU"):
        caller = portal_of(peopled, scopes=["ethics:read"], nation=nation)
        checking.fits(caller.get("ethics-states"), "GET", "ethics-states")
        told[nation] = _ids_told(caller, "ethics-states", "subject")
    assert told == {"EE": {peopled.participation.public_id}, "LU": {hidden}}
    elsewhere = portal_of(peopled, scopes=["ethics:read"], programme=peopled.theirs)
    assert elsewhere.get("ethics-states").json()["data"] == []


def test_the_feed_tells_of_own_nations_start_ups_and_of_what_concerns_everybody(peopled):
    dispatching.dispatch(at=clock.now())
    told = {
        nation: _ids_told(portal_of(peopled, scopes=HEARING, nation=nation), "events?limit=100", "subject")
        for nation in ("EE", "LU", "US")
    }
    assert peopled.payment.public_id in told["EE"] - told["LU"]
    assert peopled.hidden_payment.public_id in told["LU"] - told["EE"]
    assert told["EE"] & told["LU"] == told["US"]
    assert {peopled.ours.call.public_id, peopled.ours.row.public_id} <= told["US"]
    assert peopled.theirs.call.public_id not in told["US"]


def test_a_portal_hears_nothing_of_its_nations_part_in_a_fund(peopled, system):
    pool = pools.played(system=system)
    dispatching.dispatch(at=clock.now())
    portal = portal_of(peopled, scopes=HEARING)
    funds = Event.objects.filter(scope_ref=pool.fund.public_id)
    assert funds.filter(nations__contains=["EE"]).exists()
    assert not _ids_told(portal, "events?limit=100", "subject") & set(funds.values_list("subject", flat=True))


def test_of_what_others_sent_there_is_no_answer(peopled, portal):
    told = portal.get(f"applications/{peopled.sent.public_id}").json()
    assert (told["is_own"], told["external_id"], told["answers"], told["to_correct"]) == (False, None, [], [])
    sent = peopled.sent.submissions.get()
    assert (told["state"], told["number"], told["digest"]) == ("submitted", sent.number, sent.digest)


def test_what_others_sent_is_sealed_until_the_call_closes(peopled, portal):
    with clock.standing_at(OPEN_AT):
        assert [one["id"] for one in portal.walk("applications")] == [peopled.own]
        assert portal.get(f"applications/{peopled.sent.public_id}").status_code == 404
        assert "Sent by itself" not in json.dumps(portal.walk("organisations"))
    assert {one["id"] for one in portal.walk("applications")} == {peopled.own, peopled.sent.public_id}


def test_amounts_are_strings_and_what_is_only_proposed_is_not_there(peopled, portal):
    (line,) = portal.walk("payments")
    assert line["amount"] == {"amount": "40000.00", "currency": "EUR"}
    assert (line["state"], line["value_on"], line["phase"]) == ("paid", "2026-06-01", "phase-1")
    (programme,) = portal.walk("programmes")
    assert programme["phase_1_funding"] == {"amount": "100000.00", "currency": "EUR"}


def test_a_call_tells_its_form(peopled, portal):
    told = portal.get(f"calls/{peopled.ours.call.public_id}").json()
    assert [one["id"] for part in told["sections"] for one in part["questions"]] == ["1.1", "1.2", "2.1", "2.2"]
    assert told["sections"][0]["questions"][1]["options"][1] == {
        "value": "1",
        "text_en": "Proof",
        "text_fr": peopled.ours.call.sections.first().questions.get(order=2).options_fr[1],
    }
    assert sum(one["weight"] for one in told["criteria"]) == 100
    assert told["stands"] == "closed"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("applications?nation=EE", 2),
        ("applications?nation=LU", 0),
        ("applications?external_id=ee-1", 1),
        ("applications?state=draft", 1),
        ("cohort-members?nation=LU", 1),
        ("cohort-members?highest_phase=2", 0),
        ("payments?state=approved", 0),
        ("participations?state=phase-1", 1),
        ("calls?agreement=contract", 1),
    ],
)
def test_filters_are_named_like_fields(peopled, portal, query, found):
    assert len(portal.walk(query)) == found


@pytest.fixture
def many(world, portal):
    """A hundred applications that the client brought, and a hundred published members."""
    of, by = world.ours, portal.client.person
    companies = Organisation.objects.bulk_create(
        Organisation(
            name=f"Start-up {number}",
            kind="company",
            nation_id="EE",
            is_self_registered=True,
            registered_by=by,
            created_at=OPEN_AT,
        )
        for number in range(MANY)
    )
    rows = Application.objects.bulk_create(
        Application(
            call=of.call,
            organisation=one,
            challenge=of.challenge,
            form_digest=of.call.digest,
            begun_by=by,
            begun_at=OPEN_AT,
        )
        for one in companies
    )
    Intake.objects.bulk_create(
        Intake(application=one, by=by, external_id=one.public_id, digest="0" * 64, at=OPEN_AT) for one in rows
    )
    CohortMember.objects.bulk_create(
        CohortMember(
            programme=of.row,
            organisation=one,
            challenge=of.challenge,
            highest_phase=1,
            basis=Basis.SOLID,
            source="here",
            recorded_at=OPEN_AT,
        )
        for one in companies
    )


@pytest.mark.parametrize("path", ["applications", "cohort-members", "organisations"])
def test_a_list_asks_the_database_as_often_for_a_hundred_as_for_ten(many, portal, path):
    portal.get(path)
    asked = []
    for limit in (10, MANY):
        with CaptureQueriesContext(connection) as queries:
            assert len(portal.get(f"{path}?limit={limit}").json()["data"]) == limit
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[0] <= 14


def test_pages_are_stable_while_others_write(many, portal, world):
    first = portal.get("applications?limit=60").json()
    with clock.standing_at(OPEN_AT):
        portal.post("applications", body(world.ours, "late"))
    rest = portal.get(f"applications?limit=100&cursor={first['next']}").json()["data"]
    ids = [one["id"] for one in first["data"] + rest]
    assert len(ids) == len(set(ids)) == MANY + 1
    assert portal.get(f"applications?limit=60&state=draft&cursor={first['next']}").status_code == 400
