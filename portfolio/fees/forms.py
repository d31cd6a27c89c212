"""The form of a fee. It checks shape; what may be done is the service's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web import fields
from portfolio.fees import services
from portfolio.investments.forms import RecordForm
from portfolio.ledger import chart
from portfolio.ledger.fields import PostedAmount
from portfolio.ledger.models import Book


class PayForm(RecordForm):
    line = forms.ChoiceField(
        label=_("What is paid"), choices=[("", _("Choose")), *((line, chart.name(line)) for line in services.LINES)]
    )
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the fund’s currency, to the cent."))
    memo = forms.CharField(label=_("What it was for"), max_length=200, help_text=_("Stands on the entry."))
    left_out_on = fields.Day(
        label=_("Left out of a closed period on"),
        required=False,
        help_text=_(
            "Only where it belongs into a period that is closed: a day of it. The entry stands on the day above and names "
            "the period that it puts right."
        ),
    )
    field_order = ("line", "amount", "effective_on", "memo", "left_out_on", "key")

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        """Only books with a closed period leave anything out of one."""
        super().__init__(*args, **kwargs)
        if book.closed_through is None:
            del self.fields["left_out_on"]
