"""A file is received into quarantine, checked, released to whoever may read it, and removed; limits hold."""

import hashlib
import io
import stat

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock, failpoints
from core.audit.models import AuditEvent
from core.documents import limits, queries, services
from core.documents.models import Document
from core.errors import NotFound
from core.jobs.models import Job
from tests.core.documents.conftest import KIND, STRANGER, SUBJECT, bytes_in
from tests.core.documents.good import GOOD, pdf
from tests.factories.jobs import done
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_each_type_is_released_by_its_job_and_read_as_it_was_sent(name, send, uploader):
    document = send(GOOD[name], name)
    assert (document.state, document.name) == ("quarantined", name)

    done(Job.objects.get(name=services.CHECK, key=document.public_id))

    document.refresh_from_db()
    assert (document.state, document.reason) == ("clean", "")
    with services.open_for(uploader, document.public_id, at=clock.now()).file as file:
        assert file.read() == GOOD[name]
    assert document.sha256 == hashlib.sha256(GOOD[name]).hexdigest()


def test_nobody_reads_what_waits_and_a_stranger_never_hears_of_it(send, uploader, system):
    document = send(pdf())

    with pytest.raises(services.NotReleased, match="waits for its check"):
        services.open_for(uploader, document.public_id, at=clock.now())
    with pytest.raises(NotFound):
        services.open_for(person(email=STRANGER, system=system), document.public_id, at=clock.now())


def test_only_the_product_reads_the_folder_and_no_name_of_a_persons_is_in_it(send, folder):
    send(pdf(), "../../secret plan.pdf")

    (path,) = bytes_in(folder)
    assert "secret" not in str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("content", "name", "error", "words"),
    [
        (b"", "plan.pdf", services.Empty, "“plan.pdf” is empty"),
        (b"%PDF-" + bytes(limits.FILE_BYTES), "plan.pdf", services.TooLarge, "more than 25 MB"),
        (pdf(), "plan.exe", services.TypeNotTaken, "“plan.exe” is not of a type"),
        (pdf(), "plan", services.TypeNotTaken, "is not of a type"),
        (b"MZ\x90\x00" + bytes(100), "plan.pdf", services.NotAsNamed, "“plan.pdf” is not the type"),
        (pdf(), "///", services.NameMissing, "has no name"),
    ],
)
def test_what_is_not_taken_is_refused_in_words_and_leaves_nothing(content, name, error, words, send, folder):
    with pytest.raises(error, match=words) as refused:
        send(content, name)

    assert refused.value.field == "file"
    assert not bytes_in(folder)
    assert not Document.objects.exists()
    assert not Job.objects.exists()


def test_a_file_whose_registration_fails_leaves_nothing(send, folder):
    def broken():
        raise RuntimeError

    with failpoints.installed("document.registered", broken), pytest.raises(RuntimeError):
        send(pdf())

    assert not bytes_in(folder)
    assert not Document.objects.exists()
    assert not Job.objects.exists()


def test_a_thing_has_sixty_files_and_removing_one_makes_room(send, uploader, monkeypatch):
    monkeypatch.setattr(limits, "SUBJECT_FILES", 2)
    first, _second = send(pdf()), send(pdf())

    with pytest.raises(services.TooMany, match="2 files here"):
        send(pdf())

    services.remove(first, because="a mistake", by=uploader, at=clock.now())
    send(pdf())


def test_a_thing_has_so_many_megabytes_and_an_organisation_so_many_a_day(send, uploader, monkeypatch):
    monkeypatch.setattr(limits, "SUBJECT_BYTES", len(pdf()) + 10)
    first = send(pdf())
    with pytest.raises(services.TooMuch, match="together"):
        send(pdf())

    monkeypatch.setattr(limits, "QUOTA_BYTES", len(pdf()) + 10)
    services.remove(first, because="a mistake", by=uploader, at=clock.now())
    with pytest.raises(services.QuotaUsed, match="24 hours"):
        send(pdf())
    send(pdf(), at=clock.now() + limits.QUOTA_PERIOD)


def test_what_is_removed_has_no_bytes_and_stays_a_row(checked, uploader, folder, django_capture_on_commit_callbacks):
    document = checked(pdf())

    with django_capture_on_commit_callbacks(execute=True):
        services.remove(document, because="withdrawn", by=uploader, at=clock.now())

    assert not bytes_in(folder)
    with pytest.raises(services.NotReleased, match="was removed"):
        services.open_for(uploader, document.public_id, at=clock.now())
    assert queries.of(KIND, SUBJECT) == []
    assert queries.by_ids([document.public_id])[document.public_id].label == "Removed"


@pytest.mark.parametrize(
    "change", ["name = 'other.pdf'", "sha256 = repeat('0', 64)", "subject = 'x'", "state = 'clean'"]
)
def test_what_a_row_says_cannot_be_changed(change, send):
    document = send(pdf())

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_document SET {change} WHERE id = %s", [document.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()


def test_each_download_stands_in_the_trail(checked, uploader):
    document = checked(pdf())

    for _time in range(2):
        services.open_for(uploader, document.public_id, at=clock.now()).file.close()

    events = AuditEvent.objects.filter(subject=document.public_id).order_by("position").values_list("kind", flat=True)
    assert list(events) == ["document.received", "document.released", "document.read", "document.read"]


def test_a_stream_that_gives_little_at_a_time_is_read_whole(uploader, organisation, folder):
    class Slow(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(min(size, 7))

    content = pdf()
    document = services.receive(
        Slow(content), name="p.pdf", kind=KIND, subject=SUBJECT, organisation=organisation, by=uploader, at=clock.now()
    )

    assert document.size_bytes == len(content)
    assert bytes_in(folder)[0].read_bytes() == content
