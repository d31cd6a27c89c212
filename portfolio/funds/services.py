"""Establishing a fund, holding closings, recording and amending commitments. Locks: the fund, then the commitment."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.money.models import Currency
from core.money.value import Money
from core.nations import queries as nations
from core.nations.models import Basis, Nation
from core.organisations.models import Organisation
from core.people import rules
from core.people.models import User
from core.people.roles import Permission
from portfolio.funds.models import Closing, Commitment, CommitmentTerms, Fund
from portfolio.ledger import services as ledger

ESTABLISHED = declare("fund.established", _("{actor} established the fund {subject}."))
CLOSING_HELD = declare("closing.held", _("{actor} recorded the closing of {held_on}."))
COMMITTED = declare(
    "commitment.recorded", _("{actor} recorded the commitment of {nation}: {amount} from {effective_on}.")
)
AMENDED = declare("commitment.amended", _("{actor} amended the commitment of {nation}: {amount} from {effective_on}."))

LARGEST = Decimal("999999999999999999.99")


class AlreadyEstablished(Conflict):
    code = "already_established"
    sentence = _("A fund of this name exists.")


class UnfitTerms(Invalid):
    code = "unfit_fund_terms"
    sentence = _("The investment period is at least one year and not longer than the fund’s term.")


class UnknownCurrency(Invalid):
    code = "unknown_currency"
    sentence = _("Choose a currency that is recorded.")


class UnknownTimeZone(Invalid):
    code = "unknown_time_zone"
    sentence = _("Choose a time zone such as Europe/Luxembourg.")


class UnfitAmount(Invalid):
    code = "unfit_amount"
    sentence = _("Enter an amount above zero in the fund’s currency, in whole cents.")


class ClosingExists(Conflict):
    code = "closing_exists"
    sentence = _("A closing was already held on that day.")


class NotAnAlly(Conflict):
    code = "not_an_ally"
    sentence = _("The nation was not an Ally on that day, so it cannot commit from then on.")


class AlreadyCommitted(Conflict):
    code = "already_committed"
    sentence = _("This Ally has a commitment to the fund. Amend it instead.")


class ClosingOfAnotherFund(Invalid):
    code = "closing_of_another_fund"
    sentence = _("Choose a closing of this fund.")


class BeforeTheClosing(Invalid):
    code = "before_the_closing"
    sentence = _("A commitment is in force from its closing on. Choose that day or a later one.")


class SourceMissing(Invalid):
    code = "source_missing"
    sentence = _("Name the source of a published figure, or mark it as illustrative.")


class RecordedOutOfOrder(Conflict):
    code = "recorded_out_of_order"
    sentence = _("Something later is already recorded for this commitment; what was known then is not rewritten.")


@transaction.atomic
def establish(
    *,
    name: str,
    currency: str,
    target_size: Decimal,
    term_years: int,
    investment_period_years: int,
    time_zone: str,
    source: str,
    by: User,
    at: datetime,
    illustrative: bool = False,
    illustrative_books: bool = False,
) -> Fund:
    """Add a fund. ``target_size`` is in ``currency``, an ISO 4217 code.

    ``illustrative`` says that the fund is invented, ``illustrative_books`` that amounts in the books of a real one are.

    Raises NotPermitted, AlreadyEstablished, UnfitAmount, UnfitTerms, UnknownCurrency, UnknownTimeZone.
    """
    rules.require(by, Permission.FUND_ESTABLISH)
    if not 0 < investment_period_years <= term_years:
        raise UnfitTerms(field="investment_period_years")
    if time_zone not in _time_zones():
        raise UnknownTimeZone(field="time_zone")
    unit = Currency.objects.filter(pk=currency).first()
    if unit is None:
        raise UnknownCurrency(field="currency")
    _check_amount(Money(target_size, currency), unit, field="target_size")
    stated = {
        "currency_id": currency,
        "target_size": target_size,
        "term_years": term_years,
        "investment_period_years": investment_period_years,
        "time_zone": time_zone,
    }
    fund, created = Fund.objects.get_or_create(
        name=name.strip(), defaults={**stated, "source": source, "is_illustrative": illustrative, "created_at": at}
    )
    if not created:
        raise AlreadyEstablished(field="name")
    fund.book = ledger.open_book(
        name=fund.name, currency=currency, illustrative=illustrative or illustrative_books, at=at
    )
    fund.save(update_fields=["book"])
    told = {
        "name": fund.name,
        **stated,
        "is_illustrative": illustrative,
        "illustrative_books": fund.book.is_illustrative,
    }
    audit.record(ESTABLISHED, fund.public_id, by=by, chain=fund.public_id, after=told)
    return fund


@transaction.atomic
def hold_closing(fund: Fund, *, held_on: date, source: str, by: User, at: datetime) -> Closing:
    """Record a day on which limited partners are admitted. Raises NotPermitted, ClosingExists."""
    fund = _locked(fund)
    rules.require(by, Permission.COMMITMENT_RECORD, fund.public_id)
    closing, created = Closing.objects.get_or_create(
        fund=fund, held_on=held_on, defaults={"source": source, "recorded_at": at}
    )
    if not created:
        raise ClosingExists(field="held_on")
    audit.record(
        CLOSING_HELD, closing.public_id, by=by, chain=fund.public_id, after={"held_on": held_on, "source": source}
    )
    return closing


@transaction.atomic
def commit(
    fund: Fund,
    *,
    nation: Nation,
    closing: Closing,
    holder: Organisation | None,
    amount: Money,
    effective_on: date,
    basis: str,
    source: str,
    note: str = "",
    by: User,
    at: datetime,
) -> Commitment:
    """Admit an Ally at a closing with the amount that it commits from ``effective_on`` on: one commitment an Ally.

    Raises NotPermitted, ClosingOfAnotherFund, BeforeTheClosing, NotAnAlly, AlreadyCommitted, UnfitAmount, SourceMissing.
    """
    fund = _locked(fund)
    rules.require(by, Permission.COMMITMENT_RECORD, fund.public_id)
    if closing.fund_id != fund.pk:
        raise ClosingOfAnotherFund(field="closing")
    _check_terms(fund, amount, basis, source)
    _check_day(nation, closing, effective_on)
    if Commitment.objects.filter(fund=fund, nation=nation).exists():
        raise AlreadyCommitted(field="nation")
    failpoints.reach("funds.commit.checked")
    commitment = Commitment.objects.create(fund=fund, nation=nation, closing=closing, holder=holder, recorded_at=at)
    stated = {"amount": amount.amount, "effective_on": effective_on, "basis": basis, "source": source}
    CommitmentTerms.objects.create(commitment=commitment, recorded_at=at, note=note, **stated)
    audit.record(
        COMMITTED,
        commitment.public_id,
        by=by,
        chain=fund.public_id,
        after={"nation": nation.code, **stated, "note": note},
    )
    return commitment


@transaction.atomic
def amend_commitment(
    commitment: Commitment,
    *,
    amount: Money,
    effective_on: date,
    basis: str,
    source: str,
    note: str = "",
    by: User,
    at: datetime,
) -> CommitmentTerms:
    """Add terms that hold from ``effective_on`` on; a correction of a past day is the same, recorded later.

    What was known earlier stays readable. Raises NotPermitted, UnfitAmount, SourceMissing, BeforeTheClosing, NotAnAlly,
    RecordedOutOfOrder.
    """
    fund = _locked(commitment.fund)
    commitment = locks.in_order(Commitment.objects.filter(pk=commitment.pk)).select_related("nation", "closing").get()
    rules.require(by, Permission.COMMITMENT_RECORD, fund.public_id)
    _check_terms(fund, amount, basis, source)
    _check_day(commitment.nation, commitment.closing, effective_on)
    last = commitment.terms.order_by("-recorded_at", "-pk")[0]
    if at <= last.recorded_at:
        raise RecordedOutOfOrder
    stated = {"amount": amount.amount, "effective_on": effective_on, "basis": basis, "source": source}
    terms = CommitmentTerms.objects.create(commitment=commitment, recorded_at=at, note=note, **stated)
    audit.record(
        AMENDED,
        commitment.public_id,
        by=by,
        chain=fund.public_id,
        before={"amount": last.amount, "effective_on": last.effective_on, "basis": last.basis, "source": last.source},
        after={"nation": commitment.nation_id, **stated, "note": note},
    )
    return terms


_time_zones = cache(available_timezones)  # looks through hundreds of files


def _locked(fund: Fund) -> Fund:
    return locks.in_order(Fund.objects.filter(pk=fund.pk)).select_related("currency").get()


def _check_terms(fund: Fund, amount: Money, basis: str, source: str) -> None:
    _check_amount(amount, fund.currency, field="amount")
    if basis not in Basis.values or (basis != Basis.ILLUSTRATIVE and not source.strip()):
        raise SourceMissing(field="source")


def _check_amount(amount: Money, unit: Currency, *, field: str) -> None:
    """Above zero, in the fund's currency, in whole minor units, and no larger than the table holds."""
    fits = amount.currency == unit.code and 0 < amount.amount <= LARGEST
    if not fits or amount.amount != amount.rounded(unit.minor_digits).amount:
        raise UnfitAmount(field=field)


def _check_day(nation: Nation, closing: Closing, effective_on: date) -> None:
    if effective_on < closing.held_on:
        raise BeforeTheClosing(field="effective_on")
    if not nations.is_ally(nation, effective_on):
        raise NotAnAlly(field="nation")
