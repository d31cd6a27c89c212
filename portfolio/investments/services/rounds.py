"""Rounds of companies as they were published."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core.audit import services as audit
from core.nations.models import Basis
from core.organisations.models import Organisation
from core.people.models import User
from portfolio.funds.models import Fund
from portfolio.funds.services import SourceMissing
from portfolio.investments.models import Round
from portfolio.investments.services import recording
from portfolio.investments.services.refusals import RoundStands


@transaction.atomic
def record_round(
    organisation: Organisation,
    *,
    name: str,
    held_on: date,
    precision: str,
    total: Decimal | None,
    currency: str | None,
    role: str,
    co_investors: str,
    basis: str,
    source: str,
    note: str,
    fund: Fund,
    by: User,
    at: datetime,
) -> Round:
    """Note a published round of a company. The one that stands already is returned.

    Raises RoundStands, SourceMissing, ValuedMeanwhile.
    """
    recording.ready_fund(fund.pk, by, at)
    if basis != Basis.ILLUSTRATIVE and not source:
        raise SourceMissing(field="source")
    content = {
        "precision": precision,
        "total": total,
        "currency_id": currency,
        "role": role,
        "co_investors": co_investors,
        "basis": basis,
        "source": source,
        "note": note,
    }
    found, created = Round.objects.get_or_create(
        organisation=organisation, name=name, held_on=held_on, defaults=content | {"recorded_at": at}
    )
    if not created:
        if any(getattr(found, field) != value for field, value in content.items()):
            raise RoundStands(field="name")
        return found
    audit.record(
        recording.ROUND_RECORDED,
        organisation.public_id,
        by=by,
        chain=fund.public_id,
        after={"name": name, "held_on": held_on},
    )
    return found
