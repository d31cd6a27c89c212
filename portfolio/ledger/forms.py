"""What narrows the list of entries, and the day to which the books are closed."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.web import fields
from portfolio.ledger import chart, words
from portfolio.ledger.reading import Wanted


class SearchForm(forms.Form):
    """Every field may stay empty."""

    account = forms.ChoiceField(label=_("Account"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    first_day = fields.Day(label=_("From"), required=False)
    last_day = fields.Day(label=_("To"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = cast(forms.ChoiceField, self.fields["account"])
        account.choices = [("", _("Every account")), *((line.code, line.name) for line in chart.LINES.values())]
        kind = cast(forms.ChoiceField, self.fields["kind"])
        kind.choices = [("", _("Every kind")), *((code, words.kind(code)) for code in kinds)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_day"), given.get("last_day")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error(
                "last_day", _now("The last day lies before the first. Choose a later day or leave it empty.")
            )
        return given

    def wanted(self) -> Wanted:
        """What is asked for; nothing where the form cannot be read."""
        return Wanted(**self.cleaned_data) if self.is_valid() else Wanted()


class CloseForm(forms.Form):
    """The last day of the period to close."""

    through = fields.Day(
        label=_("Last day of the period"),
        help_text=_("Every entry to this day becomes final. It can be any day that is over."),
    )


class TakeBackForm(forms.Form):
    """Why an entry is taken back; it stands as the note of what offsets it."""

    because = forms.CharField(
        label=_("Why it is taken back"), max_length=200, help_text=_("Stands in the books beside what offsets it.")
    )
