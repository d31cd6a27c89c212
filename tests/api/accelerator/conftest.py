"""Two programmes with open calls and start-ups of two nations; a portal of Estonia's that reaches the first programme."""

from dataclasses import dataclass
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from accelerator.grants import services as grants
from core import clock
from tests.factories import accelerator as programmes
from tests.factories import applications, clients, cohorts, nations, people
from tests.factories import programme_calls as calls

OPEN_AT = applications.OPEN_AT
CLOSED_AT = datetime(2026, 9, 1, 12, tzinfo=timezone.utc)
EVERYTHING = [
    *("programmes:read", "challenges:read", "cohorts:read", "funding:read", "applications:read", "applications:write"),
    *("documents:read", "documents:write", "organisations:read", "jobs:read"),
]
CANARY = "CANARY"
"""In the name of whatever Estonia's portal must never be told of."""


@dataclass
class Programme:
    """A programme with its challenge and its open call."""

    row: object
    challenge: object
    call: object


@pytest.fixture(autouse=True)
def _while_calls_are_open():
    with clock.standing_at(OPEN_AT):
        yield


@pytest.fixture
def world(system):
    for code in ("EE", "LU", "US"):
        nations.ally(code, system=system)
    first, second = (people.person(role="programme-manager", system=system) for _each in range(2))

    def made(slug):
        row = programmes.programme(slug, by=system)
        challenge = programmes.challenge(row, f"{slug}-SEA", by=system)
        return Programme(row, challenge, calls.published(row, by=first, second=second))

    return SimpleNamespace(first=first, second=second, ours=made("ours"), theirs=made("theirs"), system=system)


@pytest.fixture
def portal(world):
    return portal_of(world)


def portal_of(world, *, scopes=EVERYTHING, programme=None, nation="EE"):
    programme = programme or world.ours
    made = clients.client(
        system=world.system,
        scopes=scopes,
        reach=[f"programme:{programme.row.public_id}", f"nation:{nation}"],
        domain="accelerator",
    )
    return clients.Caller(made)


def applied(world, of, name, *, nation="EE", is_sent=True):
    """An application that a start-up wrote in the portal by itself."""
    startup = applications.startup(name, nation=nation, by=world.system)
    owner = applications.owner(startup, system=world.system)
    make = applications.submitted if is_sent else applications.begun
    return make(of.call, startup, by=owner, challenge=of.challenge)


def takes_part(world, of, name, *, nation="EE"):
    """A participation whose first milestone was accepted and paid; answers with the payment."""
    startup = applications.startup(name, nation=nation, by=world.system)
    owner = applications.owner(startup, system=world.system)
    row = cohorts.participating(of.row, startup, by=world.first, second=world.second, owner=owner)
    milestone = cohorts.accepted(row, by=world.first, second=world.second, owner=owner)
    officers = [people.person(role="ethics-officer", system=world.system) for _each in range(2)]
    cohorts.cleared(row, officer=officers[0], second=officers[1])
    cohorts.budget(of.row, by=world.first)
    line = cohorts.payment(milestone, "40000.00", key=f"key-of-{nation.lower()}-form", by=world.first)
    grants.approve(line, by=world.second, on=cohorts.BEGAN_ON, at=cohorts.OFFERED_AT)
    paid_on, reference = cohorts.BEGAN_ON, "SEPA-1"
    return grants.pay(line, paid_on=paid_on, reference=reference, by=world.first, on=paid_on, at=cohorts.OFFERED_AT)


def body(of, external_id="ee-1", /, *, nation="EE", name="Sügav Kõrv OÜ", **given):
    told = {
        "external_id": external_id,
        "call": of.call.public_id,
        "challenge": of.challenge.code,
        "organisation": {"name": name, "nation": nation, "founded_on": "2024-05-02"},
        "answers": {"1.1": "It hears.", "1.2": "1", "2.1": "Five engineers.", "2.2": "0"},
        "submit": False,
    }
    return told | given
