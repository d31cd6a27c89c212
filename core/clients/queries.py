"""What is known of clients: as people see them, and what they called."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from core.api import scopes as api_scopes
from core.api.callers import Caller
from core.api.scopes import ApiScope
from core.clients import rules
from core.clients.lifecycle import State
from core.clients.models import Client, ClientCall, ClientMinute, ClientSecret
from core.errors import NotFound
from core.people import policy
from core.people import rules as people
from core.people import scopes as people_scopes
from core.people.models import User
from core.people.roles import Scope

USAGE_KEPT = timedelta(days=90)


def visible_to(person: User) -> list[Client]:
    """Clients of the person's domain whose whole reach is hers; every one to an auditor. The newest first."""
    rows = Client.objects.select_related("organisation", "requested_by", "decided_by").order_by("-pk")
    return [one for one in rows if rules.may_see(person, one)]


def to_decide(among: Iterable[Client], *, by: User) -> list[Client]:
    """Those that wait for somebody's word, of clients that she sees."""
    return [one for one in among if rules.may_decide(by, one)]


def get(person: User, public_id: str) -> Client:
    """Raises NotFound."""
    found = (
        Client.objects.select_related("organisation", "requested_by", "decided_by", "revoked_by", "application")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotFound
    rules.require_seen(person, found)
    return found


def scopes() -> list[ApiScope]:
    """Every scope, as the packages declare them beside the rows of the policy table that ask for them."""
    policy.table()
    return api_scopes.everything()


def reaches(person: User, domain: str) -> dict[tuple[str, str], str]:
    """What a client that the person asks for may see, by kind and id, with its name: her funds or programmes, and Allies."""
    kinds = {"fund": Scope.FUND, "accelerator": Scope.PROGRAMME}
    own = {
        key: name
        for key, name in people_scopes.names([kinds[domain]]).items()
        if people.may(person, rules.permission_of(domain), key[1])
    }
    return own | people_scopes.names([Scope.NATION])


def domains(*, of: User) -> list[str]:
    """The domains for which a person may ask."""
    return [one for one in ("fund", "accelerator") if people.may(of, rules.permission_of(one))]


def secrets(client: Client, *, at: datetime) -> QuerySet[ClientSecret]:
    """The secrets that hold at a moment, the newest first."""
    return client.secrets.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).order_by("-pk")


def used(client: Client, *, at: datetime) -> dict[str, Any]:
    """How the limit of the minute stands, and the calls of the last day and of the 90 days that are kept."""
    minute = at.replace(second=0, microsecond=0)
    now = ClientMinute.objects.filter(client=client, minute=minute).values_list("calls", flat=True).first() or 0
    counts = client.calls.aggregate(
        day=Count("pk", filter=Q(at__gte=at - timedelta(days=1))),
        refused=Count("pk", filter=Q(at__gte=at - timedelta(days=1), status__gte=400)),
        kept=Count("pk"),
        last=Max("at"),
    )
    return {
        "limit": client.calls_a_minute,
        "remaining": max(client.calls_a_minute - now, 0),
        "resets_at": minute + timedelta(minutes=1),
        **counts,
    }


def calls(client: Client) -> QuerySet[ClientCall]:
    """What it called, the newest first."""
    return client.calls.order_by("-pk")


def named(*names: str) -> dict[str, Client]:
    """The first client of each name that there is one of, for the demo's own pages."""
    rows = Client.objects.select_related("organisation").filter(name__in=names).order_by("-pk")
    return {one.name: one for one in rows}


def scopes_held(person: User) -> frozenset[str] | None:
    """The scopes of the client whose service account it is: none once it is revoked. None where it is no client's."""
    found = Client.objects.filter(person=person).values_list("state", "scopes").first()
    if found is None:
        return None
    state, scopes = found
    return frozenset(scopes) if state == State.APPROVED else frozenset()


def of_caller(caller: Caller) -> Client:
    """The client that calls."""
    return Client.objects.select_related("organisation").get(public_id=caller.client)
