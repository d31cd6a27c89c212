"""Files that answer a question: added and taken out, in quarantine until they are checked, kept once they were sent."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accelerator.applications import queries, reading, rules, services
from accelerator.applications.models import Attachment
from accelerator.challenges import services as challenges
from core import clock
from core.documents import limits, storage
from core.documents import services as documents
from core.documents.models import Document
from core.documents.services import TypeNotTaken
from core.errors import NotPermitted
from tests.core.documents import good
from tests.factories import applications as factory
from tests.factories import programme_calls as calls
from tests.factories.applications import CLOSES_AT, OPEN_AT
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
WORDS = challenges.Question("short", "Say it.", "Dites-le.", words_at_most=20)
FILE = challenges.Question("file", "Evidence?", "Preuves ?")


@pytest.fixture
def call(allies, programme, manager, second):
    """One section: a text and a file, both required."""
    from accelerator.challenges import queries as found

    call = calls.drafted(programme, by=manager)
    challenges.set_sections(call, calls.SECTIONS[:1], by=manager, at=calls.DRAFTED_AT)
    challenges.set_questions(found.sections(call)[0], (WORDS, FILE), by=manager, at=calls.DRAFTED_AT)
    challenges.set_criteria(call, calls.CRITERIA, by=manager, at=calls.DRAFTED_AT)
    call = challenges.submit_call(call, by=manager, at=calls.DRAFTED_AT)
    return challenges.publish_call(call, digest=found.digest(call), by=second, at=calls.DRAFTED_AT)


@pytest.fixture
def application(call, startup, owner):
    made = factory.begun(call, startup, by=owner)
    factory.save(made, {1: "It hears."}, by=owner)
    return made


def attach(application, *, by, name="trial.pdf", content=None, question=2, at=OPEN_AT):
    file = BytesIO(good.pdf() if content is None else content)
    return services.attach(application, 1, question, file, name=name, by=by, at=at)


def checked(attachment, state="clean", reason=""):
    """As the check leaves it."""
    given = {"removed_at": OPEN_AT} if state == "refused" else {}
    rows = Document.objects.filter(pk=attachment.document_id)
    rows.update(state="scanning")
    rows.update(state=state, reason=reason, checked_at=OPEN_AT, **given)
    attachment.document.refresh_from_db()


def part(application):
    return queries.get_part(application, 1)


def test_a_file_answers_its_question_while_it_waits_for_its_check(application, owner):
    assert part(application).lacking == 1

    attach(application, by=owner)

    assert part(application).is_done
    (file,) = part(application).items[1].files
    assert (file.line.name, file.line.label, file.line.address) == ("trial.pdf", "Waits for its check", "")
    assert factory.submit(application, by=owner).content["sections"][0]["answers"][1]["files"][0]["name"] == "trial.pdf"


def test_a_refused_file_answers_nothing_and_says_why(application, owner):
    attachment = attach(application, by=owner)

    checked(attachment, "refused", "macros")

    item = part(application).items[1]
    assert "contains macros" in item.problem
    assert item.missing == "Add a file: Evidence?"
    services.detach(attachment, by=owner, at=OPEN_AT)
    assert part(application).items[1].files == ()


def test_what_is_taken_out_of_a_draft_is_gone_and_what_was_sent_stays(application, owner):
    draft = attach(application, by=owner, name="draft.pdf")
    services.detach(draft, by=owner, at=OPEN_AT)
    draft.document.refresh_from_db()
    assert draft.document.removed_at == OPEN_AT

    sent = attach(application, by=owner, name="sent.pdf")
    factory.submit(application, by=owner)
    services.detach(sent, by=owner, at=OPEN_AT)

    last = queries.submissions(application).first()
    assert queries.told(last.content, application)[0][1][1] == ("Evidence?", "sent.pdf")
    sent.document.refresh_from_db()
    assert sent.document.removed_at is None
    assert part(application).items[1].files == ()


@pytest.mark.parametrize(
    ("story", "given", "refusal"),
    [
        ("late", {"at": CLOSES_AT}, rules.TooLate),
        ("to a question of words", {"question": 1}, services.UnknownQuestion),
        ("of a type that is not taken", {"name": "trial.exe"}, TypeNotTaken),
    ],
)
def test_nothing_is_left_of_a_file_that_is_refused(application, owner, story, given, refusal):
    with pytest.raises(refusal):
        attach(application, by=owner, **given)
    assert not Attachment.objects.exists(), story
    assert not Document.objects.exists()


def test_nobody_else_adds_or_takes_out(application, owner, stranger, manager):
    kept = attach(application, by=owner)

    for person in (stranger, manager):
        with pytest.raises(NotPermitted):
            attach(application, by=person)
        with pytest.raises(NotPermitted):
            services.detach(kept, by=person, at=OPEN_AT)
    assert part(application).items[1].files[0].attachment == kept


def test_a_file_is_read_by_the_start_up_and_once_sent_by_whom_a_part_above_lets(
    application, owner, colleague, stranger, manager, monkeypatch
):
    kept = attach(application, by=owner)
    monkeypatch.setattr(reading, "_further", [lambda person, _application: person == manager])

    def readers():
        people = (owner, colleague, stranger, manager)
        return [person for person in people if reading.may_read(person, kept.document)]

    assert readers() == [owner, colleague]
    factory.submit(application, by=owner)
    assert readers() == [owner, colleague, manager]


def test_only_a_checked_file_is_downloaded_and_never_inline(client, application, owner, stranger):
    kept = attach(application, by=owner)
    address = f"/documents/{kept.document.public_id}"
    with clock.standing_at(OPEN_AT):
        mine = signed_in(client, owner)
        assert mine.get(address).status_code in {404, 409}

        checked(kept)
        answer = mine.get(address)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content) == good.pdf()
        assert signed_in(client, stranger).get(address).status_code == 404


def test_a_file_is_added_without_a_script(client, application, owner):
    with clock.standing_at(OPEN_AT):
        mine = signed_in(client, owner)
        file = SimpleUploadedFile("trial.pdf", good.pdf(), "application/pdf")
        page = f"/portal/applications/{application.public_id}/sections/1"

        kept = mine.post(page, {"q1": "It hears more.", "e1": "1", "f2": file})
        assert kept["Location"] == f"/portal/applications/{application.public_id}"
        attachment = Attachment.objects.get()
        again = mine.post(page, {"q1": "It hears more.", "e1": "2", "remove": attachment.public_id})

    assert "No file yet." in again.content.decode()
    assert part(application).items[0].text == "It hears more."


def test_a_refused_file_leaves_the_text_kept(client, application, owner):
    with clock.standing_at(OPEN_AT):
        mine = signed_in(client, owner)
        page = f"/portal/applications/{application.public_id}/sections/1"
        answer = mine.post(page, {"q1": "New words", "e1": "1", "f2": SimpleUploadedFile("a.exe", b"MZ" + b"0" * 99)})

    assert "is not of a type that is taken here" in answer.content.decode()
    assert part(application).items[0].text == "New words"


def test_the_script_adds_a_file_and_asks_how_it_stands(client, application, owner):
    with clock.standing_at(OPEN_AT):
        mine = signed_in(client, owner)
        files = f"/portal/applications/{application.public_id}/sections/1/files/2"

        added = mine.post(f"{files}/add", {"file": SimpleUploadedFile("trial.pdf", good.pdf())})
        assert (added.status_code, added["X-Waits"]) == (200, "yes")
        refused = mine.post(f"{files}/add", {"file": SimpleUploadedFile("a.svg", b"<svg/>")})
        assert refused.status_code == 409
        assert "is not of a type" in json.loads(refused.content)["refusal"]
        assert mine.post(f"{files}/add").status_code == 409
        checked(Attachment.objects.get())
        now = mine.get(files)

    assert now["X-Waits"] == "no"
    assert "Checked" in now.content.decode()


def on_disk():
    return {path.name for path in storage.folder().glob("??/*")}


@pytest.fixture
def before():
    """What was on disk before the test."""
    return on_disk()


def raw(client, address, content, name, **given):
    """As the page's script sends a file: its bytes as they are, its name beside them."""
    return client.post(
        address, content, content_type="application/octet-stream", headers={"X-File-Name": name}, **given
    )


def test_the_script_sends_the_bytes_as_they_are(client, application, owner):
    content = good.pdf()
    with clock.standing_at(OPEN_AT):
        mine = signed_in(client, owner)
        add = f"/portal/applications/{application.public_id}/sections/1/files/2/add"

        added = raw(mine, add, content, "%C3%89tude%20No.%201.pdf")

    kept = Document.objects.get()
    assert (added.status_code, added["X-Waits"]) == (200, "yes")
    assert (kept.name, kept.size_bytes, kept.sha256) == (
        "Étude No. 1.pdf", len(content), hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    assert storage.path_of(kept.key).read_bytes() == content
    assert kept.state == "quarantined"


@pytest.mark.parametrize(
    ("story", "content", "name", "said"),
    [
        ("no name", b"%PDF-1.7", "", "has no name"),
        ("a type that is not taken", b"<svg/>", "a.svg", "is not of a type"),
        ("another type than its name says", b"MZ" + bytes(600), "a.pdf", "a.pdf"),
        ("too large", good.pdf() + bytes(limits.FILE_BYTES), "a.pdf", "more than 25 MB"),
    ],
)
def test_bytes_that_are_refused_leave_nothing(client, application, owner, before, story, content, name, said):
    with clock.standing_at(OPEN_AT):
        add = f"/portal/applications/{application.public_id}/sections/1/files/2/add"
        answer = raw(signed_in(client, owner), add, content, name)

    assert answer.status_code == 409
    assert said in json.loads(answer.content)["refusal"]
    assert not Document.objects.exists()
    assert on_disk() == before


def test_bytes_that_break_off_are_no_file(before):
    content = good.pdf()

    with pytest.raises(documents.CutShort):  # noqa: SIM117 -- what is refused stands inside
        with documents.landing(BytesIO(content[:-1]), name="trial.pdf", size_bytes=len(content)):
            raise AssertionError("it was taken")

    assert on_disk() == before


def test_bytes_for_what_is_closed_or_another_s_leave_nothing(client, application, owner, stranger, before):
    add = f"/portal/applications/{application.public_id}/sections/1/files/2/add"

    with clock.standing_at(CLOSES_AT):
        assert raw(signed_in(client, owner), add, good.pdf(), "a.pdf").status_code == 409
    with clock.standing_at(OPEN_AT):
        assert raw(signed_in(client, stranger), add, good.pdf(), "a.pdf").status_code == 404

    assert not Document.objects.exists()
    assert on_disk() == before


def test_bytes_without_the_token_of_the_page_are_refused(application, owner):
    with clock.standing_at(OPEN_AT):
        foreign = signed_in(Client(enforce_csrf_checks=True), owner)
        add = f"/portal/applications/{application.public_id}/sections/1/files/2/add"
        assert raw(foreign, add, good.pdf(), "a.pdf").status_code == 403

    assert not Document.objects.exists()


def test_a_file_that_arrives_in_time_counts_also_when_it_is_checked_later(application, owner):
    last = CLOSES_AT - timedelta(microseconds=1)

    attach(application, by=owner, at=last)
    sent = factory.submit(application, by=owner, at=last)

    assert sent.received_at == last
    assert documents.CHECK
