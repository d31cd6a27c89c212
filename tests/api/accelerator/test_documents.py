"""Files as bytes: into quarantine, read back by whoever brought them once they are clean, each reading in the trail."""

import pytest

from accelerator.applications.models import Attachment
from accelerator.challenges import queries, services
from core.audit.models import AuditEvent
from core.documents import limits
from core.documents.models import Document
from tests.api import checking
from tests.api.accelerator.conftest import OPEN_AT, body, portal_of
from tests.core.documents import good
from tests.factories import programme_calls as calls

pytestmark = pytest.mark.django_db
WORDS = services.Question("short", "Say it.", "Dites-le.", words_at_most=20)
FILE = services.Question("file", "Evidence?", "Preuves ?")
COST = services.Question("money", "What does it cost?", "Combien cela coûte-t-il ?", currency="EUR")


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.CLAMAV_ADDRESS = ""
    return settings.DOCUMENTS_FOLDER


@pytest.fixture
def brought(portal, world):
    """A draft whose form asks for a text, a file and an amount."""
    at = {"by": world.first, "at": calls.DRAFTED_AT}
    call = calls.drafted(world.ours.row, **at)
    services.set_sections(call, calls.SECTIONS[:1], **at)
    services.set_questions(queries.sections(call)[0], (WORDS, FILE, COST), **at)
    services.set_criteria(call, calls.CRITERIA, **at)
    call = services.submit_call(call, **at)
    world.ours.call = services.publish_call(call, digest=queries.digest(call), by=world.second, at=calls.DRAFTED_AT)
    answers = {"1.1": "It hears.", "1.3": "1234.56"}
    answer = portal.post("applications", body(world.ours, answers=answers), **{"Accept-Language": "fr"})
    assert answer.status_code == 201, answer.content
    return answer.json()


def sent(portal, path, content=None, *, key="file-1", media="application/octet-stream"):
    raw = good.pdf() if content is None else content
    headers = portal._headers({"Idempotency-Key": key})
    return portal.browser.generic("POST", f"/api/v1/{path}", raw, content_type=media, headers=headers)


def path_of(brought, name="trial.pdf", question="1.2"):
    return f"documents?application={brought['id']}&question={question}&name={name}"


def checked(document, state="clean"):
    """As the check leaves it."""
    rows = Document.objects.filter(public_id=document)
    rows.update(state="scanning")
    rows.update(state=state, checked_at=OPEN_AT)


def test_a_machine_writes_amounts_with_a_point_in_whatever_language_it_asks(brought):
    assert [one["text"] for one in brought["answers"]] == ["It hears.", "1234.56"]
    assert [one["pointer"] for one in brought["to_correct"]] == ["/answers/1.2"]


def test_a_file_answers_its_question_and_waits_for_its_check(portal, brought):
    answer = sent(portal, path_of(brought))

    checking.fits(answer, "POST", "documents")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["state"], told["application"], told["name"]) == ("quarantined", brought["id"], "trial.pdf")
    assert answer.headers["Location"] == f"/api/v1/documents/{told['id']}"
    now = portal.get(f"applications/{brought['id']}").json()
    assert (now["files"][0]["document"], now["to_correct"]) == (told["id"], [])
    assert portal.walk("documents") == [told]
    checking.fits(portal.get("documents"), "GET", "documents")
    checking.fits(portal.get(f"documents/{told['id']}"), "GET", f"documents/{told['id']}")


def test_it_is_read_once_it_is_clean_and_the_trail_tells(portal, brought):
    made = sent(portal, path_of(brought)).json()["id"]
    early = portal.get(f"documents/{made}/content")
    checking.fits(early, "GET", f"documents/{made}/content")
    assert (early.status_code, early.json()["code"]) == (409, "document_not_released")
    checked(made)

    answer = portal.get(f"documents/{made}/content", Accept="application/octet-stream")

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == good.pdf()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trial.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.get(kind="document.read").client == portal.client.public_id


def test_it_is_its_clients_alone(portal, brought, world):
    made = sent(portal, path_of(brought)).json()["id"]
    checked(made)
    other = portal_of(world)
    assert other.walk("documents") == []
    assert other.get(f"documents/{made}").status_code == 404
    assert other.get(f"documents/{made}/content").status_code == 404
    assert sent(other, path_of(brought)).status_code == 404
    barred = portal_of(world, scopes=["applications:write"])
    for one in ("documents", f"documents/{made}", f"documents/{made}/content"):
        assert barred.get(one).status_code == 403
    assert sent(barred, path_of(brought)).status_code == 403


def test_the_same_bytes_under_one_key_are_one_file(portal, brought):
    first, again = sent(portal, path_of(brought)), sent(portal, path_of(brought))
    other = sent(portal, path_of(brought), good.pdf() + b"\n")
    assert again.json() == first.json()
    assert other.status_code == 422
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("story", "name", "question", "content", "media", "status"),
    [
        ("a type that is not taken", "a.svg", "1.2", b"<svg/>", "application/octet-stream", 400),
        ("another type than its ending says", "a.pdf", "1.2", b"<svg/>", "application/octet-stream", 400),
        ("a question in words", "a.pdf", "1.1", None, "application/octet-stream", 400),
        ("no such question", "a.pdf", "7.1", None, "application/octet-stream", 400),
        ("no place of a question", "a.pdf", "first", None, "application/octet-stream", 400),
        ("a form", "a.pdf", "1.2", None, "multipart/form-data; boundary=x", 415),
        ("JSON", "a.pdf", "1.2", b"{}", "application/json", 415),
        (
            "larger than a file may be",
            "a.pdf",
            "1.2",
            b"%PDF-" + b"0" * limits.FILE_BYTES,
            "application/octet-stream",
            413,
        ),
    ],
)
def test_what_is_no_fit_file_leaves_nothing(portal, brought, story, name, question, content, media, status):
    answer = sent(portal, path_of(brought, name, question), content, media=media)
    assert answer.status_code == status, (story, answer.content)
    checking.fits(answer, "POST", "documents")
    assert not Document.objects.exists(), story
