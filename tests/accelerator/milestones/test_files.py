"""Files of evidence: prepared by the start-up alone, given with evidence, and read by the programme's people from then on."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from accelerator.milestones import queries, reading, rules, services
from accelerator.milestones.models import Evidence, EvidenceFile
from core import clock
from core.documents.models import Document
from core.documents.services import TypeNotTaken
from core.errors import NotPermitted
from tests.core.documents import good
from tests.factories import cohorts as factory
from tests.factories import people
from tests.factories.cohorts import OFFERED_AT
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
CANARY = "canary-of-the-trial.pdf"


@pytest.fixture
def planned(participation, manager):
    (whole,) = factory.planned(queries.get_phase(participation, "phase-1"), by=manager)
    return whole


@pytest.fixture
def file(planned, owner):
    return attach(planned, by=owner)


def attach(milestone, *, by, name=CANARY, content=None):
    return services.attach(
        milestone, BytesIO(good.pdf() if content is None else content), name=name, by=by, at=OFFERED_AT
    )


def checked(file, state="clean", reason=""):
    """As the check leaves it."""
    given = {"removed_at": OFFERED_AT} if state == "refused" else {}
    rows = Document.objects.filter(pk=file.document_id)
    rows.update(state="scanning")
    rows.update(state=state, reason=reason, checked_at=OFFERED_AT, **given)
    file.document.refresh_from_db()


def test_what_is_prepared_is_given_with_the_evidence(planned, file, owner):
    assert [one.line.name for one in queries.prepared(planned)] == [CANARY]

    shown = factory.shown(planned, by=owner)

    assert queries.prepared(planned) == []
    (given,) = queries.files_of(queries.evidence(planned)[0])
    assert (given.row, given.row.evidence) == (file, shown)


def test_what_is_sent_back_keeps_its_files_and_the_next_has_its_own(planned, file, owner, manager):
    first = factory.shown(planned, by=owner)
    services.send_back(planned, read=first.public_id, because="More", by=manager, at=OFFERED_AT)

    attach(planned, by=owner, name="more.pdf")
    factory.shown(planned, "More", by=owner)

    names = [[one.line.name for one in queries.files_of(shown)] for shown in queries.evidence(planned)]
    assert names == [["more.pdf"], [CANARY]]


def test_a_file_is_taken_out_with_its_bytes_until_it_was_given(planned, file, owner):
    services.detach(file, by=owner, at=OFFERED_AT)
    assert not EvidenceFile.objects.exists()
    assert Document.objects.get().removed_at == OFFERED_AT

    kept = attach(planned, by=owner)
    factory.shown(planned, by=owner)
    with pytest.raises(rules.WrongState):
        services.detach(kept, by=owner, at=OFFERED_AT)
    assert EvidenceFile.objects.get() == kept


def test_a_refused_file_is_taken_out_before_the_evidence_is_sent(planned, file, owner):
    checked(file, "refused", "macros")

    with pytest.raises(services.FileRefused):
        factory.shown(planned, by=owner)
    assert not Evidence.objects.exists()
    services.detach(file, by=owner, at=OFFERED_AT)
    factory.shown(planned, by=owner)


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_nobody_accepts_what_nobody_could_read(planned, file, owner, manager, second, state):
    factory.shown(planned, by=owner)
    if state == "refused":
        checked(file, state, "infected")

    with pytest.raises(services.FilesUnread):
        factory.judged(planned, manager)
    if state == "quarantined":
        checked(file)
        assert factory.judged(planned, manager, second).state == "accepted"
    else:
        read = factory.evidence_of(planned)
        services.send_back(planned, read=read, because="A file was refused", by=manager, at=OFFERED_AT)


def test_a_phase_that_is_planned_anew_takes_prepared_files_away(planned, file, manager):
    factory.planned(planned.phase, by=manager)

    assert not EvidenceFile.objects.exists()
    assert Document.objects.get().removed_at == OFFERED_AT


def test_nothing_is_left_of_a_file_that_is_refused_at_once(planned, owner):
    with pytest.raises(TypeNotTaken):
        attach(planned, by=owner, name="trial.exe")
    assert not EvidenceFile.objects.exists()
    assert not Document.objects.exists()


def test_nobody_else_adds_or_takes_out(planned, file, stranger, manager):
    for one in (stranger, manager):
        with pytest.raises(NotPermitted):
            attach(planned, by=one)
        with pytest.raises(NotPermitted):
            services.detach(file, by=one, at=OFFERED_AT)
    assert EvidenceFile.objects.get() == file


def test_the_database_keeps_what_was_given(planned, file, owner, manager, participation):
    shown = factory.shown(planned, by=owner)

    for change in (lambda: EvidenceFile.objects.update(evidence=None), lambda: EvidenceFile.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert EvidenceFile.objects.get().evidence == shown


def test_the_start_up_reads_and_once_given_those_who_read_the_cohort(
    planned, file, owner, colleague, stranger, manager, second, system
):
    fund = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_of_another", system=system)
    ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    everybody = (owner, colleague, stranger, manager, second, fund, ally)

    def readers():
        return [one for one in everybody if reading.may_read(one, file.document)]

    assert readers() == [owner, colleague]
    factory.shown(planned, by=owner)
    assert readers() == [owner, colleague, manager, second]


def test_others_find_nothing_of_it_on_any_address(client, planned, file, owner, stranger, system):
    factory.shown(planned, by=owner)
    checked(file)
    fund = people.person(role="fund-manager", scope_kind="fund", scope_ref="fund_of_another", system=system)
    ally = people.person(role="ally-representative", scope_kind="nation", scope_ref="EE", system=system)
    key = planned.public_id
    addresses = [
        reverse("documents:download", args=[file.document.public_id]),
        *(reverse(f"portal:{page}", args=[key]) for page in ("milestone", "give-evidence", "evidence-files")),
        reverse("accelerator:milestone", args=[key]),
        reverse("accelerator:accept-evidence", args=[key]),
    ]

    with clock.standing_at(OFFERED_AT):
        for person in (stranger, fund, ally):
            mine = signed_in(client, person)
            for address in addresses:
                answer = mine.get(address)
                assert answer.status_code in {403, 404}, (person.email, address)
                assert CANARY not in answer.content.decode()


def test_it_is_downloaded_once_it_is_clean(client, planned, file, owner, manager):
    factory.shown(planned, by=owner)
    address = reverse("documents:download", args=[file.document.public_id])
    page = reverse("accelerator:milestone", args=[planned.public_id])

    with clock.standing_at(OFFERED_AT):
        desk = signed_in(client, manager)
        assert desk.get(address).status_code == 409
        waiting = desk.get(page).content.decode()
        assert CANARY in waiting
        assert address not in waiting

        checked(file)
        assert address in desk.get(page).content.decode()
        assert b"".join(desk.get(address).streaming_content) == good.pdf()


def pdf(name=CANARY):
    return SimpleUploadedFile(name, good.pdf(), "application/pdf")


def test_it_is_given_without_a_script(client, planned, owner):
    page = reverse("portal:give-evidence", args=[planned.public_id])
    with clock.standing_at(OFFERED_AT):
        mine = signed_in(client, owner)
        added = mine.post(page, {"text": "It hears.", "add": "1", "files": [pdf(), pdf("second.pdf")]}).content.decode()
        assert "It hears." in added
        assert CANARY in added
        removed = mine.post(page, {"text": "It hears.", "remove": queries.prepared(planned)[0].row.public_id})
        assert CANARY not in removed.content.decode()
        sent = mine.post(page, {"text": "It hears.", "files": pdf("third.pdf")})

    assert sent["Location"] == reverse("portal:milestone", args=[planned.public_id])
    assert [one.line.name for one in queries.files_of(queries.evidence(planned)[0])] == ["second.pdf", "third.pdf"]


def test_a_refused_file_leaves_the_text_and_sends_nothing(client, planned, owner):
    page = reverse("portal:give-evidence", args=[planned.public_id])
    with clock.standing_at(OFFERED_AT):
        answer = signed_in(client, owner).post(page, {"text": "It hears.", "files": pdf("trial.exe")})

    said = answer.content.decode()
    assert "is not of a type that is taken here" in said
    assert "It hears." in said
    assert not Evidence.objects.exists()


def test_a_script_sends_one_file_and_reads_the_list(client, planned, owner):
    add = reverse("portal:attach-evidence", args=[planned.public_id])
    with clock.standing_at(OFFERED_AT):
        mine = signed_in(client, owner)
        taken = mine.post(add, {"file": pdf()})
        assert (taken.status_code, taken["X-Waits"]) == (200, "yes")
        assert CANARY in taken.content.decode()
        sent = {"content_type": "application/octet-stream", "headers": {"X-File-Name": "trial.exe"}}
        assert "is not of a type" in mine.post(add, b"MZ", **sent).json()["refusal"]
        assert mine.post(add).json() == {"refusal": "No file arrived. Choose it once more."}
        assert "trial.exe" in mine.post(add, {"file": pdf("trial.exe")}).json()["refusal"]
        checked(EvidenceFile.objects.get())
        assert mine.get(reverse("portal:evidence-files", args=[planned.public_id]))["X-Waits"] == "no"
