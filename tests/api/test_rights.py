"""Every client at every operation: in, refused by scope, or nothing there; and nobody finds a word of what is not its own."""

import pytest

from core.api.scopes import ANY
from core.clients import contract
from portfolio.capital_calls.models import CallNotice, CapitalCall, Receipt
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding, Transaction
from portfolio.ledger.models import Entry
from portfolio.valuations.models import ValuationRun
from tests.api import checking, kinds
from tests.factories import clients, pools

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(system):
    pools.played(system=system)
    other = pools.committed(system=system, name="Birch Fund")
    found = kinds.of_the_fund(system)
    for kind in found:
        kind.seeds["funds"].append(other.fund.public_id)
    return found


def _operations():
    for path, item in checking.told()["paths"].items():
        for method in item:
            yield method.upper(), path.removeprefix("/api/v1/"), contract.scope_of(path, method.upper())


def _addresses(path, kind):
    ids = [*kind.seeds.get(path.split("/")[0], []), "x"]
    return [path.replace("{public_id}", one) for one in ids] if "{" in path else [path]


def test_a_scope_opens_its_operations_and_no_other(everybody):
    wrong, asked = [], 0
    for kind in everybody:
        kinds.fresh_minute()
        for method, path, scope in _operations():
            is_let_in = scope == ANY or scope in kind.caller.client.scopes
            for address in _addresses(path, kind):
                status = _status(kind, method, address)
                asked += 1
                if (status == 403) is is_let_in or status in {401, 405} or status >= 500:
                    wrong.append((str(kind), method, address, status))
    assert wrong == []
    assert asked > 100


def _status(kind, method, address):
    if method == "GET":
        return kind.caller.get(address).status_code
    return kind.caller.send(
        method, address, {}, **{"Idempotency-Key": f"{kind}-{address}", "If-Match": "*"}
    ).status_code


def _ids(model, **wanted):
    return set(model.objects.filter(**wanted).values_list("public_id", flat=True))


def _canaries(kind):
    """Ids and amounts that the kind has no right to: of other nations, of the other fund, of drafts, of the books."""
    notices, commitments = _ids(CallNotice), _ids(Commitment)
    books = _ids(Entry) | _ids(Transaction) | _ids(Receipt)
    drafts = _ids(CapitalCall, issued_on=None)
    own = {"treasury": "EE"}.get(kind.name, "")
    elsewhere = set() if own else _ids(Fund, name="Birch Fund")  # Estonia is a partner there too
    theirs = (notices - _ids(CallNotice, commitment__nation=own)) | (commitments - _ids(Commitment, nation=own))
    hidden = theirs | books | drafts | elsewhere
    if kind.name != "observer":
        hidden |= _ids(ValuationRun) | (set() if kind.name == "manager" else _ids(Holding))
    if kind.name == "manager":
        hidden |= _ids(Holding, kind="direct")
    return hidden


def test_nobody_finds_a_word_of_what_is_not_its_own(everybody):
    found, looked_for = [], 0
    for kind in everybody:
        kinds.fresh_minute()
        canaries = _canaries(kind)
        looked_for += len(canaries)
        for method, path, _scope in _operations():
            if method != "GET":
                continue
            for address in _addresses(path, kind):
                answer = kind.caller.get(address)
                if answer.status_code >= 400:
                    continue  # an id that was asked for is not told again as a thing
                text = answer.content.decode()
                found += [(str(kind), address, one) for one in canaries if one in text]
    assert found == []
    assert looked_for >= 60


def test_control_without_the_filter_the_others_are_found(everybody, monkeypatch):
    from portfolio.capital_calls import sharing

    monkeypatch.setattr(
        sharing, "notices", lambda _caller: CallNotice.objects.select_related("call__fund", "commitment")
    )
    treasury = everybody[0]
    text = treasury.caller.get("notices").content.decode()
    assert any(one in text for one in _canaries(treasury))


def test_rights_end_with_the_grant(everybody):
    treasury = everybody[0]
    grant = treasury.caller.client.person.grants.get(scope_kind="nation")
    assert treasury.caller.get("notices").json()["data"]
    from core import clock
    from core.people.models import RoleGrant

    RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=clock.now(), revoked_by=treasury.caller.client.decided_by)
    assert treasury.caller.get("notices").json()["data"] == []


def test_a_client_of_one_domain_gets_no_scope_of_the_other(system):
    from core.clients.services import UnfitScopes

    with pytest.raises(UnfitScopes):
        clients.client(system=system, scopes=["pool:read"], domain="accelerator")
