"""What a partner system may see of holdings: those of funds that it reaches, and stakes in its own organisation's fund."""

from django.db.models import Q, QuerySet

from core.api.callers import Caller
from core.errors import NotFound
from core.organisations.models import Organisation
from portfolio.investments.models import Holding


def holdings(caller: Caller) -> QuerySet[Holding]:
    """Who is held, without amounts."""
    seen = Q(fund__public_id__in=caller.funds) | own_stakes(caller)
    return Holding.objects.filter(seen).select_related("fund", "organisation__nation")


def own_stakes(caller: Caller) -> Q:
    """Stakes in the fund that the client's organisation manages."""
    return Q(kind=Holding.Kind.FUND, organisation__public_id=caller.organisation)


def get_own_stake(caller: Caller, public_id: str) -> Holding:
    """One of these stakes. Raises NotFound."""
    found = holdings(caller).filter(own_stakes(caller), public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def organisations(caller: Caller) -> QuerySet[Organisation]:
    """The companies and fund managers held by funds that it reaches."""
    return Organisation.objects.filter(pk__in=holdings(caller).values("organisation"))
