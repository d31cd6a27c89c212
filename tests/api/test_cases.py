"""Every kind of client at every operation, about things of its own, of another's, and of nobody's, as the policy table says."""

import pytest

from core import clock
from core.api.scopes import ANY, Domain
from core.clients import contract, door, services
from tests import sampling
from tests.api import checking, kinds
from tests.api.accelerator import conftest as portals
from tests.api.kinds import Kind
from tests.factories import clients, pools
from tests.factories.cohorts import OFFERED_AT

pytestmark = pytest.mark.django_db
world = portals.world
OWN, OTHER, NOBODY = "own", "other", "nobody's"
LEAST = 700
"""Distinct cases: a kind of client, an operation, and whose the thing is."""
ONE_IN = 6
OF_THE_PORTAL = ("programmes", "calls", "participations", "payments")
"""Of which the portal reads its own, and is told that there is nothing of anybody else's."""


@pytest.fixture(autouse=True)
def _after_offers():
    with clock.standing_at(OFFERED_AT):
        yield


@pytest.fixture
def everybody(system, world):
    """The kinds of a fund's clients, of a programme's, and two that are let in nowhere any more."""
    pools.played(system=system)
    found = [(one, _owned(one)) for one in kinds.of_the_fund(system)]
    ours = portals.takes_part(world, world.ours, "Deep Ear")
    theirs = portals.takes_part(world, world.theirs, "Far Ear", nation="LU")
    known = {OWN: _of_programme(world.ours, ours), OTHER: _of_programme(world.theirs, theirs)}
    every = kinds.scopes_of(Domain.ACCELERATOR)
    made = {
        "portal": {"scopes": every, "reach": [f"programme:{world.ours.row.public_id}", "nation:EE"]},
        "programme alone": {"scopes": every, "reach": [f"programme:{world.ours.row.public_id}"]},
        "nation alone": {"scopes": every, "reach": ["nation:EE"]},
        "reader of programmes": {"scopes": ["programmes:read"], "reach": [f"programme:{world.ours.row.public_id}"]},
    }
    for name, given in made.items():
        one = clients.client(system=system, domain="accelerator", calls_a_minute=6000, **given)
        found.append((Kind(name, clients.Caller(one)), known))
    revoked = clients.client(system=system, scopes=kinds.scopes_of(Domain.FUND), calls_a_minute=6000)
    gone = Kind("revoked", clients.Caller(revoked))
    services.revoke(revoked, reason="Ended", by=revoked.decided_by, at=clock.now())
    return [*found, (gone, {})]


def _owned(kind):
    notices = kind.seeds["notices"]
    return {
        OWN: {**kind.seeds, "notices": notices[:1]},
        OTHER: {"notices": notices[1:], "programmes": ["programme_x"], "commitments": kind.seeds["commitments"]},
    }


def _of_programme(of, line):
    participation = line.milestone.phase.participation
    return {
        "programmes": [of.row.public_id],
        "calls": [of.call.public_id],
        "participations": [participation.public_id],
        "payments": [line.public_id],
    }


def _operations():
    for path, item in checking.told()["paths"].items():
        for method in item:
            yield method.upper(), path.removeprefix("/api/v1/"), contract.scope_of(path, method.upper())


def _cases(everybody):
    for kind, known in everybody:
        for method, path, scope in _operations():
            whose = (OWN, OTHER, NOBODY) if "{" in path else (OWN,)
            for one in whose:
                ids = known.get(one, {}).get(path.split("/")[0], []) if "{" in path else [""]
                yield kind, method, path, scope, one, (ids or [f"{path.split('/')[0][:4]}_0000000000000000"])[:2]


def _status(kind, method, address):
    if method == "GET":
        return kind.caller.get(address).status_code
    key = {"Idempotency-Key": f"{kind}-{address}"[:60], "If-Match": '"forged"'}
    return kind.caller.send(method, address, {}, **key).status_code


def test_a_client_is_answered_as_the_policy_table_says(everybody):
    wrong, seen = [], set()
    for kind, method, path, scope, whose, ids in _cases(everybody):
        seen.add((str(kind), method, path, whose))
        is_told = str(kind) == "portal" and path.split("/")[0] in OF_THE_PORTAL
        if not sampling.FULL and not is_told and sampling.turn(f"{kind} {method} {path} {whose}", ONE_IN):
            continue
        kinds.fresh_minute()
        for one in ids:
            address = path.replace("{public_id}", one)
            status = _status(kind, method, address)
            told = path.split("/")[0] in OF_THE_PORTAL and "{" in path and (str(kind), method) == ("portal", "GET")
            if not _fits(kind, scope, whose, method, status) or (told and (status == 200) is not (whose == OWN)):
                wrong.append((str(kind), method, address, whose, status))
    assert wrong == []
    assert len(seen) >= LEAST


def _fits(kind, scope, whose, method, status):
    if kind.name == "revoked":
        return status == 401
    if scope != ANY and scope not in kind.caller.client.scopes:
        return status == 403
    if whose == NOBODY:
        return status in {404, 400, 428}
    return status not in {401, 403, 405} and status < 500


def test_control_without_the_door_s_question_for_the_scope_it_is_noticed(everybody, monkeypatch):
    kind = next(one for one, _known in everybody if one.name == "reader of rates")
    assert kind.caller.get("funds").status_code == 403
    monkeypatch.setattr(door.scopes, "ANY", "funds:read")

    assert not _fits(kind, "funds:read", OWN, "GET", kind.caller.get("funds").status_code)
