"""A list of the interface through the whole product: token, scope, limit, rows within reach, and the call noted."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from statistics import quantiles
from typing import Any

from django.test import Client as Browser

from accelerator.applications.models import Application, Intake
from accelerator.challenges.models import Call, Programme
from bench import serving
from bench.harness import Arm, Beside, Operation, Timed
from bench.peers_of_lists import ALL, JOINED, ONE_BY_ONE, READY
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
SLOW, SLOW_IN_SMALL = serving.AT_ONCE, 2
"""So often the list is asked for that takes a question a row."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A client that brought fifty applications in, and its token."""

    token: str


def operations(*, full: bool) -> Iterator[Operation]:
    """Row 10: as they are served, several at once; and where enough are asked the slowest of a hundred."""
    on, count = ground(), 200 if full else serving.AT_ONCE
    slow = SLOW if full else SLOW_IN_SMALL
    ours, peers = (one.there() for one in servers())
    ask = {name: _asker(on, peers, path, count if name != ONE_BY_ONE else slow) for name, path in ALL.items()}
    own = _asker(on, ours, PATH, count)
    yield Operation(
        10,
        f"{ROWS} applications as a list, a request of {count}",
        _each(own),
        [
            Beside("DRF, queries by the row", _each(ask[ONE_BY_ONE])),
            Beside("DRF, joined", _each(ask[JOINED]), at_least=4),
            Beside("limit: the answer ready made", _each(ask[READY]), at_most=1 / 0.15),
        ],
        _equal,
        "DRF with OAuth2Authentication and TokenHasScope, without limit, log of calls and the frame of pages; "
        f"all by the same web server over {serving.AT_ONCE} connections",
    )
    if full:
        yield Operation(
            10,
            f"the slowest of a hundred, of {count}",
            _slowest(own),
            [Beside("DRF, joined", _slowest(ask[JOINED]), at_least=5)],
            _equal,
        )


@cache
def servers() -> tuple[serving.Served, serving.Served]:
    """That of the product and that of its peers, started when they are first asked for."""
    return serving.serve("config.wsgi"), serving.serve("bench.peers_served")


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


def _asker(on: Ground, port: int, path: str, count: int) -> Callable[[], serving.Asked]:
    headers = {"Authorization": f"Bearer {on.token}"}
    return lambda: serving.ask(port, path, headers, count)


def _each(ask: Callable[[], serving.Asked]) -> Arm:
    """The time of all over their number: what a request takes of the machine."""

    def timed() -> Timed:
        asked = ask()
        return Timed(asked.seconds / len(asked.each), _rows(asked.body))

    return timed


def _slowest(ask: Callable[[], serving.Asked]) -> Arm:
    """What one in a hundred waits longer than."""

    def timed() -> Timed:
        asked = ask()
        return Timed(quantiles(asked.each, n=100)[-1], _rows(asked.body))

    return timed


def _rows(answer: bytes) -> list[Any]:
    told = json.loads(answer)
    rows: list[Any] = told.get("data") or told["results"]
    return rows


def _equal(its: Any, ours: Any) -> bool:
    return len(ours) == ROWS and bool(its == ours)
