"""Recording currencies and publishing rates."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
    return Publishing({row.effective_on for row in rows}).examine(rows, at=at)


def publish_rates(rows: Sequence[ecb.Row], *, source: str, by: User, at: datetime) -> Examined:
    """
    Add rates: all of them or none. One known with another value is a correction, known from ``at`` on.

    Raises NotPermitted, UnfitRates.
    """
    with publishing({row.effective_on for row in rows}, by=by) as editions:
        return editions.add(rows, source=source, by=by, at=at)


@contextmanager
def publishing(days: Collection[date], *, by: User) -> Iterator["Publishing"]:
    """
    Add the rates of many days, edition by edition, each known from its own moment on: all of them or none.

    What is known of those days is read at the beginning, and all rates are written at the end. Raises NotPermitted.
    """
    rules.require(by, Permission.RATES_PUBLISH)
    with transaction.atomic():
        editions = Publishing(days)
        yield editions
        ExchangeRate.objects.bulk_create(editions.added, batch_size=2000)


class Publishing:
    """Editions of the rates of some days, judged one after the other in the order of their moments."""

    def __init__(self, days: Collection[date]) -> None:
        known = ExchangeRate.objects.filter(effective_on__in=days).order_by("recorded_at", "pk")
        self._recorded = set(Currency.objects.values_list("code", flat=True)) - {queries.EURO}
        self._known_later = deque(known)
        self._standing: dict[tuple[str, date], Decimal] = {}
        self.added: list[ExchangeRate] = []

    def add(self, rows: Sequence[ecb.Row], *, source: str, by: User, at: datetime) -> Examined:
        """One edition, with its row of the trail. Raises UnfitRates."""
        found = self.examine(rows, at=at)
        if found.refused:
            raise UnfitRates(found.refused)
        self.added += (
            ExchangeRate(
                currency_id=row.currency,
                effective_on=row.effective_on,
                units_per_euro=row.units_per_euro,
                source=source,
                recorded_at=at,
            )
            for row in found.written
        )
        if found.written:
            days = [row.effective_on for row in found.written]
            counted = {"count": len(days), "first": min(days), "last": max(days), "source": source}
            audit.record(PUBLISHED, "rates", by=by, after=counted | {"corrections": found.corrections})
        return found

    def examine(self, rows: Sequence[ecb.Row], *, at: datetime) -> Examined:
        """What an edition writes, beside the latest word on each day by its moment."""
        while self._known_later and self._known_later[0].recorded_at <= at:
            rate = self._known_later.popleft()
            self._standing[rate.currency_id, rate.effective_on] = rate.units_per_euro
        today = at.astimezone(clock.fund_zone()).date()
        found = Examined()
        seen: dict[tuple[str, date], Decimal] = {}
        for row in rows:
            known = self._standing.get((row.currency, row.effective_on))
            earlier = seen.setdefault((row.currency, row.effective_on), row.units_per_euro)
            reason = _refusal(row, self._recorded, today)
            if not reason and earlier != row.units_per_euro:
                reason = _now("Two rates of one currency and day differ.")
            if reason:
                found.refused.append(Refused(row, reason))
            elif known == row.units_per_euro:
                found.same += 1
            else:
                found.corrections += known is not None
                found.written.append(row)
                self._standing[row.currency, row.effective_on] = row.units_per_euro
        return found


def _refusal(row: ecb.Row, recorded: set[str], today: date) -> str:
    value = row.units_per_euro
    if row.currency not in recorded:
        return _now("This currency is not recorded.")
    if not EARLIEST <= row.effective_on <= today:
        return _now("The day lies before the euro, or is still to come.")
    if not value.is_finite() or not 0 < value < LARGEST or value != value.quantize(SMALLEST):
        return _now("A rate is above zero and has at most six decimal places.")
    return ""
