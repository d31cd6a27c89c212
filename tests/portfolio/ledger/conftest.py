"""A book with nothing in it, and the words to post with."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from core.money.models import Currency
from portfolio.ledger import services as ledger
from portfolio.ledger.services import Leg

MAY = date(2026, 5, 1)


@pytest.fixture
def book(system):
    for code in ("EUR", "USD"):
        Currency.objects.get_or_create(code=code, defaults={"name_en": code, "name_fr": code})
    return ledger.open_book(name="Test fund", currency="EUR", at=clock.now())


@pytest.fixture
def post(book, system):
    def _post(amount="100.00", *, on=MAY, key=None, debit=("cash", ""), credit=("opening", ""), at=None, **leg):
        told = {name: leg.pop(name) for name in ("subject", "memo", "adjusts") if name in leg}
        return ledger.post(
            book,
            [Leg(debit, credit, Decimal(amount), leg.pop("currency", "EUR"), **leg)],
            key=key or f"{on}:{amount}:{debit}",
            kind="test",
            effective_on=on,
            by=system,
            at=at or clock.now(),
            **told,
        )

    return _post
