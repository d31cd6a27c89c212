"""Forms of valuations. They check shape; what may be done is the services' to say."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web import fields, numerals
from portfolio.investments.models import Holding
from portfolio.valuations import techniques
from portfolio.valuations.models import Mark, ValuationPolicy

ZERO = Decimal(0)
Technique = Mark.Technique
OFFERED = {
    Holding.Kind.DIRECT: (Technique.LAST_ROUND, Technique.COST, Technique.WRITE_DOWN),
    Holding.Kind.FUND: (Technique.REPORTED_NAV, Technique.COST, Technique.WRITE_DOWN),
}
"""Techniques by the kind of holding that they fit."""
STATED = (Technique.REPORTED_NAV, Technique.WRITE_DOWN)
"""Techniques that stand on an amount which a person states."""


class OpenForm(forms.Form):
    quarter_end = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, *args: Any, quarters: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(day.isoformat(), numerals.quarter(day)) for day in quarters]
        cast(forms.ChoiceField, self.fields["quarter_end"]).choices = [("", _("Choose a quarter")), *offered]

    def clean_quarter_end(self) -> date:
        return date.fromisoformat(self.cleaned_data["quarter_end"])


class PolicyForm(forms.Form):
    """A further version of how the fund values."""

    version = forms.CharField(label=_("Version"), max_length=20, help_text=_("A name of its own, such as 2026-1."))
    first_day = fields.Day(label=_("First quarter end that it governs"))
    cadence = forms.ChoiceField(
        label=_("When runs open"),
        choices=ValuationPolicy.Cadence.choices,
        help_text=_("Every quarter: the schedule opens the run after the quarter has ended."),
    )
    text = forms.CharField(
        label=_("Policy"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("By which guidelines and techniques the fund values, and who decides."),
    )


class ConfirmForm(forms.Form):
    """``digest`` is what the page showed."""

    digest = forms.CharField(label=_("Digest"), max_length=64, widget=forms.HiddenInput)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Why the quarter is opened again"), max_length=300)


class ChangeForm(forms.Form):
    """A further edition of a mark. What a technique does not use is left out of it."""

    technique = forms.ChoiceField(label=_("Technique"))
    amount = fields.Amount(
        label=_("Amount"),
        required=False,
        min_value=ZERO,
        max_digits=20,
        decimal_places=2,
        help_text=_("The net asset value reported, or what is written down to; in the currency of the holding."),
    )
    dated = fields.Day(
        label=_("Day of the figure"), required=False, help_text=_("Empty for the last day of the quarter.")
    )
    adjustment = fields.Amount(
        label=_("Adjustment of the last round, per cent"),
        required=False,
        max_digits=7,
        decimal_places=4,
        help_text=_("Below zero to lower the price of the round; empty for none."),
    )
    source = forms.CharField(
        label=_("Source"), required=False, max_length=300, help_text=_("The report, minutes or letter with its date.")
    )
    relevance = forms.CharField(
        label=_("Relevance"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why what the mark starts from still says something on the last day of the quarter."),
    )
    reason = forms.CharField(label=_("Why it is changed"), max_length=300)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in OFFERED[Holding.Kind(kind)]]
        cast(forms.ChoiceField, self.fields["technique"]).choices = choices

    def clean_adjustment(self) -> Decimal:
        return cast(Decimal | None, self.cleaned_data["adjustment"]) or ZERO


def of_mark(mark: Mark) -> dict[str, Any]:
    """What stands, as the initial values of the form."""
    by_name = {one["name"]: one for one in mark.inputs}
    main = by_name[techniques.MAIN[mark.technique]]
    stands: dict[str, Any] = {"technique": mark.technique, "relevance": mark.relevance}
    if mark.technique in STATED:
        day = date.fromisoformat(main["date"])
        return stands | {"amount": Decimal(main["value"]), "source": main["source"], "dated": day}
    if (adjusted := by_name.get("adjustment")) and Decimal(adjusted["value"]):
        return stands | {"adjustment": Decimal(adjusted["value"]), "source": adjusted["source"]}
    return stands
