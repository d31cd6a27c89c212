"""The small converter, and the import of rates."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 1024 * 1024
MOST_DIGITS = 18


class ConverterForm(forms.Form):
    """An amount, from one currency into another."""

    amount = forms.DecimalField(label=_("Amount"), max_digits=MOST_DIGITS, decimal_places=4, localize=True)
    from_currency = forms.ChoiceField(label=_("From"))
    to_currency = forms.ChoiceField(label=_("Into"))

    def __init__(self, *args: Any, currencies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_currency"].choices = currencies
        self.fields["to_currency"].choices = currencies


class ImportForm(forms.Form):
    """A file of rates and where it comes from."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, at most 1 MB: the central bank’s own file, or the columns date, currency, units_per_euro with days "
            "like 2026-09-30 and points for decimals."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Where the rates were published. Shown beside each of them.")
    )

    def clean_file(self) -> str:
        """The text of the file."""
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise forms.ValidationError(_now("Choose a file of at most 1 MB."), code="too_large")
        try:
            text: str = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _now("Save the file as CSV in UTF-8; this one is not text."), code="no_text"
            ) from None
        if "\x00" in text:
            raise forms.ValidationError(_now("Save the file as CSV in UTF-8; this one is not text."), code="no_text")
        return text


class ApplyForm(forms.Form):
    """What the preview showed, sent back to be written. It is examined again."""

    text = forms.CharField(max_length=MOST_BYTES, widget=forms.HiddenInput)
    source = forms.CharField(max_length=200, widget=forms.HiddenInput)
