"""Whatever is sent: it is turned away in words, refused in words, or kept and handed out as an attachment; it harms nobody."""

import os
import subprocess
import sys
import time

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.documents import media, scanning, services, words
from core.documents.inspecting.__main__ import MEMORY_BYTES
from core.documents.models import Document
from core.errors import DomainError
from tests.core.documents.conftest import bytes_in
from tests.core.documents.good import GOOD
from tests.core.documents.hostile import ANY, CASES, TYPE
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db


MEASURED = """
import os, sys
from core.documents.inspecting.__main__ import main
ended = main(sys.argv[2:])
told = dict(line.split(":", 1) for line in open("/proc/self/status"))
os.write(int(sys.argv[1]), told["VmHWM"].split()[0].encode())
sys.exit(ended)
"""
"""The inspector, and then the most memory that it held, in kilobytes, to a pipe."""


@pytest.fixture
def usage(monkeypatch):
    """What each inspector used: its most memory in bytes, zero where it was ended, and its seconds on the wall."""
    used = []
    run = subprocess.run

    def measured(command, **given):
        told, telling = os.pipe()
        began = time.monotonic()
        try:
            return run([command[0], "-c", MEASURED, str(telling), *command[3:]], pass_fds=[telling], **given)
        finally:
            os.close(telling)
            with os.fdopen(told) as pipe:
                used.append((int(pipe.read() or 0) * 1024, time.monotonic() - began))

    monkeypatch.setattr(scanning.subprocess, "run", measured)
    return used


def became(case, send):
    """The code of what came of a case, and the sentence that its sender reads."""
    is_for_archives = case.name.endswith(".zip") and case.becomes != TYPE
    content = case.content() if callable(case.content) else case.content
    try:
        document = send(content, case.name, accepts=ANY if is_for_archives else media.ORDINARY)
    except DomainError as refusal:
        return refusal.code, str(refusal), None
    document = services.check(document.pk, at=clock.now())
    return document.reason or document.state, str(words.reason(document.reason, document.name)), document


@pytest.mark.parametrize("case", CASES, ids=[case.story for case in CASES])
def test_a_hostile_or_odd_file_harms_nobody(case, send, folder, usage, uploader, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        code, sentence, document = became(case, send)

    assert code in case.becomes.split("|"), sentence
    assert all(memory <= MEMORY_BYTES and seconds <= scanning.WALL_SECONDS + 2 for memory, seconds in usage)
    assert len(usage) == (document is not None)
    if code == "clean":
        _is_served_apart(document, uploader)
        return
    assert len(sentence) > 40, "a refusal says what is wrong, which rule, and what to do"
    assert "{" not in sentence
    if document is None:
        assert not bytes_in(folder)
        assert not Document.objects.exists()
    else:
        assert Client().get(reverse("documents:download", args=[document.public_id])).status_code in (302, 403)
        answer = signed_in(Client(), uploader).get(reverse("documents:download", args=[document.public_id]))
        assert answer.status_code == 409


def _is_served_apart(document, reader):
    answer = signed_in(Client(), reader).get(reverse("documents:download", args=[document.public_id]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-site"
    assert answer["Cache-Control"] == "no-store"
    assert "text/html" not in answer["Content-Type"]


def test_there_are_many_of_them():
    assert len(CASES) >= 60


def test_each_reason_has_a_sentence_a_short_name_and_a_case():
    tried = {code for case in CASES for code in case.becomes.split("|")}

    assert words.REASONS.keys() == words.RULES.keys()
    assert words.REASONS.keys() <= tried


@pytest.mark.parametrize("name", GOOD)
def test_good_files_pass(name, checked):
    assert checked(GOOD[name], name).state == "clean"


def _inspector_of(program, monkeypatch):
    """Another program in the inspector's place, by the same way."""
    run = subprocess.run

    def started(command, **given):
        return run([sys.executable, "-c", program], **given)

    monkeypatch.setattr(scanning.subprocess, "run", started)


def test_an_inspector_that_never_ends_is_ended_and_its_file_refused(checked, monkeypatch):
    monkeypatch.setattr(scanning, "WALL_SECONDS", 2)
    monkeypatch.setattr(scanning, "_seconds_of_children", iter([0, 1.5]).__next__)
    _inspector_of("while True: pass", monkeypatch)

    document = checked(GOOD["plan.pdf"])

    assert (document.state, document.reason) == ("refused", "too-complex")


def test_an_inspector_that_a_busy_machine_hardly_lets_compute_says_nothing(send, monkeypatch):
    monkeypatch.setattr(scanning, "WALL_SECONDS", 0.5)
    _inspector_of("import time; time.sleep(60)", monkeypatch)
    document = send(GOOD["plan.pdf"])

    with pytest.raises(services.CheckerAway):
        services.check(document.pk, at=clock.now())

    assert Document.objects.get().state == "quarantined"


def test_an_inspector_that_breaks_refuses_its_file(checked, monkeypatch):
    _inspector_of("import os; os.abort()", monkeypatch)

    assert checked(GOOD["plan.pdf"]).reason == "unreadable"


def test_what_an_inspector_says_is_believed_only_where_it_is_known(checked, monkeypatch):
    _inspector_of("print('clean and more')", monkeypatch)

    assert checked(GOOD["plan.pdf"]).reason == "unreadable"


def test_the_inspector_cannot_take_more_memory_than_it_may():
    program = (
        "from core.documents.inspecting import __main__ as inspector\n"
        "inspector._limit()\n"
        "try:\n    bytearray(600_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout == "refused\n"


def test_the_inspector_knows_nothing_of_the_products_secrets(checked, monkeypatch):
    seen = {}
    run = subprocess.run

    def started(command, **given):
        seen.update(given["env"])
        return run(command, **given)

    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(scanning.subprocess, "run", started)
    checked(GOOD["notes.txt"], "notes.txt")

    assert set(seen) == {"PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LC_ALL"}
