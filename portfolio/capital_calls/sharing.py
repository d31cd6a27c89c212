"""What a partner system may see of capital calls: issued ones, and of their notices its own nations' alone."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import DecimalField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.api.callers import Caller
from core.errors import NotFound
from portfolio.capital_calls import counting
from portfolio.capital_calls.models import CallNotice, CapitalCall, ReceiptNotice

ZERO = Decimal(0)


def calls(caller: Caller) -> QuerySet[CapitalCall]:
    """Issued calls of funds that it reaches, and those of which its nations have notices; with their total."""
    own = CallNotice.objects.filter(commitment__nation_id__in=caller.nations).values("call")
    seen = Q(fund__public_id__in=caller.funds) | Q(pk__in=own)
    rows = CapitalCall.objects.filter(seen, issued_on__isnull=False).select_related("fund")
    return rows.prefetch_related("lines").annotate(total=Sum("notices__amount"))


def notices(caller: Caller) -> QuerySet[CallNotice]:
    """The notices of its own nations."""
    rows = CallNotice.objects.filter(commitment__nation_id__in=caller.nations)
    return rows.select_related("call__fund", "commitment")


def with_paid(rows: QuerySet[CallNotice], *, as_of: date, known_at: datetime) -> QuerySet[CallNotice]:
    """Each notice with what receipts have paid of it by a day, as known on a moment (``paid``)."""
    counted = counting.parts(as_of=as_of, known_at=known_at, of="allocations__")
    paid = Coalesce(Sum("allocations__amount", filter=counted), ZERO, output_field=DecimalField())
    return rows.annotate(paid=paid)


def get_notice(caller: Caller, public_id: str) -> CallNotice:
    """One of them. Raises NotFound."""
    found = notices(caller).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def announced(caller: Caller) -> QuerySet[ReceiptNotice]:
    """What was announced to be paid on its nations' notices."""
    rows = ReceiptNotice.objects.filter(notice__commitment__nation_id__in=caller.nations)
    return rows.select_related("notice__call__fund")
