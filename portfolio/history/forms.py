"""Choosing a file and what it holds, confirming what was read, and why an import is put away."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.history.sheets import KINDS


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=lambda: list(KINDS.items()),
        help_text=_("A whole history is a workbook with one sheet for each kind, as in its template."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel workbook (.xlsx) or CSV, at most 5 MB and 5 000 rows, with the heads of the template."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )


class ApplyForm(forms.Form):
    """The digest of the dry run that stood on the page."""

    digest = forms.RegexField(regex=r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class DiscardForm(forms.Form):
    because = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Kept with the import and in the audit trail.")
    )
