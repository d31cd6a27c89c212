"""Stating how a fund values."""

from datetime import date, datetime

from django.db import transaction

from core import locks
from core.audit import services as audit
from core.people.models import User
from portfolio.funds.models import Fund
from portfolio.valuations import rules
from portfolio.valuations.models import ValuationPolicy
from portfolio.valuations.services.recording import POLICY_RECORDED
from portfolio.valuations.services.refusals import PolicyIncomplete


@transaction.atomic
def record_policy(
    fund: Fund,
    *,
    version: str,
    first_day: date,
    text: str,
    by: User,
    at: datetime,
    cadence: str = ValuationPolicy.Cadence.QUARTERLY,
    is_illustrative: bool = False,
) -> ValuationPolicy:
    """State how a fund values from a quarter end on. Raises NotPermitted, PolicyIncomplete."""
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    rules.require_opening(by, fund)
    taken = ValuationPolicy.objects.filter(fund=fund, version=version.strip()).exists()
    if not version.strip() or not text.strip() or taken:
        raise PolicyIncomplete(field="version")
    policy = ValuationPolicy.objects.create(
        fund=fund,
        version=version.strip(),
        first_day=first_day,
        cadence=cadence,
        text=text.strip(),
        is_illustrative=is_illustrative,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record(
        POLICY_RECORDED,
        policy.public_id,
        by=by,
        chain=fund.public_id,
        after={"version": policy.version, "first_day": first_day, "cadence": cadence},
    )
    return policy
