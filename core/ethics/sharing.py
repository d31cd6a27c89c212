"""What a partner system may see of responsible use: states within funds that it reaches, and of its nations' start-ups."""

from django.db.models import Count, Q, QuerySet

from core.api.callers import Caller
from core.ethics.lifecycle import UNMET, State
from core.ethics.models import Review


def states(caller: Caller) -> QuerySet[Review]:
    """
    Concluded reviews of a fund that it reaches as a whole, and in programmes that it reaches of its nations' start-ups alone.

    Each has how many unmet conditions block (``blocking``).
    """
    of_programmes = Q(scope__in=caller.programmes, organisation__nation_id__in=caller.nations)
    unmet = Count("conditions", filter=Q(conditions__state__in=UNMET, conditions__is_blocking=True))
    return (
        Review.objects.filter(Q(scope__in=caller.funds) | of_programmes, state=State.CONCLUDED)
        .select_related("organisation")
        .annotate(blocking=unmet)
    )
