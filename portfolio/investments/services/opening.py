"""Positions that the fund opens in companies and other funds, in organisations that are known or new."""

from datetime import datetime

from django.db import transaction

from core import locks
from core.audit import services as audit
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations
from core.organisations.models import Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Fund
from portfolio.investments.models import Holding
from portfolio.investments.services import recording
from portfolio.investments.services.refusals import HoldingStands, NoFund

BODIES: dict[str, str] = {
    Holding.Kind.DIRECT: Organisation.Kind.COMPANY,
    Holding.Kind.FUND: Organisation.Kind.FUND_MANAGER,
}
"""What kind of organisation a holding is in."""


@transaction.atomic
def open_holding(
    fund: Fund, organisation: Organisation, *, kind: str, technology: str, currency: str, by: User, at: datetime
) -> Holding:
    """Begin a position with nothing in it; the one that stands is returned. Raises NoFund, HoldingStands where it is another."""
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    if kind == Holding.Kind.FUND and organisation.kind == Organisation.Kind.COMPANY:
        raise NoFund(field="kind")
    content = {"kind": kind, "technology": technology, "currency_id": currency}
    holding, created = Holding.objects.get_or_create(
        fund=fund, organisation=organisation, defaults=content | {"recorded_at": at}
    )
    if created:
        audit.record(recording.HOLDING_OPENED, holding.public_id, by=by, chain=fund.public_id, after={"kind": kind})
    elif any(getattr(holding, field) != value for field, value in content.items()):
        raise HoldingStands(organisation.name)
    return holding


@transaction.atomic
def open_holding_in_new(
    fund: Fund, *, name: str, nation: str | None, kind: str, technology: str, currency: str, by: User, at: datetime
) -> Holding:
    """Make an organisation known and begin a position in it; asked again, the one that stands is returned.

    ``nation`` is that of the head office, None where no source confirms it. Raises AlreadyRegistered, HoldingStands.
    """
    locks.in_order(Fund.objects.filter(pk=fund.pk)).get()
    people_rules.require(by, Permission.INVESTMENT_RECORD, fund.public_id)
    body = BODIES[kind]
    about = {"organisation__name": name.strip(), "organisation__kind": body, "organisation__nation": nation}
    standing = Holding.objects.filter(fund=fund, **about).select_related("organisation").first()
    if standing is None and organisation_queries.is_known(name, body, nation):
        raise organisations.AlreadyRegistered(field="name")
    organisation = (
        standing.organisation
        if standing
        else organisations.register(name=name, kind=body, nation=nation, by=by, at=at, chain=fund.public_id)
    )
    return open_holding(fund, organisation, kind=kind, technology=technology, currency=currency, by=by, at=at)
