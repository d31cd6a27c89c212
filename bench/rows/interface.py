"""A list of the interface through the whole product: token, scope, limit, rows within reach, and the call noted."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client as Browser
from django.test import RequestFactory, override_settings

from accelerator.applications.models import Application, Intake
from accelerator.challenges.models import Call, Programme
from bench.harness import Arm, Beside, Operation, Timed
from bench.peers_of_lists import ALL, JOINED, ONE_BY_ONE, READY
from bench.rows import timing
from core import clock
from core.clients import services
from core.organisations.models import Organisation
from core.people import queries as people
from demo import people as accounts
from demo import world

ROWS = 50
SLUG, NATION = "rehearsal-2027", "NO"
CALLS_A_MINUTE = 6000
PATH = f"/api/v1/applications?limit={ROWS}"
PEER = {"MIDDLEWARE": ["django.middleware.security.SecurityMiddleware", "bench.peers_of_lists.at_their_addresses"]}
"""Of the product's frame the peers have nothing but their own authentication and permission."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A client that brought fifty applications in, and its token."""

    token: str


def operations(*, full: bool) -> Iterator[Operation]:
    """Row 10: requests one after the other, and where there are enough of them the slowest of a hundred."""
    on, count = ground(), 100 if full else 2
    arms = {name: _asking(on, path, count) for name, path in ALL.items()}
    yield Operation(
        10,
        f"{count} times {ROWS} applications as a list",
        _asking(on, PATH, count),
        [
            Beside("DRF, queries by the row", arms[ONE_BY_ONE]),
            Beside("DRF, joined", arms[JOINED], at_least=4),
            Beside("limit: the answer ready made", arms[READY], at_most=1 / 0.15),
        ],
        _equal,
        "DRF with OAuth2Authentication and TokenHasScope, without limit, log of calls and the frame of pages",
    )
    if full:
        ours, joined = (_slowest(on, path, count) for path in (PATH, ALL[JOINED]))
        yield Operation(10, f"the slowest of {count}", ours, [Beside("DRF, joined", joined, at_least=5)], _equal)


def ground() -> Ground:
    """The demo's open call, and what a portal of one nation brought to it."""
    world.play()
    first, second = (people.by_email(address) for address in (accounts.PROGRAMMES, accounts.SECOND_PROGRAMMES))
    if first is None or second is None:
        raise AssertionError("the demo has its people")
    programme, at = Programme.objects.get(slug=SLUG), clock.now()
    made = services.request(
        organisation=Organisation.objects.order_by("pk")[0],
        name="Bench",
        what_for="To measure a list.",
        domain="accelerator",
        scopes=["applications:read"],
        reach=[f"programme:{programme.public_id}", f"nation:{NATION}"],
        addresses=[],
        calls_a_minute=CALLS_A_MINUTE,
        expires_on=clock.today() + timedelta(days=30),
        by=first,
        on=clock.today(),
        at=at,
    )
    client = services.approve(made, by=second, on=clock.today(), at=at)
    _bring(client.person, programme)
    asked = Browser(headers={"host": "localhost"}).post(
        "/api/oauth/token",
        {
            "grant_type": "client_credentials",
            "client_id": client.public_id,
            "client_secret": services.make_secret(client, by=second, at=at),
        },
    )
    return Ground(asked.json()["access_token"])


def _bring(by: Any, programme: Programme) -> None:
    call, at = Call.objects.filter(programme=programme, state="published").order_by("pk")[0], clock.now()
    told = {"kind": "company", "nation_id": NATION, "is_self_registered": True, "registered_by": by, "created_at": at}
    startups = Organisation.objects.bulk_create(Organisation(name=f"Bench {n}", **told) for n in range(ROWS))
    challenge = programme.challenges.order_by("pk")[0]
    begun = {"call": call, "challenge": challenge, "form_digest": call.digest, "begun_by": by, "begun_at": at}
    rows = Application.objects.bulk_create(Application(organisation=one, **begun) for one in startups)
    Intake.objects.bulk_create(
        Intake(application=one, by=by, external_id=one.public_id, digest="0" * 64, at=at) for one in rows
    )


def _asking(on: Ground, path: str, count: int) -> Arm:
    ask = _asker(on, path)

    def work() -> list[Any]:
        for _turn in range(count - 1):
            ask()
        return _rows(ask())

    return timing.arm(work)


def _slowest(on: Ground, path: str, count: int) -> Arm:
    ask = _asker(on, path)

    def timed() -> Timed:
        times, answer = [], b""
        for _turn in range(count):
            begun = time.perf_counter()
            answer = ask()
            times.append(time.perf_counter() - begun)
        return Timed(max(times), _rows(answer))

    return timed


def _asker(on: Ground, path: str) -> Callable[[], bytes]:
    """One request to a handler of its own, as a server makes it; the answer's bytes."""
    asked = RequestFactory(headers={"host": "localhost", "authorization": f"Bearer {on.token}"})
    with override_settings(**({} if path == PATH else PEER)):
        handler = WSGIHandler()

    def ask() -> bytes:
        said: list[str] = []

        def start(status: str, *_given: Any) -> Callable[[bytes], object]:
            said.append(status)
            return lambda _bytes: None

        chunks: Iterable[bytes] = handler(asked.get(path).environ, start)
        body = b"".join(chunks)
        if said != ["200 OK"]:
            raise AssertionError(f"{path} answered {said}: {body[:200]!r}")
        return body

    return ask


def _rows(answer: bytes) -> list[Any]:
    told = json.loads(answer)
    rows: list[Any] = told.get("data") or told["results"]
    return rows


def _equal(its: Any, ours: Any) -> bool:
    return len(ours) == ROWS and bool(its == ours)
