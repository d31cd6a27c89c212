"""What a partner system may see of funding: payments to start-ups of its nations, once a second person approved them."""

from django.db.models import QuerySet

from accelerator.cohorts import sharing as cohorts
from accelerator.grants.lifecycle import State
from accelerator.grants.models import PaymentLine
from core.api.callers import Caller

SHOWN = (State.APPROVED, State.PAID)
"""What is only proposed, or was refused, is nobody's outside."""
TO_PARTICIPATION = "milestone__phase__participation"


def payments(caller: Caller) -> QuerySet[PaymentLine]:
    """Approved and paid lines of participations that it sees."""
    own = cohorts.participations(caller).prefetch_related(None).values("pk")
    rows = PaymentLine.objects.filter(**{f"{TO_PARTICIPATION}__in": own}, state__in=SHOWN)
    return rows.select_related(f"{TO_PARTICIPATION}__programme", f"{TO_PARTICIPATION}__organisation")
