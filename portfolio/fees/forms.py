"""The form of a fee. It checks shape; what may be done is the service's to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.fees import services
from portfolio.investments.forms import RecordForm
from portfolio.ledger import chart
from portfolio.ledger.fields import PostedAmount


class PayForm(RecordForm):
    line = forms.ChoiceField(
        label=_("What is paid"), choices=[("", _("Choose")), *((line, chart.name(line)) for line in services.LINES)]
    )
    amount = PostedAmount(label=_("Amount paid"), help_text=_("In the fund’s currency, to the cent."))
    memo = forms.CharField(label=_("What it was for"), max_length=200, help_text=_("Stands on the entry."))
    field_order = ("line", "amount", "effective_on", "memo", "key")
