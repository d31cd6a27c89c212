"""Evidence handed in by a partner system: for what it may see, into quarantine, once a key; the start-up gives it or takes it out."""

import html
from io import BytesIO

import pytest
from django.urls import reverse

from accelerator.milestones import queries, rules, services
from accelerator.milestones.models import EvidenceFile, Milestone
from core import clock
from core.audit.models import AuditEvent
from core.documents.models import Document
from core.errors import NotPermitted
from core.notifications.models import OutboundMail
from core.people.models import RoleGrant, User
from tests.api import checking
from tests.api.accelerator.conftest import EVERYTHING, portal_of
from tests.api.programme_kinds import checked, sent
from tests.core.documents import good
from tests.factories import applications, cohorts, people

pytestmark = pytest.mark.django_db
AT = cohorts.OFFERED_AT
SCOPES = [*EVERYTHING, "evidence:read", "evidence:write"]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.CLAMAV_ADDRESS = ""


@pytest.fixture
def portal(world):
    return portal_of(world, scopes=SCOPES)


def waiting(world, of, name, nation="EE"):
    """A milestone that waits for evidence, and the owner of its start-up."""
    startup = applications.startup(name, nation=nation, by=world.system)
    owner = applications.owner(startup, system=world.system)
    row = cohorts.participating(of.row, startup, by=world.first, second=world.second, owner=owner)
    (milestone,) = cohorts.planned(queries.get_phase(row, "phase-1"), by=world.first)
    return milestone, owner


@pytest.fixture
def ours(world):
    return waiting(world, world.ours, "Deep Ear")


def hand_in(portal, milestone, *, key="file-1"):
    return sent(portal, "evidence-files", f"milestone={milestone.public_id}&name=trial.pdf", key)


def test_a_file_is_handed_in_and_given_by_the_start_up(portal, ours):
    milestone, owner = ours
    answer = hand_in(portal, milestone)

    checking.fits(answer, "POST", "evidence-files")
    told = answer.json()
    assert (answer.status_code, told["state"], told["evidence"]) == (201, "quarantined", None)
    assert answer.headers["Location"] == f"/api/v1/evidence-files/{told['id']}"
    assert portal.walk("evidence-files") == [told]
    checking.fits(portal.get("evidence-files"), "GET", "evidence-files")
    (prepared,) = queries.prepared(milestone)
    assert prepared.line.name == "trial.pdf"

    checked(prepared.line.public_id)
    given = cohorts.shown(milestone, by=owner)
    again = portal.get(f"evidence-files/{told['id']}")
    checking.fits(again, "GET", f"evidence-files/{told['id']}")
    assert (again.json()["state"], again.json()["evidence"]) == ("clean", given.public_id)
    late = hand_in(portal, milestone, key="file-2")
    checking.fits(late, "POST", "evidence-files")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_the_pages_say_which_files_a_partner_system_handed_in(client, portal, ours, world):
    milestone, owner = ours
    hand_in(portal, milestone)
    services.attach(milestone, BytesIO(good.pdf()), name="own.pdf", by=owner, at=AT)
    said = "Handed in by the system of"
    partner = portal.client.organisation.name
    give = reverse("portal:give-evidence", args=[milestone.public_id])

    with clock.standing_at(AT):
        browser = people.signed_in(client, owner)
        page = browser.get(give).content.decode()
        fragment = browser.get(reverse("portal:evidence-files", args=[milestone.public_id])).content.decode()
        User.objects.filter(pk=owner.pk).update(language="fr")
        french = html.unescape(browser.get(give).content.decode())
    for shown in (page, fragment):
        assert (shown.count("own.pdf") > 0, shown.count(said), f"{said} {partner}" in shown) == (True, 1, True)
    assert "goes with your evidence as if you had added it" in page
    assert f"Remis par le système de {partner}" in french

    for one in queries.prepared(milestone):
        checked(one.line.public_id)
    cohorts.shown(milestone, by=owner)
    with clock.standing_at(AT):
        read = people.signed_in(client, world.first).get(reverse("accelerator:milestone", args=[milestone.public_id]))
    assert read.content.decode().count(f"{said} {partner}") == 1


def test_the_start_up_is_told_and_takes_out_what_it_does_not_want(portal, ours):
    milestone, owner = ours
    made = hand_in(portal, milestone).json()["id"]
    (mail,) = OutboundMail.objects.filter(recipient=owner.email, subject__contains="handed in")
    assert "trial.pdf" in mail.body
    services.detach(EvidenceFile.objects.get(), by=owner, at=AT)
    assert portal.get(f"evidence-files/{made}").status_code == 404
    assert portal.walk("evidence-files") == []


def test_the_trail_tells_which_client(portal, ours):
    hand_in(portal, ours[0])
    handed = AuditEvent.objects.get(kind="milestone.file_handed_in")
    assert (handed.client, handed.subject) == (portal.client.public_id, ours[0].public_id)
    assert AuditEvent.objects.get(kind="document.received").client == portal.client.public_id


def test_the_same_under_one_key_is_one_file(portal, ours):
    first, again = hand_in(portal, ours[0]), hand_in(portal, ours[0])
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (EvidenceFile.objects.count(), Document.objects.count()) == (1, 1)
    other = sent(portal, "evidence-files", f"milestone={ours[0].public_id}&name=other.pdf", "file-1")
    assert other.status_code == 422


def test_what_is_hidden_is_not_there(world, portal, ours):
    abroad, _owner = waiting(world, world.ours, "Abroad", nation="LU")
    elsewhere, _owner = waiting(world, world.theirs, "Elsewhere")
    for milestone in (abroad, elsewhere):
        answer = hand_in(portal, milestone)
        checking.fits(answer, "POST", "evidence-files")
        assert answer.status_code == 404
        assert portal.get(f"milestones/{milestone.public_id}").status_code == 404
        with pytest.raises(NotPermitted):
            raise rules.handing_refusal(portal.client.person, milestone)
    assert not Document.objects.exists()
    assert [one["id"] for one in portal.walk("milestones")] == [ours[0].public_id]


def test_it_is_its_clients_alone(world, portal, ours):
    made = hand_in(portal, ours[0]).json()["id"]
    other = portal_of(world, scopes=SCOPES)
    assert other.walk("evidence-files") == []
    assert other.get(f"evidence-files/{made}").status_code == 404
    barred = portal_of(world)
    for path in ("milestones", f"milestones/{ours[0].public_id}", "evidence-files", f"evidence-files/{made}"):
        answer = barred.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert hand_in(barred, ours[0]).status_code == 403
    assert hand_in(portal_of(world, scopes=["evidence:read"]), ours[0]).status_code == 403


def test_it_ends_with_the_grant(portal, ours, world):
    grant = portal.client.person.grants.get(scope_kind="nation")
    made = hand_in(portal, ours[0]).json()["id"]
    RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=AT, revoked_by=world.second)
    assert portal.get(f"evidence-files/{made}").status_code == 404
    assert hand_in(portal, ours[0], key="file-2").status_code == 404


def test_milestones_are_told_without_amounts(portal, ours):
    (told,) = portal.walk("milestones?state=planned")
    assert (told["title_en"], told["phase"], told["due_on"], told["nation"]) == (
        "Milestone 1",
        "phase-1",
        "2026-09-01",
        "EE",
    )
    assert "amount" not in told
    one = portal.get(f"milestones/{ours[0].public_id}")
    checking.fits(one, "GET", f"milestones/{ours[0].public_id}")
    assert one.json() == told
    assert portal.walk("milestones?state=accepted") == []
    assert Milestone.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [("name=a.svg", 400), ("name=", 400), ("name=a.pdf&colour=blue", 400)],
)
def test_what_is_no_fit_file_leaves_nothing(portal, ours, query, status):
    answer = sent(portal, "evidence-files", f"milestone={ours[0].public_id}&{query}", "file-1")
    checking.fits(answer, "POST", "evidence-files")
    assert answer.status_code == status, answer.content
    assert not Document.objects.exists()
