"""Files of an application, taken in whole: rights, limits, quarantine, digest, bytes that outlast a crash, row, job and trail."""

import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.test import Client

from accelerator.applications.models import Application
from accelerator.challenges.models import CallQuestion
from accelerator.panels import queries as panels
from bench import applicants
from bench.harness import Arm, Beside, Operation, Timed
from bench.rows.lists import signed_in
from core import clock
from core.documents import storage
from core.documents.models import Document
from core.people import queries as people
from demo import world

EDGE = "edge-of-the-bench"
CSV = b"name,value\n"
MORE_BY = 1.6
SHARE_OF_LIMIT = 0.4


@dataclass(frozen=True, slots=True)
class Ground:
    question: CallQuestion
    contents: tuple[bytes, ...]
    at: datetime


def operations(*, full: bool) -> Iterator[Operation]:
    """Row 11: through the whole product but for the socket, whose bytes are there at once."""
    world.play()
    question = (
        CallQuestion.objects.filter(kind=CallQuestion.Kind.FILE).select_related("section__call").order_by("pk")[0]
    )
    size = 5_000_000
    lines = CSV + b"x,1\n" * (size // 4)
    contents = tuple(lines[: size - 16] + secrets.token_hex(8).encode() for _file in range(8 if full else 2))
    ground = Ground(question, contents, question.section.call.opens_at)
    yield Operation(
        11,
        f"{len(contents)} files of 5 MB added to an application",
        _arm(ground, _as_bytes),
        [
            Beside("the same as a form, read whole first", _arm(ground, _as_form), at_least=MORE_BY),
            Beside("limit: digest, write, onto the disk", partial(_written, ground), at_most=1 / SHARE_OF_LIMIT),
        ],
        _equal,
        "rights, counts under a lock, a row, a job, the trail, and the list of files drawn as answer, of each",
    )


def _arm(ground: Ground, send: Callable[[Client, str, int, bytes], Any]) -> Arm:
    """To a draft of a new start-up each time: quotas count everything that was ever sent."""

    def timed() -> Timed:
        question, call = ground.question, ground.question.section.call
        with clock.standing_at(ground.at):
            owner, draft = _draft(ground)
            client = signed_in(owner)
            section, place = question.section.order, question.order
            address = f"/portal/applications/{draft.public_id}/sections/{section}/files/{place}/add"
            begun = time.perf_counter()
            answers = [send(client, address, number, content) for number, content in enumerate(ground.contents)]
            seconds = time.perf_counter() - begun
        if {one.status_code for one in answers} != {200}:
            raise AssertionError(f"a file was not taken for {call}")
        kept = Document.objects.filter(subject=draft.public_id)
        found = sorted(kept.values_list("sha256", "size_bytes"))
        for key in kept.values_list("key", flat=True):
            storage.delete(key)
        return Timed(seconds, found)

    return timed


def _draft(ground: Ground) -> tuple[Any, Application]:
    call = ground.question.section.call
    by = people.system()
    owner, of = applicants.startup(call, by=by, at=ground.at)
    row = Application.objects.create(
        call=call, challenge=panels.topics(call)[0], organisation=of, form_digest=call.digest,
        begun_by=owner, begun_at=ground.at, is_illustrative=True,
    )  # fmt: skip
    return owner, row


def _as_bytes(client: Client, address: str, number: int, content: bytes) -> Any:
    """As the page's script sends it."""
    name = {"X-File-Name": f"trial-{number}.csv"}
    return client.generic("POST", address, content, "application/octet-stream", headers=name)


def _as_form(client: Client, address: str, number: int, content: bytes) -> Any:
    """As the page sends it without a script: the same address and the same work, after the form was taken apart."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="trial-{number}.csv"\r\n\r\n'
    body = b"".join([head.encode(), content, f"\r\n--{EDGE}--\r\n".encode()])
    return client.generic("POST", address, body, f"multipart/form-data; boundary={EDGE}")


def _written(ground: Ground) -> Timed:
    """What the machine needs for the bytes alone."""
    folder = Path(tempfile.mkdtemp(dir=storage.folder()))
    begun = time.perf_counter()
    found = []
    for number, content in enumerate(ground.contents):
        found.append((hashlib.sha256(content).hexdigest(), len(content)))
        with (folder / str(number)).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    seconds = time.perf_counter() - begun
    shutil.rmtree(folder)
    return Timed(seconds, sorted(found))


def _equal(its: Any, ours: Any) -> bool:
    return bool(its == ours)
