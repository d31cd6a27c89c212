"""Who may ask for a client and decide on it: people of its domain over everything that it would reach."""

from core.clients.lifecycle import State
from core.clients.models import Client
from core.errors import NotFound, NotPermitted
from core.people import rules
from core.people.models import User
from core.people.roles import Permission


def may_run(person: User, reach: list[str], domain: str) -> bool:
    """Whether the person runs the domain, and every fund or programme that is named."""
    permission = permission_of(domain)
    named = [ref for kind, _colon, ref in (one.partition(":") for one in reach) if kind in {"fund", "programme"}]
    return rules.may(person, permission) and all(rules.may(person, permission, ref) for ref in named)


def require_run(person: User, reach: list[str], domain: str) -> None:
    """Raises NotPermitted."""
    if not may_run(person, reach, domain):
        raise NotPermitted


def may_decide(person: User, client: Client) -> bool:
    return (
        client.state == State.REQUESTED
        and may_run(person, client.reach, client.domain)
        and not rules.is_same_human(person, client.requested_by)
    )


def may_see(person: User, client: Client) -> bool:
    return may_run(person, client.reach, client.domain) or rules.reads_everything(person)


def require_seen(person: User, client: Client) -> None:
    """Raises NotFound."""
    if not may_see(person, client):
        raise NotFound


def permission_of(domain: str) -> Permission:
    """What people of a domain hold."""
    return {"fund": Permission.CLIENT_RUN_FUND, "accelerator": Permission.CLIENT_RUN_ACCELERATOR}[domain]
