"""Every client at every operation: in, refused by scope, or nothing there; and nobody finds a word of what is not its own."""

import pytest

from accelerator.cohorts.models import Participation
from core import clock
from core.api.scopes import ANY
from core.clients import contract
from core.webhooks.services import dispatching
from portfolio.capital_calls.models import CallNotice
from tests.api import checking, kinds, programme_kinds, programme_world
from tests.factories import clients, pools

pytestmark = pytest.mark.django_db


MOST_IDS = 24


@pytest.fixture
def everybody(system, tmp_path, settings):
    """Every kind of client of both domains, with two funds and two programmes."""
    settings.DOCUMENTS_FOLDER, settings.CLAMAV_ADDRESS = tmp_path / "documents", ""
    pools.played(system=system)
    other = pools.committed(system=system, name=kinds.OTHER_FUND)
    of_the_fund = kinds.of_the_fund(system)
    for kind in of_the_fund:
        kind.seeds["funds"].append(other.fund.public_id)
    of_programmes = programme_kinds.of_programmes(programme_world.played(system))
    for kind in (*of_the_fund, *of_programmes):
        kind.hidden = kinds.canaries(kind) if kind in of_the_fund else programme_kinds.canaries(kind)
    dispatching.dispatch(at=clock.now())
    for kind in of_the_fund:
        kind.heard = kinds.may_hear(kind)
    return of_the_fund + of_programmes


def _operations():
    for path, item in checking.told()["paths"].items():
        for method in item:
            yield method.upper(), path.removeprefix("/api/v1/"), contract.scope_of(path, method.upper())


def _addresses(path, kind):
    ids = [*kind.seeds.get(kinds.before_id(path), [])[:MOST_IDS], "x"]
    return [path.replace("{public_id}", one) for one in ids] if "{" in path else [path]


def test_a_scope_opens_its_operations_and_no_other(everybody):
    wrong, asked = [], 0
    for kind in everybody:
        kinds.fresh_minute()
        for method, path, scope in _operations():
            is_let_in = scope == ANY or scope in kind.caller.client.scopes
            for address in _addresses(path, kind):
                answer = _asked(kind, method, address)
                status = answer.status_code
                kinds.content_of(answer)
                asked += 1
                if (status == 403) is is_let_in or status in {401, 405} or status >= 500:
                    wrong.append((str(kind), method, address, status))
    assert wrong == []
    assert asked > 100


def _asked(kind, method, address):
    if method == "GET":
        return kind.caller.get(address)
    return kind.caller.send(method, address, {}, **{"Idempotency-Key": f"{kind}-{address}", "If-Match": "*"})


def test_nobody_finds_a_word_of_what_is_not_its_own(everybody):
    found = []
    for kind in everybody:
        kinds.fresh_minute()
        for method, path, _scope in _operations():
            if method != "GET":
                continue
            for address in _addresses(path, kind):
                found += [(str(kind), address, one) for one in kinds.found_in(kind, kind.caller.get(address), address)]
    assert found == []
    assert {str(kind): len(kind.hidden) for kind in everybody if len(kind.hidden) < 20} == {}


def test_control_without_the_filter_the_others_are_found(everybody, monkeypatch):
    from portfolio.capital_calls import sharing

    monkeypatch.setattr(
        sharing, "notices", lambda _caller: CallNotice.objects.select_related("call__fund", "commitment")
    )
    assert kinds.found_in(everybody[0], everybody[0].caller.get("notices"), "")


def test_control_without_the_nation_other_nations_start_ups_are_found(everybody, monkeypatch):
    from accelerator.cohorts import sharing

    def of_all_nations(caller):
        rows = Participation.objects.filter(programme__public_id__in=caller.programmes)
        return rows.select_related("programme", "organisation", "member").prefetch_related("steps")

    (portal,) = (kind for kind in everybody if kind.name == "national portal")
    assert not kinds.found_in(portal, portal.caller.get("participations"), "")
    monkeypatch.setattr(sharing, "participations", of_all_nations)
    for path in ("participations", "payments", "milestones"):
        assert kinds.found_in(portal, portal.caller.get(path), ""), path


def test_rights_end_with_the_grant(everybody):
    treasury = everybody[0]
    grant = treasury.caller.client.person.grants.get(scope_kind="nation")
    assert treasury.caller.get("notices").json()["data"]
    from core.people.models import RoleGrant

    RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=clock.now(), revoked_by=treasury.caller.client.decided_by)
    assert treasury.caller.get("notices").json()["data"] == []


def test_a_client_of_one_domain_gets_no_scope_of_the_other(system):
    from core.clients.services import UnfitScopes

    with pytest.raises(UnfitScopes):
        clients.client(system=system, scopes=["pool:read"], domain="accelerator")
