"""Who may know of what happened, and who keeps an endpoint."""

from dataclasses import dataclass

from django.db.models import Q

from core.api.scopes import Domain
from core.clients import queries as clients
from core.errors import NotPermitted
from core.people import rules as people
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Permission, Scope
from core.webhooks.models import Endpoint, Event


@dataclass(frozen=True, slots=True)
class Reach:
    """
    What somebody may know of: ids of funds, programmes and organisations as a whole, and codes of Allies.

    ``programmes`` are known to a partner's system by what concerns everybody in them and by its nations' start-ups alone;
    ``allies`` are its nations where it is a system of the fund's domain, which is told of each Ally's part in any fund.
    """

    scopes: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()
    nations: frozenset[str] = frozenset()
    allies: frozenset[str] = frozenset()
    everything: bool = False

    def sees(self, event: Event) -> bool:
        """The rule of ``queries.visible_to`` for one event at hand."""
        return (
            self.everything
            or event.scope_ref in self.scopes
            or event.organisation in self.scopes
            or (event.scope_kind == Scope.FUND and not self.allies.isdisjoint(event.nations))
            or (
                event.scope_ref in self.programmes
                and (not event.organisation or not self.nations.isdisjoint(event.nations))
            )
        )


def reach_of(person: User) -> Reach:
    """What a partner's system was given; to managers what they keep endpoints over; nothing once an account is closed."""
    if not person.is_active:
        return Reach()
    given = [grant for grant in person.grants_in_force() if grant.role == PARTNER_SYSTEM.slug]
    nations = frozenset(one.scope_ref for one in given if one.scope_kind == Scope.NATION)
    in_part = {Scope.NATION, Scope.PROGRAMME}
    return Reach(
        scopes=frozenset(one.scope_ref for one in given if one.scope_kind not in in_part and one.scope_ref)
        | people.scopes_of(person, Permission.WEBHOOK_MANAGE),
        programmes=frozenset(one.scope_ref for one in given if one.scope_kind == Scope.PROGRAMME),
        nations=nations,
        allies=nations if nations and clients.domain_of(person) != Domain.ACCELERATOR else frozenset(),
        everything=reads_everything(person),
    )


def reads_everything(person: User) -> bool:
    return people.reads_everything(person)


def kept_by(person: User) -> Q:
    """The endpoints that the person keeps. Whoever keeps all programmes keeps those of start-ups, and none of a fund."""
    kept = Q(scope_ref__in=people.scopes_of(person, Permission.WEBHOOK_MANAGE))
    if people.reaches_everywhere(person, Permission.WEBHOOK_MANAGE):
        kept |= ~Q(scope_kind=Scope.FUND)
    return kept


def is_about(endpoint: Endpoint, event: Event) -> bool:
    """Whether the endpoint asked to be told of it: since it was made, by the kind, and by what the event concerns."""
    is_wanted = event.occurred_at >= endpoint.made_at and (not endpoint.kinds or event.kind in endpoint.kinds)
    return is_wanted and endpoint.scope_ref in {event.scope_ref, event.organisation}


def is_told_of(person: User, scope_kind: str, scope_ref: str) -> bool:
    """Whether a partner's system may know anything of a thing. An Ally's may of every fund: what concerns it is sorted out later."""
    reach = reach_of(person)
    return scope_ref in reach.scopes | reach.programmes or (scope_kind == Scope.FUND and bool(reach.allies))


def may_keep(person: User, scope_kind: str, scope_ref: str) -> bool:
    """The rule of ``kept_by`` for one thing at hand."""
    if person.is_system:
        return True
    if people.reaches_everywhere(person, Permission.WEBHOOK_MANAGE) and scope_kind != Scope.FUND:
        return True
    return scope_ref in people.scopes_of(person, Permission.WEBHOOK_MANAGE)


def is_the_system(person: User, owner: User) -> bool:
    """Whether it is the partner's system itself that acts, and still may."""
    return person.pk == owner.pk and person.is_active


def may_change(person: User, endpoint: Endpoint) -> bool:
    """Whoever keeps the thing that it is told of, and the partner's own system."""
    return is_the_system(person, endpoint.owner) or may_keep(person, endpoint.scope_kind, endpoint.scope_ref)


def require_change(person: User, endpoint: Endpoint) -> None:
    """Raise NotPermitted unless ``may_change``."""
    if not may_change(person, endpoint):
        raise NotPermitted
