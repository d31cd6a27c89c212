"""Who may know of what happened, and who keeps an endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from core.clients import queries as clients
from core.errors import NotPermitted
from core.organisations import queries as organisations
from core.people import rules as people
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Permission, Scope
from core.webhooks import kinds
from core.webhooks.kinds import Reads
from core.webhooks.models import Endpoint, Event


@dataclass(frozen=True, slots=True)
class Reach:
    """
    What somebody may know of: ids of funds, programmes and organisations, and codes of Allies.

    ``held`` are the scopes of a client of the interface, which hears of what it may read there alone; None of anybody else.
    """

    scopes: frozenset[str] = frozenset()
    nations: frozenset[str] = frozenset()
    everything: bool = False
    held: frozenset[str] | None = None

    def sees(self, event: Event, homes: Mapping[str, str | None] | None = None) -> bool:
        """The rule of ``queries.visible_to`` for one event at hand. ``homes`` are the nations of start-ups."""
        if self.everything:
            return True
        whole, of_nations = event.scope_ref in self.scopes, not self.nations.isdisjoint(event.nations)
        of_itself = event.organisation in self.scopes
        if self.held is None:
            return whole or of_nations or of_itself
        kind = kinds.find(event.kind)
        if kind is None or kind.scope not in self.held:
            return False
        own = whole and bool(home := (homes or {}).get(event.organisation)) and home in self.nations
        ways = {Reads.WHOLE: whole, Reads.NATIONS: of_nations, Reads.EITHER: whole or of_nations, Reads.STARTUPS: own}
        return of_itself or ways[kind.reads]

    def seen(self) -> Q:
        """The rule of ``sees`` for rows of the feed."""
        whole, of_itself = Q(scope_ref__in=self.scopes), Q(organisation__in=self.scopes)
        of_nations = Q(nations__overlap=sorted(self.nations))
        if self.held is None:
            return whole | of_itself | of_nations
        codes = kinds.read_with(self.held)
        own = whole & Q(organisation__in=organisations.ids_of_nations(self.nations))
        return (
            Q(kind__in=codes[Reads.WHOLE]) & whole
            | Q(kind__in=codes[Reads.NATIONS]) & of_nations
            | Q(kind__in=codes[Reads.EITHER]) & (whole | of_nations)
            | Q(kind__in=codes[Reads.STARTUPS]) & own
            | Q(kind__in=[code for listed in codes.values() for code in listed]) & of_itself
        )


def reach_of(person: User) -> Reach:
    """What a partner's system was given; to managers what they keep endpoints over; nothing once an account is closed."""
    if not person.is_active:
        return Reach()
    given = [grant for grant in person.grants_in_force() if grant.role == PARTNER_SYSTEM.slug]
    return Reach(
        scopes=frozenset(one.scope_ref for one in given if one.scope_kind != Scope.NATION and one.scope_ref)
        | people.scopes_of(person, Permission.WEBHOOK_MANAGE),
        nations=frozenset(one.scope_ref for one in given if one.scope_kind == Scope.NATION),
        everything=reads_everything(person),
        held=clients.scopes_held(person),
    )


def narrowed(reach: Reach, scopes: frozenset[str] | None) -> Reach:
    """A client's reach with no more scopes than the token of this request has."""
    return reach if scopes is None or reach.held is None else replace(reach, held=reach.held & scopes)


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
    return scope_ref in reach.scopes or (scope_kind == Scope.FUND and bool(reach.nations))


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
