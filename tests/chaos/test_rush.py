"""
The rush before a deadline over real sockets: many start-ups upload and submit at once, and no file is lost.

The web server stands as it is served, two processes of four threads, beside a worker with two children that checks the
files meanwhile. Passes small in every run; FULL=1 takes 60 start-ups with five files of about a megabyte each.
"""

import hashlib
import http.client
import io
import random
import re
import socket
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from statistics import quantiles

import pytest
from django.test import Client
from PIL import Image

from accelerator.applications.models import Submission
from accelerator.challenges import queries as challenges
from accelerator.challenges import services
from core import clock
from core.documents import storage
from core.documents.models import Document
from core.people import services as people_services
from tests.chaos.conftest import FULL
from tests.factories import accelerator as programmes
from tests.factories import applications as factory
from tests.factories import nations, people
from tests.factories import programme_calls as calls
from tests.factories.applications import CLOSES_AT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

STARTUPS, FILES, SIDE_PIXELS = (60, 5, 600) if FULL else (6, 2, 40)
AT_ONCE = 30 if FULL else 6
BEFORE = timedelta(minutes=14)
"""So long before the deadline the first one begins."""
SUBMITTED_IN_SECONDS = 1.5
"""p95 of submitting, judged in full alone: of six the slowest says little."""
WORDS = services.Question("short", "Say it.", "Dites-le.", words_at_most=20)
FILE = services.Question("file", "Evidence?", "Preuves ?")
TOKEN = "a" * 32
END_BYTES = 12
"""Of the chunk that ends a PNG."""
READ = re.compile(rb'name="read" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """Somebody who is signed in, over one connection; every status and time that she saw."""

    port: int
    session: str
    statuses: list[int] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, what, method, address, body=None, kind="application/x-www-form-urlencoded", further=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": f"session={self.session}; csrf={TOKEN}", "X-CSRFToken": TOKEN, "Content-Type": kind}
        headers |= dict(further)
        begun = time.perf_counter()
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.seconds.setdefault(what, []).append(time.perf_counter() - begun)
        self.statuses.append(answer.status)
        connection.close()
        return answer.status, answer.headers.get("Location", ""), content

    def upload(self, address, name, content):
        """As the page's script sends a file: its bytes as they are."""
        return self.ask("upload", "POST", address, content, "application/octet-stream", {"X-File-Name": name})[0]


@dataclass(frozen=True)
class Sent:
    """What one start-up sent, digests by the name of the file, and the receipt that it then read."""

    public_id: str
    digests: dict[str, str]
    browser: Browser
    receipt: bytes


@pytest.fixture
def ready():
    """Drafts of as many start-ups, in words complete and without files, each with somebody who is signed in."""
    system = people_services.ensure_system(at=people.JOINED_AT)
    for code in ("EE", "LU"):
        nations.ally(code, system=system)
    first, second = (people.person(role="programme-manager", system=system) for _manager in range(2))
    call = calls.drafted(programmes.programme(by=system), by=first)
    services.set_sections(call, calls.SECTIONS[:1], by=first, at=calls.DRAFTED_AT)
    services.set_questions(challenges.sections(call)[0], (WORDS, FILE), by=first, at=calls.DRAFTED_AT)
    services.set_criteria(call, calls.CRITERIA, by=first, at=calls.DRAFTED_AT)
    call = services.submit_call(call, by=first, at=calls.DRAFTED_AT)
    call = services.publish_call(call, digest=challenges.digest(call), by=second, at=calls.DRAFTED_AT)
    return [_draft(call, number, system) for number in range(STARTUPS)]


def _draft(call, number, system):
    startup = factory.startup(f"Start-up {number}", by=system)
    owner = factory.owner(startup, system=system)
    draft = factory.begun(call, startup, by=owner)
    factory.save(draft, {1: "It hears."}, by=owner)
    with clock.standing_at(CLOSES_AT - BEFORE):
        return draft.public_id, people.signed_in(Client(), owner).session.session_key


@pytest.fixture
def served(ground_of):
    """A web server and a worker a quarter of an hour before the deadline; the worker may be let loose later."""
    offset = int((CLOSES_AT - BEFORE - datetime.now(timezone.utc)).total_seconds())
    ground = ground_of(CLOCK_OFFSET_SECONDS=str(offset))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ground.web_as_served(port)
    ground.wait(lambda: _answers(port), "the web server does not come")
    return ground, port


def _answers(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def rush(ready, port):
    """Everybody at once: upload file after file, read the check page, submit, read the receipt."""
    _noise()
    with ThreadPoolExecutor(AT_ONCE) as browsers:
        return list(browsers.map(lambda one: _send(port, *one), ready))


def _send(port, public_id, session):
    browser, here = Browser(port, session), f"/portal/applications/{public_id}"
    contents = {f"trial-{number}.png": _picture(f"{public_id} {number}") for number in range(FILES)}
    for name, content in contents.items():
        browser.upload(f"{here}/sections/1/files/2/add", name, content)
    _, _, page = browser.ask("check", "GET", f"{here}/check")
    found = READ.search(page)
    read = found[1].decode() if found else ""
    status, receipt, page = browser.ask("submit", "POST", f"{here}/check", f"read={read}")
    assert status == 302, page[-3000:]
    _, _, page = browser.ask("receipt", "GET", receipt)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return Sent(public_id, digests, browser, page)


@cache
def _noise():
    """A picture that no packing makes smaller, made once: senders and server share the cores."""
    size = (SIDE_PIXELS, SIDE_PIXELS)
    buffer = io.BytesIO()
    pixels = random.Random(7).randbytes(3 * SIDE_PIXELS**2)
    Image.frombytes("RGB", size, pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _picture(name):
    """The same with a remark of its own, which makes another file of it."""
    text = b"Comment\0" + name.encode()
    chunk = b"tEXt" + text
    told = len(text).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return _noise()[:-END_BYTES] + told + _noise()[-END_BYTES:]


def lost(sent):
    """Files whose bytes on disk, whose row or whose line in what was submitted is not what the client sent."""
    wanted = {(one.public_id, name, digest) for one in sent for name, digest in one.digests.items()}
    stored = {
        (one.subject, one.name, hashlib.sha256(storage.path_of(one.key).read_bytes()).hexdigest())
        for one in Document.objects.filter(removed_at__isnull=True)
    }
    submitted = {
        (one.application.public_id, file["name"], file["sha256"])
        for one in Submission.objects.select_related("application")
        for section in one.content["sections"]
        for answer in section["answers"]
        for file in answer.get("files", ())
    }
    return (wanted - stored) | (wanted - submitted) | (submitted - wanted)


def test_the_rush_loses_no_file_and_answers_everybody(ready, served):
    ground, port = served
    worker = ground.worker(children=2)
    ground.wait_for(worker)
    begun = time.monotonic()

    sent = rush(ready, port)

    rushed = time.monotonic() - begun
    waiting = Document.objects.exclude(state="clean").count()
    ground.wait(lambda: not Document.objects.exclude(state="clean").exists(), "files wait for their check")
    told(sent, rushed, time.monotonic() - begun, waiting)
    assert {status for one in sent for status in one.browser.statuses} == {200, 302}
    assert Submission.objects.count() == STARTUPS
    assert all(one.received_at < CLOSES_AT for one in Submission.objects.all())
    assert Document.objects.count() == STARTUPS * FILES
    assert lost(sent) == set()
    assert [name for one in sent for name in one.digests if name.encode() not in one.receipt] == []
    assert not FULL or p95(sent, "submit") < SUBMITTED_IN_SECONDS


def test_what_waits_for_its_check_does_not_hold_up_who_submits(ready, served):
    """No worker at all: everything stays in quarantine, and everybody submits nevertheless."""
    _, port = served

    sent = rush(ready[:6], port)

    assert {status for one in sent for status in one.browser.statuses} == {200, 302}
    assert set(Document.objects.values_list("state", flat=True)) == {"quarantined"}
    assert lost(sent) == set()


def test_control_one_byte_that_changes_on_disk_is_a_lost_file(ready, served):
    _, port = served
    sent = rush(ready[:1], port)
    (first, *_) = Document.objects.order_by("pk")
    path = storage.path_of(first.key)
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    assert [name for _, name, _ in lost(sent)] == [first.name]


def p95(sent, what):
    times = [seconds for one in sent for seconds in one.browser.seconds[what]]
    return quantiles(times, n=20)[-1]


def told(sent, rushed, checked, waiting):
    times = ", ".join(f"{what} {p95(sent, what):.2f} s" for what in ("upload", "check", "submit", "receipt"))
    sys.stdout.write(
        f"{STARTUPS} start-ups, {FILES} files each, {AT_ONCE} at once: {rushed:.1f} s; p95 {times}; "
        f"{waiting} waited for their check then, all clean after {checked:.1f} s\n"
    )
