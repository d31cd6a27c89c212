"""The amount that a form takes for the books."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from core.web import fields
from portfolio.ledger import services as ledger

ZERO = Decimal(0)


class PostedAmount(fields.Amount):
    """Above zero, in whole cents, and no larger than the books take."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and (not ZERO < value <= ledger.LARGEST or value != value.quantize(ledger.CENT)):
            raise ValidationError(str(ledger.UnfitAmount.sentence), code="unfit_amount")
