"""Who calls: a client of a partner organisation, with what its scopes and its reach let it see."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """``client`` is the public id of the client, ``person`` its service account, ``organisation`` whose it is."""

    client: str
    person: User
    organisation: str
    scopes: frozenset[str]

    @property
    def nations(self) -> frozenset[str]:
        """Codes of the Allies whose own figures it may see."""
        return self._reach(Scope.NATION)

    @property
    def funds(self) -> frozenset[str]:
        """Public ids of funds."""
        return self._reach(Scope.FUND)

    @property
    def programmes(self) -> frozenset[str]:
        """Public ids of programmes."""
        return self._reach(Scope.PROGRAMME)

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def _reach(self, kind: Scope) -> frozenset[str]:
        return self.person.scope_refs(PARTNER_SYSTEM.slug, kind)


class ApiRequest(HttpRequest):
    """A request that the door of the interface let pass. For types alone."""

    user: User
    caller: Caller
    arrived_at: datetime
