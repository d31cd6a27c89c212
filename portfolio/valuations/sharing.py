"""What a partner system may see of valuations: what was reported of its own fund."""

from django.db.models import QuerySet

from core.api.callers import Caller
from portfolio.investments import sharing as holdings
from portfolio.investments.models import Holding
from portfolio.valuations.models import ReportedNav


def reported(caller: Caller) -> QuerySet[ReportedNav]:
    """What the client's organisation reported of the fund that it manages."""
    own = Holding.objects.filter(holdings.own_stakes(caller)).values("pk")
    return ReportedNav.objects.filter(holding__in=own).select_related("holding")
