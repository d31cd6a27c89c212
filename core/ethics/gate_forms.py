"""Forms of the gate: they check shape; what may pass is the services' to say."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ethics import words
from core.ethics.subjects import Subject
from core.web import fields


class StartForm(forms.Form):
    """From which day the gate judges the money of a fund or programme."""

    scope = forms.ChoiceField(label=_("Fund or programme"))
    from_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Money whose day lies before it is history. It can be brought forward later, never put off."),
    )
    because = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the audit trail under your name.")
    )

    def __init__(self, *args: Any, scopes: dict[str, str], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["scope"]).choices = [("", _("Choose one")), *scopes.items()]
        self.fields["from_day"].initial = on


class OverrideForm(forms.Form):
    """What is to pass: one thing of a subject, up to an amount, to a last day."""

    subject = forms.ChoiceField(label=_("Whose money"))
    kind = forms.ChoiceField(label=_("What is to pass"), choices=list(words.MONEY.items()))
    amount = fields.Amount(label=_("Up to"), help_text=_("In the currency of the purchase, payment or offer."))
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("It is used once, until this day."),
    )
    because = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The second person decides by it, and every page of the money shows it."),
    )

    def __init__(self, *args: Any, offered: list[Subject], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.public_id: one for one in offered}
        things = [("", _("Choose whose money it is")), *((key, one.name) for key, one in self.offered.items())]
        cast(forms.ChoiceField, self.fields["subject"]).choices = things
        self.fields["expires_on"].initial = on + timedelta(days=14)

    def clean_subject(self) -> Subject:
        return self.offered[self.cleaned_data["subject"]]
