"""Whatever stops in the middle: nothing is lost, nothing stays behind, and what rots is told of."""

import os
import socket
import struct
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core import clock, failpoints
from core.audit.models import AuditEvent
from core.documents import queries, services, storage
from core.documents.models import Document
from core.documents.services import keeping
from core.jobs.models import Job
from core.notifications.models import Message
from tests.core.documents.conftest import KIND, SUBJECT, bytes_in
from tests.core.documents.good import pdf
from tests.factories.jobs import done
from tests.factories.people import person

pytestmark = pytest.mark.django_db
CHECKED = ("document.released", "document.refused")


class Stopped(BaseException):
    """As a worker that is killed: nothing after it runs."""


def stop():
    raise Stopped


def age(folder, hours):
    for path in bytes_in(folder):
        moment = time.time() - hours * 3600
        os.utime(path, (moment, moment))


def judgements():
    return AuditEvent.objects.filter(kind__in=CHECKED).count()


@pytest.mark.parametrize("point", ["document.judged", "document.begun"])
def test_a_check_that_was_killed_is_made_again_and_once(point, send):
    document = send(pdf())
    with failpoints.installed(point, stop), pytest.raises(Stopped):
        services.check(document.pk, at=clock.now())
    assert Document.objects.get().state == "scanning"

    for _time in range(3):
        services.check(document.pk, at=clock.now())

    assert Document.objects.get().state == "clean"
    assert judgements() == 1


def test_a_check_that_comes_after_the_file_was_removed_says_nothing(send, uploader):
    document = send(pdf())
    services.remove(document, because="withdrawn", by=uploader, at=clock.now())

    services.check(document.pk, at=clock.now())

    assert Document.objects.get().state == "quarantined"
    assert judgements() == 0


def test_a_file_that_is_removed_while_it_is_checked_is_not_released(send, uploader):
    document = send(pdf())

    def remove():
        services.remove(document, because="withdrawn", by=uploader, at=clock.now())

    with failpoints.installed("document.judged", remove):
        services.check(document.pk, at=clock.now())

    assert Document.objects.get().state == "scanning"
    assert queries.by_ids([document.public_id])[document.public_id].label == "Removed"


def test_what_waits_too_long_is_put_on_the_list_again_and_not_twice(send):
    document = send(pdf())
    later = clock.now() + timedelta(minutes=10)
    assert services.check_waiting(at=later) == 0, "its first job still waits"
    Job.objects.update(state="running", lease="00000000-0000-0000-0000-000000000000", leased_until=later, attempts=3)
    Job.objects.update(state="dead", lease=None, leased_until=None, reason="stopped")

    assert [services.check_waiting(at=later) for _time in range(2)] == [1, 0]
    done(Job.objects.get(state="queued"))

    assert Document.objects.get(pk=document.pk).state == "clean"


def test_bytes_of_a_transaction_that_was_taken_back_are_swept_away_a_day_later(send, folder):
    kept = send(pdf())
    with transaction.atomic():
        send(pdf())
        transaction.set_rollback(True)
    assert len(bytes_in(folder)) == 2

    assert services.sweep() == 0
    age(folder, 25)
    assert [services.sweep() for _time in range(2)] == [1, 0]

    assert [path.name for path in bytes_in(folder)] == [kept.key]


def test_bytes_that_outlived_their_removal_are_swept_away(send, uploader, folder):
    services.remove(send(pdf()), because="withdrawn", by=uploader, at=clock.now())
    age(folder, 25)

    assert services.sweep() == 1
    assert not bytes_in(folder)


def test_a_file_that_rots_is_found_told_once_and_well_again_once_restored(checked, system, folder):
    keeper = person(role="administrator", system=system)
    document = checked(pdf())
    path = storage.path_of(document.key)
    path.write_bytes(b"%PDF-rotten")

    for day in range(2):
        job = keeping.start_verifying(by=system, at=clock.now() + timedelta(weeks=day))
        done(job)

    row = Document.objects.get()
    assert row.damaged_at is not None
    assert AuditEvent.objects.filter(kind="document.damaged").count() == 1
    assert Message.objects.filter(reader=keeper, title__contains=document.public_id).count() == 1

    path.write_bytes(pdf())
    done(keeping.start_verifying(by=system, at=clock.now() + timedelta(weeks=3)))

    row.refresh_from_db()
    assert row.damaged_at is None
    assert row.verified_at == clock.now()


def test_bytes_that_are_gone_before_their_check_are_told_and_their_file_waits(send, folder):
    document = send(pdf())
    storage.delete(document.key)

    done(Job.objects.get(key=document.public_id))

    row = Document.objects.get()
    assert (row.state, row.damaged_at) == ("quarantined", clock.now())
    assert services.check_waiting(at=clock.now() + timedelta(minutes=10)) == 0


# ClamAV's daemon ----------------------------------------------------------------------------------
@pytest.fixture
def daemon(tmp_path, settings):
    """Answers as clamd does: found where the stream has the word virus in it."""
    path = str(tmp_path / "clamd.sock")
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    server.settimeout(10)
    settings.CLAMAV_ADDRESS = f"unix://{path}"
    thread = threading.Thread(target=_answer, args=(server,), daemon=True)
    thread.start()
    yield server
    server.close()
    thread.join(11)


def _answer(server):
    while True:
        try:
            asked, _ = server.accept()
        except OSError:
            return
        with asked, asked.makefile("rb") as told:
            command = b""
            while not command.endswith(b"\0"):
                command += told.read(1)
            if command == b"zVERSION\0":
                asked.sendall(b"ClamAV 1.4.3/27800/Mon Jun  1 2026\0")
                continue
            content = b""
            while size := struct.unpack("!L", told.read(4))[0]:
                content += told.read(size)
            asked.sendall(b"stream: Test.Virus FOUND\0" if b"virus" in content else b"stream: OK\0")


def test_the_daemon_is_asked_where_there_is_one(daemon, checked):
    well, ill = checked(b"plain words", "notes.txt"), checked(b"a virus", "ill.txt")

    assert (well.state, ill.state, ill.reason) == ("clean", "refused", "infected")
    assert "ClamAV 1.4.3" in well.checked_by


@pytest.mark.parametrize("address", ["unix:///nowhere/clamd.sock", "tcp://127.0.0.1:1"])
def test_without_its_daemon_a_file_stays_in_quarantine_until_the_daemon_is_back(address, send, settings):
    settings.CLAMAV_ADDRESS = address
    document = send(pdf())

    with pytest.raises(services.CheckerAway):
        services.check(document.pk, at=clock.now())
    done(Job.objects.get(key=document.public_id))
    assert Document.objects.get().state == "quarantined"

    settings.CLAMAV_ADDRESS = ""
    assert services.check_waiting(at=clock.now() + timedelta(minutes=10)) == 1
    done(Job.objects.get(state="queued"))
    assert Document.objects.get().state == "clean"


# Two at once --------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("is_locked", [True, False], ids=["as it is", "without its lock, as a control"])
def test_of_two_files_that_pass_the_limit_together_one_is_taken(is_locked, send, organisation, uploader, monkeypatch):
    monkeypatch.setattr("core.documents.limits.SUBJECT_FILES", 1)
    if not is_locked:
        monkeypatch.setattr("core.locks.by_name", lambda *_names: None)
    both = threading.Barrier(2)
    count = queries.kept_of
    outcomes = []

    def counted(subject):
        found = count(subject)
        if not is_locked:
            both.wait(10)
        return found

    monkeypatch.setattr(queries, "kept_of", counted)

    def upload():
        try:
            with clock.standing_at(noon):
                both_begin.wait(10)
                send(pdf())
            outcomes.append("taken")
        except services.TooMany:
            outcomes.append("refused")
        finally:
            connection.close()

    noon, both_begin = clock.now(), threading.Barrier(2)
    threads = [threading.Thread(target=upload) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == (["refused", "taken"] if is_locked else ["taken", "taken"])
    assert len(queries.of(KIND, SUBJECT)) == (1 if is_locked else 2)
