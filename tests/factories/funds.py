"""Funds, closings and commitments, recorded through the services."""

from datetime import date, datetime, timezone
from decimal import Decimal

from core.money.models import Currency
from core.money.value import Money
from portfolio.funds import services

FIRST_CLOSING = date(2023, 8, 1)
CLOSED_AT = datetime(2023, 8, 1, 10, tzinfo=timezone.utc)


def fund(*, system, name="Test fund", currency="EUR"):
    """A fund of EUR 1bn without commitments."""
    Currency.objects.get_or_create(code=currency, defaults={"name_en": currency, "name_fr": currency})
    return services.establish(
        name=name,
        currency=currency,
        target_size=Decimal("1000000000.00"),
        term_years=15,
        investment_period_years=8,
        time_zone="Europe/Luxembourg",
        source="https://example.org/terms",
        by=system,
        at=CLOSED_AT,
    )


def closing(of, *, system, held_on=FIRST_CLOSING, at=CLOSED_AT):
    return services.hold_closing(of, held_on=held_on, source="https://example.org/closing", by=system, at=at)


def commitment(of, nation, amount="30000000.00", *, at_closing, system, **given):
    """The commitment of an Ally, published unless ``basis`` says otherwise, from the closing on."""
    stated = {
        "holder": None,
        "effective_on": at_closing.held_on,
        "basis": "solid",
        "source": "https://example.org/commitment",
        "by": system,
        "at": at_closing.recorded_at,
    } | given
    return services.commit(
        of, nation=nation, closing=at_closing, amount=Money(Decimal(amount), of.currency_id), **stated
    )


def amendment(of, amount, *, effective_on, at, system, **given):
    stated = {"basis": "solid", "source": "https://example.org/amendment", "by": system} | given
    return services.amend_commitment(
        of, amount=Money(Decimal(amount), of.fund.currency_id), effective_on=effective_on, at=at, **stated
    )
