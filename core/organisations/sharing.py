"""Which organisations a partner system may know: each business says which of its own its clients reach."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from core.api.callers import Caller
from core.organisations.models import Organisation

Reached = Callable[[Caller], QuerySet[Organisation]]
_reached: list[Reached] = []


def register(reached: Reached) -> None:
    """Called once by the package that deals with them."""
    _reached.append(reached)


def shared_with(caller: Caller) -> QuerySet[Organisation]:
    """Its own organisation, and what the businesses let it reach."""
    known = Q(public_id=caller.organisation)
    for reached in _reached:
        known |= Q(pk__in=reached(caller).values("pk"))
    return Organisation.objects.filter(known).select_related("nation")
