"""What managers of other funds report as the net asset value of the fund's stake: evidence for marks."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Invalid, NotFound
from core.money.value import Money
from core.people.models import User
from core.people.roles import PARTNER_SYSTEM, Scope
from portfolio.investments.models import Holding
from portfolio.ledger import services as ledger
from portfolio.valuations.models import ReportedNav

REPORTED = declare("nav.reported", _("{actor} reported a net asset value of {amount} at {as_of}."))


class OtherCurrency(Invalid):
    code = "reported_nav_in_another_currency"
    sentence = _("A stake is reported in the currency in which it is held.")


class UnfitAmount(Invalid):
    code = "reported_nav_unfit_amount"
    sentence = _("A net asset value is zero or more, in whole cents, and no larger than the books take.")


class NotYet(Invalid):
    code = "reported_nav_not_yet"
    sentence = _("A net asset value is reported of a day that has passed.")


@transaction.atomic
def report_nav(
    holding: Holding, *, nav: Money, as_of: date, source: str, by: User, on: date, at: datetime
) -> ReportedNav:
    """Note what the manager reports; a correction is a further row. The same once more returns the row that stands.

    By the partner system of the stake's manager. Raises NotFound, OtherCurrency, UnfitAmount, NotYet.
    """
    row = locks.in_order(Holding.objects.select_related("fund", "organisation").filter(pk=holding.pk)).get()
    own = by.scope_refs(PARTNER_SYSTEM.slug, Scope.ORGANISATION)
    if row.kind != Holding.Kind.FUND or row.organisation.public_id not in own:
        raise NotFound
    if nav.currency != row.currency_id:
        raise OtherCurrency(field="amount")
    if not Decimal(0) <= nav.amount <= ledger.LARGEST or nav.amount != nav.amount.quantize(ledger.CENT):
        raise UnfitAmount(field="amount")
    if as_of >= on:
        raise NotYet(field="as_of")
    last = row.reported_navs.filter(as_of=as_of).order_by("-reported_at", "-pk").first()
    if last is not None and (last.amount, last.source) == (nav.amount, source.strip()):
        return last
    told = ReportedNav.objects.create(
        holding=row, as_of=as_of, amount=nav.amount, source=source.strip(), reported_by=by, reported_at=at
    )
    after = {"holding": row.public_id, "as_of": as_of, "amount": nav.amount, "source": told.source}
    audit.record(REPORTED, told.public_id, by=by, chain=row.fund.public_id, after=after)
    return told
