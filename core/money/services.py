"""Recording currencies and publishing rates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock
from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Invalid
from core.money import ecb, queries
from core.money.models import Currency, ExchangeRate
from core.people import rules
from core.people.models import User
from core.people.roles import Permission

RECORDED = declare("currency.recorded", _("{actor} recorded the currency {subject}."))
PUBLISHED = declare("rates.published", _("{actor} published {count} exchange rates, {first} to {last}."))

ECB_SOURCE = ecb.SOURCE
EARLIEST = date(1999, 1, 4)
"""The first day for which the European Central Bank published reference rates."""
SMALLEST = Decimal("0.000001")
LARGEST = Decimal(10) ** 12


class UnfitRates(Invalid):
    """Some rows cannot be published; nothing was."""

    code = "unfit_rates"

    def __init__(self, refused: Sequence["Refused"]) -> None:
        self.refused = list(refused)
        first = refused[0]
        super().__init__(f"{first.row.effective_on} {first.row.currency} {first.row.units_per_euro}: {first.reason}")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be published, and why, in the reader's language."""

    row: ecb.Row
    reason: str


@dataclass(slots=True)
class Examined:
    """What publishing some rows writes: ``same`` are known with the same value, ``corrections`` with another one."""

    written: list[ecb.Row] = field(default_factory=list)
    corrections: int = 0
    same: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def fresh(self) -> int:
        """How many of the written rates had no value before."""
        return len(self.written) - self.corrections


def ecb_history(*, since: date) -> list[ecb.Row]:
    """The European Central Bank's rates as a package carries them: no network is asked."""
    return ecb.packaged_history(since=since)


@transaction.atomic
def record_currency(*, code: str, name_en: str, name_fr: str, minor_digits: int, by: User) -> Currency:
    """Make a currency known; one that stands is returned as it is. Raises NotPermitted."""
    rules.require(by, Permission.RATES_PUBLISH)
    currency, created = Currency.objects.get_or_create(
        code=code, defaults={"name_en": name_en, "name_fr": name_fr, "minor_digits": minor_digits}
    )
    if created:
        audit.record(RECORDED, code, by=by, after={"minor_digits": minor_digits})
    return currency


@transaction.atomic
def record_known_currencies(*, by: User) -> None:
    """The Allies' currencies and the Swiss franc."""
    for code, (name_en, name_fr, digits) in ecb.CURRENCIES.items():
        record_currency(code=code, name_en=name_en, name_fr=name_fr, minor_digits=digits, by=by)


def examine(rows: Sequence[ecb.Row], *, at: datetime) -> Examined:
    """What publishing ``rows`` at a moment would write: the dry run."""
    recorded = set(Currency.objects.values_list("code", flat=True)) - {queries.EURO}
    today = at.astimezone(clock.fund_zone()).date()
    standing = _standing(rows, at)
    found = Examined()
    seen: dict[tuple[str, date], Decimal] = {}
    for row in rows:
        known = standing.get((row.currency, row.effective_on))
        earlier = seen.setdefault((row.currency, row.effective_on), row.units_per_euro)
        reason = _refusal(row, recorded, today)
        if not reason and earlier != row.units_per_euro:
            reason = _now("Two rates of one currency and day differ.")
        if reason:
            found.refused.append(Refused(row, reason))
        elif known == row.units_per_euro:
            found.same += 1
        else:
            found.corrections += known is not None
            found.written.append(row)
            standing[row.currency, row.effective_on] = row.units_per_euro
    return found


@transaction.atomic
def publish_rates(rows: Sequence[ecb.Row], *, source: str, by: User, at: datetime) -> Examined:
    """
    Add rates: all of them or none. One known with another value is a correction, known from ``at`` on.

    Raises NotPermitted, UnfitRates.
    """
    rules.require(by, Permission.RATES_PUBLISH)
    found = examine(rows, at=at)
    if found.refused:
        raise UnfitRates(found.refused)
    ExchangeRate.objects.bulk_create(
        (
            ExchangeRate(
                currency_id=row.currency,
                effective_on=row.effective_on,
                units_per_euro=row.units_per_euro,
                source=source,
                recorded_at=at,
            )
            for row in found.written
        ),
        batch_size=2000,
    )
    if found.written:
        days = [row.effective_on for row in found.written]
        counted = {"count": len(days), "first": min(days), "last": max(days), "source": source}
        audit.record(PUBLISHED, "rates", by=by, after=counted | {"corrections": found.corrections})
    return found


def _standing(rows: Sequence[ecb.Row], at: datetime) -> dict[tuple[str, date], Decimal]:
    """The rates known at a moment for the days of ``rows``; the latest word on each."""
    days = {row.effective_on for row in rows}
    known = ExchangeRate.objects.filter(effective_on__in=days, recorded_at__lte=at).order_by("recorded_at", "pk")
    return {(rate.currency_id, rate.effective_on): rate.units_per_euro for rate in known}


def _refusal(row: ecb.Row, recorded: set[str], today: date) -> str:
    value = row.units_per_euro
    if row.currency not in recorded:
        return _now("This currency is not recorded.")
    if not EARLIEST <= row.effective_on <= today:
        return _now("The day lies before the euro, or is still to come.")
    if not value.is_finite() or not 0 < value < LARGEST or value != value.quantize(SMALLEST):
        return _now("A rate is above zero and has at most six decimal places.")
    return ""
