"""Rates as of a day and as known on a moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.errors import NotFound
from core.money.models import Currency, ExchangeRate
from core.money.value import Money, round_half_even

EURO = "EUR"
BY_DEFINITION = "by definition"
"""The source of the euro's own rate."""
CARRIED_AT_MOST = timedelta(days=5)
"""A rate is carried over weekends and the bank holidays of TARGET, of which five days in a row are the most."""


class RateMissing(NotFound):
    """No rate near enough to the day: a gap is an error, never an invented value."""

    code = "rate_missing"

    def __init__(self, currency: str, on: date, last_known: date | None) -> None:
        self.currency, self.on, self.last_known = currency, on, last_known
        if last_known is None:
            sentence = _("There is no rate for {currency} on or before {on}. Import the rates of that day.")
        else:
            sentence = _(
                "There is no rate for {currency} on {on}; the last known is of {last_known}. Import the rates since."
            )
        told = {"on": date_format(on), "last_known": date_format(last_known) if last_known else ""}
        super().__init__(str(sentence).format(currency=currency, **told))


@dataclass(frozen=True, slots=True)
class Rate:
    """``units_per_euro`` as published for ``observed_on``, used for ``on``."""

    currency: str
    on: date
    observed_on: date
    units_per_euro: Decimal
    source: str

    @property
    def is_carried(self) -> bool:
        """True where the day itself has no rate and the last known one stands in: pages say so."""
        return self.observed_on != self.on


def rate(currency: str, *, on: date, known_at: datetime) -> Rate:
    """The euro reference rate of a day as known at a moment. Raises RateMissing."""
    if currency == EURO:
        return Rate(EURO, on, on, Decimal(1), BY_DEFINITION)
    row = (
        ExchangeRate.objects.filter(currency=currency, effective_on__lte=on, recorded_at__lte=known_at)
        .order_by("-effective_on", "-recorded_at", "-pk")
        .first()
    )
    if row is None or on - row.effective_on > CARRIED_AT_MOST:
        raise RateMissing(currency, on, row.effective_on if row else None)
    return Rate(currency, on, row.effective_on, row.units_per_euro, row.source)


def rates(*, on: date, known_at: datetime) -> list[Rate | RateMissing]:
    """One line a currency that ever had a rate: its rate of the day, or what is missing."""
    rows = (
        ExchangeRate.objects.filter(effective_on__lte=on, recorded_at__lte=known_at)
        .order_by("currency", "-effective_on", "-recorded_at", "-pk")
        .distinct("currency")
    )
    return [
        Rate(row.currency_id, on, row.effective_on, row.units_per_euro, row.source)
        if on - row.effective_on <= CARRIED_AT_MOST
        else RateMissing(row.currency_id, on, row.effective_on)
        for row in rows
    ]


def convert(money: Money, to: str, *, on: date, known_at: datetime, minor_digits: int = 2) -> Money:
    """``money`` in another currency, through the euro, rounded half to even once. Raises RateMissing."""
    if money.currency == to:
        return money
    source = rate(money.currency, on=on, known_at=known_at)
    target = rate(to, on=on, known_at=known_at)
    with localcontext(prec=40):
        amount = money.amount * target.units_per_euro / source.units_per_euro
    return Money(round_half_even(amount, minor_digits), to)


def currency_names() -> dict[str, tuple[str, str]]:
    """Every recorded currency by code, with its name in English and in French."""
    return {
        code: (en, fr) for code, en, fr in Currency.objects.order_by("code").values_list("code", "name_en", "name_fr")
    }


def minor_digits(currency: str) -> int:
    """Decimal places of the currency's minor unit; two where it is not recorded."""
    found = Currency.objects.filter(code=currency).values_list("minor_digits", flat=True).first()
    return 2 if found is None else found


def published(
    *,
    currency: str = "",
    effective_from: date | None = None,
    effective_to: date | None = None,
    known_at: datetime | None = None,
) -> QuerySet[ExchangeRate]:
    """Every rate that was recorded, corrections beside what they correct; both days inclusive."""
    rows = ExchangeRate.objects.all()
    rows = rows.filter(currency=currency) if currency else rows
    rows = rows.filter(effective_on__gte=effective_from) if effective_from else rows
    rows = rows.filter(effective_on__lte=effective_to) if effective_to else rows
    return rows.filter(recorded_at__lte=known_at) if known_at else rows
