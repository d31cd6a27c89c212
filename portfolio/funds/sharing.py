"""What a partner system may see of funds: a fund that it reaches as a whole, and of any fund its own nations' part."""

from django.db.models import Q, QuerySet

from core.api.callers import Caller
from core.errors import NotFound
from portfolio.funds.models import Commitment, Fund


def reached(caller: Caller) -> QuerySet[Fund]:
    """The funds that it reaches as a whole: their pool, holdings, calls."""
    return Fund.objects.filter(public_id__in=caller.funds).select_related("book")


def known(caller: Caller) -> QuerySet[Fund]:
    """Those, and the funds of which one of its nations is a limited partner: who they are, no figures."""
    own = Commitment.objects.filter(nation_id__in=caller.nations).values("fund")
    return Fund.objects.filter(Q(public_id__in=caller.funds) | Q(pk__in=own))


def get_reached(caller: Caller, public_id: str) -> Fund:
    """One that it reaches as a whole. Raises NotFound."""
    found = reached(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def commitments(caller: Caller) -> QuerySet[Commitment]:
    """The commitments of its own nations, and of nobody else."""
    rows = Commitment.objects.filter(nation_id__in=caller.nations)
    return rows.select_related("fund", "nation", "closing", "holder")
