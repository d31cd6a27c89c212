"""The small converter, and the import of rates."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.money import queries
from core.web import numerals

MOST_BYTES = 1024 * 1024
MOST_DIGITS = 18


def names() -> dict[str, str]:
    """The name of each recorded currency in the reader's language."""
    return {code: fr if numerals.is_french() else en for code, (en, fr) in queries.currency_names().items()}


def _currencies() -> list[tuple[str, str]]:
    return [(code, f"{code} – {name}") for code, name in names().items()]


class ConverterForm(forms.Form):
    """An amount, from one currency into another."""

    amount = forms.DecimalField(label=_("Amount"), max_digits=MOST_DIGITS, decimal_places=4, localize=True)
    from_currency = forms.ChoiceField(label=_("From the currency"), choices=_currencies)
    to_currency = forms.ChoiceField(label=_("Into the currency"), choices=_currencies)


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
