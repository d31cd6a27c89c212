"""Forms of budgets and payments. They check shape; what may be done is the services' to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.asking import Carried
from accelerator.grants import services
from core.web import fields


class BudgetForm(forms.Form):
    amount = fields.Amount(label=_("What the programme may spend in all"), max_digits=20, decimal_places=2)
    reason = forms.CharField(
        label=_("Why"), max_length=services.LONGEST_REASON, help_text=_("Such as the decision that says so.")
    )


class ProposeForm(forms.Form):
    """``key`` is drawn with the form: sent twice, there is one payment."""

    amount = fields.Amount(label=_("Amount"), max_digits=20, decimal_places=2)
    key = Carried(max_length=60)


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("Why"), max_length=services.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )


class PaidForm(forms.Form):
    paid_on = fields.Day(label=_("Paid on"), help_text=_("The day of value at the bank."))
    reference = forms.CharField(
        label=_("Reference"), max_length=services.LONGEST_REFERENCE, help_text=_("As the bank’s statement has it.")
    )
