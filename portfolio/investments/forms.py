"""Forms of the transactions. They check shape; what may be done is the services' to say.

Each carries a key made when the form was opened: sent twice, the transaction is recorded once.
"""

import secrets
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.web import fields
from portfolio.investments import services, words
from portfolio.investments.models import Round
from portfolio.ledger.fields import PostedAmount

ZERO = Decimal(0)
QUANTITY_STEP = Decimal("0.000001")
LARGEST_QUANTITY = Decimal(10) ** 18
KEY = r"^[A-Za-z0-9_-]{16,60}$"
UNFIT_KEY = _("This form was changed on its way. Open it anew and fill it in again.")


def fresh_key() -> str:
    return secrets.token_urlsafe(18)


class Quantity(fields.Amount):
    """Shares: above zero, at most six decimal places."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and (not ZERO < value < LARGEST_QUANTITY or value != value.quantize(QUANTITY_STEP)):
            raise ValidationError(str(services.UnfitQuantity.sentence), code="unfit_quantity")


class RecordForm(forms.Form):
    """What every transaction says."""

    effective_on = fields.Day(label=_("Day"), help_text=_("The day on which it took effect."))
    key = forms.RegexField(
        regex=KEY, widget=forms.HiddenInput, error_messages={"required": UNFIT_KEY, "invalid": UNFIT_KEY}
    )


class BuyForm(RecordForm):
    round = forms.ChoiceField(label=_("Round"))
    quantity = Quantity(label=_("Shares"), help_text=_("At most six decimal places."))
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the currency of the holding, to the cent."))
    tranche = forms.IntegerField(
        label=_("Tranche"), min_value=1, max_value=99, initial=1, help_text=_("1 unless the round is paid in parts.")
    )
    field_order = ("round", "quantity", "amount", "tranche", "effective_on", "key")

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = {one.public_id: one for one in rounds}
        offered = [(key, f"{one.name}, {words.period(one.held_on, one.precision)}") for key, one in self.rounds.items()]
        cast(forms.ChoiceField, self.fields["round"]).choices = [("", _("Choose a round")), *offered]

    def clean_round(self) -> Round:
        return self.rounds[self.cleaned_data["round"]]


class SellForm(RecordForm):
    quantity = Quantity(label=_("Shares"), help_text=_("At most what is held."))
    amount = PostedAmount(label=_("Amount received"), help_text=_("In the currency of the holding, to the cent."))
    field_order = ("quantity", "amount", "effective_on", "key")


class WriteOffForm(RecordForm):
    cost = PostedAmount(
        label=_("Cost to write off"), help_text=_("In the currency of the holding; at most what stands at cost.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    field_order = ("cost", "reason", "effective_on", "key")


class PayStakeForm(RecordForm):
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the currency of the holding, to the cent."))
    field_order = ("amount", "effective_on", "key")


class ReceiveForm(RecordForm):
    amount = PostedAmount(label=_("Amount received"), help_text=_("In the currency of the holding, to the cent."))
    returned_capital = fields.Amount(
        label=_("Of it, capital returned"),
        min_value=ZERO,
        max_digits=20,
        decimal_places=2,
        help_text=_("It lowers the cost; the rest is a gain."),
    )
    field_order = ("amount", "returned_capital", "effective_on", "key")
